package io.socketbridge.sidecar.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.contract.Oversize;
import io.socketbridge.contract.RecordHeaders;
import io.socketbridge.contract.Records;
import io.socketbridge.sidecar.linux.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordUnpackerTest {

    private static final int MOST_BYTES = 100;

    private final RecordMeter meter = new RecordMeter();
    private final MadeRecords sink = new MadeRecords();
    private final MemorySegment buffer = Arena.ofAuto().allocate(10_000);
    private int end;

    @Test
    void whatTheSinkDoesNotTakeWaitsAndAttentionGoesInFrontBehindOtherAttention() {
        RecordUnpacker unpacker = unpacker(Oversize.REJECT, TooLarge.CUTS);
        sink.room = 2;
        put(1, 0);
        put(2, 0);
        put(3, 0);
        put(4, RecordHeaders.ATTENTION);
        put(5, 0);
        put(6, RecordHeaders.ATTENTION);
        assertThat(unpacker.write(buffer, 0, end)).isEqualTo(end);
        assertThat(unpacker.holdsBack()).isTrue();
        assertThat(sink.taken).hasSize(2);
        assertThat(unpacker.flush()).isEqualTo(-Errno.EAGAIN);
        sink.room = 1;
        assertThat(unpacker.flush()).isEqualTo(-Errno.EAGAIN);
        sink.room = 100;
        assertThat(unpacker.flush()).isZero();
        assertThat(unpacker.holdsBack()).isFalse();
        assertThat(sink.taken.stream().map(record -> record.length)).containsExactly(1, 2, 4, 6, 3, 5);
    }

    @Test
    void anEndInARecordIsNone() {
        RecordUnpacker unpacker = unpacker(Oversize.REJECT, TooLarge.CUTS);
        put(50, 0);
        for (int length = 1; length < end; length++) {
            unpacker.write(buffer, length - 1, 1);
            assertThat(unpacker.outcome()).as("after %d bytes", length).isEqualTo(-Errno.EPROTO);
        }
        unpacker.write(buffer, end - 1, 1);
        assertThat(unpacker.outcome()).isZero();
        assertThat(sink.taken).hasSize(1);
    }

    @Test
    void whatCouldNotBeWrittenAfterAllIsNoEnd() {
        RecordUnpacker unpacker = unpacker(Oversize.REJECT, TooLarge.CUTS);
        sink.room = 0;
        put(1, 0);
        assertThat(unpacker.write(buffer, 0, end)).isEqualTo(end);
        sink.failure = -Errno.EPIPE;
        assertThat(unpacker.flush()).isEqualTo(-Errno.EPIPE);
        assertThat(unpacker.outcome()).isEqualTo(-Errno.EPIPE);
        unpacker.release();
        assertThat(meter.dropped()).isEqualTo(Map.of(RecordMeter.CUT_OFF, 1L));
    }

    @Test
    void whatIsLeftWhenTheConnectionIsCutIsCounted() {
        RecordUnpacker unpacker = unpacker(Oversize.REJECT, TooLarge.CUTS);
        sink.room = 1;
        put(1, 0);
        put(1, 0);
        put(1, 0);
        put(9, 0);
        unpacker.write(buffer, 0, end - 1);
        unpacker.release();
        assertThat(meter.dropped()).isEqualTo(Map.of(RecordMeter.CUT_OFF, 2L, RecordMeter.INCOMPLETE, 1L));
    }

    @Test
    void aLengthThatNobodyMaySendIsAnErrorBeforeAnythingOfItIsKept() {
        for (int length : new int[] {Records.LIMIT_BYTES + 1, Integer.MAX_VALUE, -1, Integer.MIN_VALUE}) {
            RecordUnpacker unpacker = unpacker(Oversize.TRUNCATE, TooLarge.DROPPED);
            RecordPrefix.write(buffer, 0, length, 0);
            assertThat(unpacker.write(buffer, 0, RecordPrefix.BYTES)).isEqualTo(-Errno.EBADMSG);
            assertThat(unpacker.write(buffer, 8, 1)).isEqualTo(-Errno.EBADMSG);
            unpacker.release();
        }
    }

    @Test
    void oneThatIsTooLargeCutsTheConnectionBehindWhatCameBefore() {
        RecordUnpacker unpacker = unpacker(Oversize.REJECT, TooLarge.CUTS);
        put(MOST_BYTES, 0);
        put(MOST_BYTES + 1, 0);
        put(1, 0);
        assertThat(unpacker.write(buffer, 0, end)).isEqualTo(-Errno.EMSGSIZE);
        assertThat(sink.taken).hasSize(1);
        assertThat(meter.dropped()).containsEntry(RecordMeter.TOO_LARGE, 1L);
    }

    @Test
    void oneThatIsTooLargeCutsTheConnectionByItsPrefixAlone() {
        RecordUnpacker unpacker = unpacker(Oversize.REJECT, TooLarge.CUTS);
        put(MOST_BYTES + 1, 0);
        assertThat(unpacker.write(buffer, 0, RecordPrefix.BYTES)).isEqualTo(-Errno.EMSGSIZE);
    }

    @Test
    void oneThatIsTooLargeIsCutOrDroppedWholeOrInPieces() {
        for (int piece : new int[] {1, 7, 1_000}) {
            sink.taken.clear();
            end = 0;
            put(MOST_BYTES + 50, 0);
            put(3, 0);
            writeInPieces(unpacker(Oversize.TRUNCATE, TooLarge.CUTS), piece);
            writeInPieces(unpacker(Oversize.REJECT, TooLarge.DROPPED), piece);
            assertThat(sink.taken.stream().map(record -> record.length)).containsExactly(MOST_BYTES, 3, 3);
        }
        assertThat(meter.truncatedCount()).isEqualTo(3);
        assertThat(meter.dropped()).isEqualTo(Map.of(RecordMeter.TOO_LARGE, 3L));
    }

    @Test
    void whatTheSocketFindsTooLargeIsTreatedTheSame() {
        sink.mostSent = 10;
        put(10, 0);
        put(11, 0);
        put(9, 0);
        assertThat(unpacker(Oversize.REJECT, TooLarge.DROPPED).write(buffer, 0, end))
                .isEqualTo(end);
        assertThat(sink.taken.stream().map(record -> record.length)).containsExactly(10, 9);
        sink.taken.clear();
        assertThat(unpacker(Oversize.REJECT, TooLarge.CUTS).write(buffer, 0, end))
                .isEqualTo(-Errno.EMSGSIZE);
        assertThat(sink.taken.stream().map(record -> record.length)).containsExactly(10);
        assertThat(meter.dropped()).isEqualTo(Map.of(RecordMeter.TOO_LARGE, 2L));
    }

    private void writeInPieces(RecordUnpacker unpacker, int piece) {
        for (int at = 0; at < end; at += piece) {
            int count = Math.min(piece, end - at);
            assertThat(unpacker.write(buffer, at, count)).isEqualTo(count);
        }
        assertThat(unpacker.outcome()).isZero();
    }

    /** Adds a record to the buffer, of bytes that are its length. */
    private void put(int length, int control) {
        RecordPrefix.write(buffer, end, length, RecordPrefix.header(control, 0, 0));
        buffer.asSlice(end + RecordPrefix.BYTES, length).fill((byte) length);
        assertThat(buffer.get(ValueLayout.JAVA_BYTE, end + RecordPrefix.BYTES + length - 1L))
                .isEqualTo((byte) length);
        end += RecordPrefix.BYTES + length;
    }

    private RecordUnpacker unpacker(Oversize oversize, TooLarge tooLarge) {
        return new RecordUnpacker(
                RecordRoundTripTest.records(MOST_BYTES, oversize, RecordHeaders.HIDDEN), meter, tooLarge, sink);
    }
}
