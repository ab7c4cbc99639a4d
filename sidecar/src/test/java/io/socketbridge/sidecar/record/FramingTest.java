package io.socketbridge.sidecar.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.contract.Framing;
import io.socketbridge.contract.Oversize;
import io.socketbridge.contract.RecordHeaders;
import io.socketbridge.contract.Records;
import io.socketbridge.sidecar.linux.Errno;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An app's bytes as records, and records as an app's bytes. */
@Timeout(60)
class FramingTest {

    private static final int MOST_BYTES = 10;

    private final RecordMeter meter = new RecordMeter();

    @ParameterizedTest
    @EnumSource(
            value = Framing.class,
            names = {"LENGTH_PREFIX", "NEWLINE"})
    void anyRecordsComeOutAsTheyWentIn(Framing framing) {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            List<byte[]> records = records(random);
            byte[] bytes = encode(framing, records, random);
            assertThat(bytes).as("seed %d", seed).isEqualTo(expected(framing, records));
            List<byte[]> decoded = decode(Records.DEFAULT, framing, cut(bytes, random), 0);
            assertThat(decoded).as("seed %d", seed).hasSameSizeAs(records);
            for (int j = 0; j < records.size(); j++) {
                assertThat(Arrays.equals(decoded.get(j), records.get(j)))
                        .as("seed %d, round %d, record %d", seed, i, j)
                        .isTrue();
            }
        }
    }

    @Test
    void aLineWithoutALineFeedIsARecordAtTheEnd() {
        assertThat(decode(Records.DEFAULT, Framing.NEWLINE, pieces("a\n\nb", "c"), 0))
                .extracting(FramingTest::text)
                .containsExactly("a", "", "bc");
    }

    @Test
    void aRecordThatIsNotWholeAtTheEndIsAnError() {
        for (String bytes : List.of("\0\0\0\2a", "\0\0\0", "\0\0\0\1a\0")) {
            decode(Records.DEFAULT, Framing.LENGTH_PREFIX, pieces(bytes), -Errno.EPROTO);
        }
        assertThat(meter.dropped()).isEqualTo(Map.of(RecordMeter.INCOMPLETE, 3L));
    }

    @Test
    void aLengthThatNobodyMaySendIsAnError() {
        decode(Records.DEFAULT, Framing.LENGTH_PREFIX, pieces("GET / HTTP/1.1\r\n"), -Errno.EBADMSG);
        decode(Records.DEFAULT, Framing.LENGTH_PREFIX, pieces("\u00ff\u00ff\u00ff\u00ff"), -Errno.EBADMSG);
    }

    @Test
    void whatIsReadAtOnceIsARecordWhereNothingTellsThemApartButNoLargerThanOneMayBe() {
        assertThat(decode(small(Oversize.REJECT), Framing.NONE, pieces("ab", "0123456789abc"), 0))
                .extracting(FramingTest::text)
                .containsExactly("ab", "0123456789", "abc");
    }

    @ParameterizedTest
    @EnumSource(
            value = Framing.class,
            names = {"LENGTH_PREFIX", "NEWLINE"})
    void oneThatIsTooLargeIsGivenAsSuchAndTheNextIsWhole(Framing framing) {
        byte[] large = "0123456789abcdef\0\0\0\1x".getBytes(StandardCharsets.ISO_8859_1);
        byte[] bytes = expected(framing, List.of(large, "next".getBytes(StandardCharsets.UTF_8)));
        for (int piece = 1; piece <= bytes.length; piece++) {
            List<String> pieces = new ArrayList<>();
            for (int at = 0; at < bytes.length; at += piece) {
                pieces.add(new String(bytes, at, Math.min(piece, bytes.length - at), StandardCharsets.ISO_8859_1));
            }
            assertThat(decode(small(Oversize.TRUNCATE), framing, pieces(pieces.toArray(String[]::new)), 0))
                    .extracting(FramingTest::text)
                    .as("in pieces of %d", piece)
                    .containsExactly("0123456789a", "next");
        }
    }

    private static Records small(Oversize oversize) {
        return RecordRoundTripTest.records(MOST_BYTES, oversize, RecordHeaders.HIDDEN);
    }

    /** Records without line feeds. */
    private static List<byte[]> records(Random random) {
        List<byte[]> records = new ArrayList<>();
        for (int i = random.nextInt(100); i >= 0; i--) {
            byte[] record = MadeRecords.random(random, random.nextInt(random.nextInt(50) == 0 ? 200_000 : 100));
            for (int j = 0; j < record.length; j++) {
                record[j] = record[j] == '\n' ? 0 : record[j];
            }
            records.add(record);
        }
        return records;
    }

    private static byte[] encode(Framing framing, List<byte[]> records, Random random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RecordEncoder encoder = new RecordEncoder(framing, (memory, offset, length) -> {
            if (random.nextInt(3) == 0) {
                return -Errno.EAGAIN;
            }
            int taken = 1 + random.nextInt(length);
            out.writeBytes(memory.asSlice(offset, taken).toArray(ValueLayout.JAVA_BYTE));
            return taken;
        });
        RecordBatch batch = new RecordBatch();
        for (byte[] record : records) {
            if (batch.isFull() || random.nextInt(5) == 0) {
                send(encoder, batch);
            }
            batch.add(inMemory(record), 0, record.length, 0);
        }
        send(encoder, batch);
        while (encoder.flush() == -Errno.EAGAIN) {
            assertThat(encoder.holdsBack()).isTrue();
        }
        assertThat(encoder.holdsBack()).isFalse();
        return out.toByteArray();
    }

    private static void send(RecordEncoder encoder, RecordBatch batch) {
        while (batch.count() > 0) {
            int taken = encoder.send(batch);
            assertThat(taken).isIn(batch.count(), -Errno.EAGAIN);
            batch.removeFirst(Math.max(0, taken));
        }
    }

    private static MemorySegment inMemory(byte[] bytes) {
        MemorySegment memory = java.lang.foreign.Arena.ofAuto().allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return memory;
    }

    private static byte[] expected(Framing framing, List<byte[]> records) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] record : records) {
            if (framing == Framing.LENGTH_PREFIX) {
                out.writeBytes(
                        java.nio.ByteBuffer.allocate(4).putInt(record.length).array());
            }
            out.writeBytes(record);
            if (framing == Framing.NEWLINE) {
                out.write('\n');
            }
        }
        return out.toByteArray();
    }

    private static Deque<byte[]> cut(byte[] bytes, Random random) {
        Deque<byte[]> pieces = new ArrayDeque<>();
        for (int at = 0; at < bytes.length; ) {
            int count = Math.min(bytes.length - at, 1 + random.nextInt(random.nextBoolean() ? 50 : 100_000));
            pieces.add(Arrays.copyOfRange(bytes, at, at + count));
            at += count;
        }
        return pieces;
    }

    private static Deque<byte[]> pieces(String... texts) {
        Deque<byte[]> pieces = new ArrayDeque<>();
        for (String text : texts) {
            pieces.add(text.getBytes(StandardCharsets.ISO_8859_1));
        }
        return pieces;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Decodes pieces that come one by one, and expects what is said at the end: 0, or an error. */
    private List<byte[]> decode(Records records, Framing framing, Deque<byte[]> pieces, int last) {
        List<byte[]> decoded = new ArrayList<>();
        boolean[] pause = {false};
        RecordDecoder decoder = new RecordDecoder(records, framing, meter, (memory, offset, length) -> {
            pause[0] = !pause[0];
            if (pause[0] && !pieces.isEmpty()) {
                return -Errno.EAGAIN;
            }
            byte[] piece = pieces.poll();
            if (piece == null) {
                return 0;
            }
            int count = Math.min(length, piece.length);
            MemorySegment.copy(piece, 0, memory, ValueLayout.JAVA_BYTE, offset, count);
            if (count < piece.length) {
                pieces.addFirst(Arrays.copyOfRange(piece, count, piece.length));
            }
            return count;
        });
        while (true) {
            int result = decoder.receive(
                    (memory, at, length) ->
                            decoded.add(memory.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE)),
                    7);
            if (result < 0 && result != -Errno.EAGAIN) {
                assertThat(result).isEqualTo(last == 0 ? RecordSource.END : last);
                decoder.release();
                return decoded;
            }
        }
    }
}
