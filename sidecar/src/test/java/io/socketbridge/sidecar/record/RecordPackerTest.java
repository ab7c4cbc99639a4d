package io.socketbridge.sidecar.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.contract.Oversize;
import io.socketbridge.contract.RecordHeaders;
import io.socketbridge.sidecar.linux.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class RecordPackerTest {

    private static final int MOST_BYTES = 100;

    private final RecordMeter meter = new RecordMeter();
    private final MadeRecords source = new MadeRecords();
    private final MemorySegment buffer = Arena.ofAuto().allocate(1_000);

    @Test
    void aRecordOfTheMostBytesIsPassedOnAndOneMoreCutsTheConnectionBehindWhatCameBefore() {
        RecordPacker packer = packer(Oversize.REJECT, TooLarge.CUTS);
        source.given.add(new byte[MOST_BYTES]);
        source.given.add(new byte[MOST_BYTES + 1]);
        source.given.add(new byte[1]);
        assertThat(packer.read(buffer, 0, 1_000)).isEqualTo(RecordPrefix.BYTES + MOST_BYTES);
        assertThat(packer.hasMore()).isTrue();
        assertThat(packer.read(buffer, 0, 1_000)).isEqualTo(-Errno.EMSGSIZE);
        assertThat(meter.dropped()).containsEntry(RecordMeter.TOO_LARGE, 1L);
    }

    @Test
    void aDatagramThatIsTooLargeIsDroppedAndCounted() {
        RecordPacker packer = packer(Oversize.REJECT, TooLarge.DROPPED);
        source.given.add(new byte[MOST_BYTES + 1]);
        source.given.add(new byte[1]);
        assertThat(packer.read(buffer, 0, 1_000)).isEqualTo(RecordPrefix.BYTES + 1);
        assertThat(meter.dropped()).containsExactly(java.util.Map.entry(RecordMeter.TOO_LARGE, 1L));
    }

    @Test
    void oneThatIsTooLargeIsCutWhereThatIsAskedFor() {
        RecordPacker packer = packer(Oversize.TRUNCATE, TooLarge.CUTS);
        source.given.add(new byte[MOST_BYTES + 1]);
        assertThat(packer.read(buffer, 0, 1_000)).isEqualTo(RecordPrefix.BYTES + MOST_BYTES);
        assertThat(RecordPrefix.length(buffer, 0)).isEqualTo(MOST_BYTES);
        assertThat(meter.truncatedCount()).isEqualTo(1);
    }

    @Test
    void aHeaderThatIsCutOffCutsTheConnection() {
        RecordPacker packer = new RecordPacker(
                RecordRoundTripTest.records(MOST_BYTES, Oversize.REJECT, new RecordHeaders(false, true, 0, 0)),
                meter,
                TooLarge.CUTS,
                source);
        source.given.add(new byte[3]);
        assertThat(packer.read(buffer, 0, 1_000)).isEqualTo(-Errno.EBADMSG);
    }

    @Test
    void theEndComesBehindTheLastRecord() {
        RecordPacker packer = packer(Oversize.REJECT, TooLarge.CUTS);
        source.given.add(new byte[0]);
        source.last = RecordSource.END;
        assertThat(packer.read(buffer, 0, 1_000)).isEqualTo(RecordPrefix.BYTES);
        assertThat(packer.read(buffer, 0, 1_000)).isZero();
    }

    private RecordPacker packer(Oversize oversize, TooLarge tooLarge) {
        return new RecordPacker(
                RecordRoundTripTest.records(MOST_BYTES, oversize, RecordHeaders.HIDDEN), meter, tooLarge, source);
    }
}
