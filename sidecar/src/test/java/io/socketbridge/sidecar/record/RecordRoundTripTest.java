package io.socketbridge.sidecar.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.contract.Framing;
import io.socketbridge.contract.Overflow;
import io.socketbridge.contract.Oversize;
import io.socketbridge.contract.RecordHeaders;
import io.socketbridge.contract.Records;
import io.socketbridge.sidecar.linux.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Records become bytes and records again, however they are cut on their way. */
@Timeout(60)
class RecordRoundTripTest {

    private static final int[] SIZES = {0, 1, 7, 8, 9, 100, 1_000, 4_096, 65_528, 65_536, 70_000, 300_000};

    @Test
    void anyRecordsComeOutAsTheyWentIn() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 100; i++) {
            assertRoundTrip(random, "seed " + seed + ", round " + i);
        }
    }

    private static void assertRoundTrip(Random random, String description) {
        MadeRecords ends = new MadeRecords();
        List<byte[]> all = new ArrayList<>();
        boolean large = random.nextInt(4) == 0;
        for (int i = random.nextInt(large ? 8 : 200); i >= 0; i--) {
            int most = SIZES[random.nextInt(large ? SIZES.length : 8)];
            all.add(MadeRecords.random(random, random.nextBoolean() ? most : random.nextInt(most + 1)));
        }
        ends.given.addAll(all);
        ends.last = RecordSource.END;
        RecordMeter meter = new RecordMeter();
        RecordPacker packer = new RecordPacker(Records.DEFAULT, meter, TooLarge.CUTS, ends);
        RecordUnpacker unpacker = new RecordUnpacker(Records.DEFAULT, meter, TooLarge.CUTS, ends);
        int most = large ? 5_000 + random.nextInt(65_536) : 1 + random.nextInt(random.nextBoolean() ? 20 : 65_536);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(most + 5L);
            int count;
            while ((count = packer.read(buffer, 5, most)) > 0) {
                ends.room = random.nextInt(3) == 0 ? random.nextInt(5) : Integer.MAX_VALUE;
                for (int at = 0; at < count; ) {
                    int piece = Math.min(count - at, 1 + random.nextInt(count));
                    assertThat(unpacker.write(buffer, 5 + at, piece))
                            .as(description)
                            .isEqualTo(piece);
                    at += piece;
                }
            }
            assertThat(count).as(description).isZero();
        }
        ends.room = Integer.MAX_VALUE;
        assertThat(unpacker.flush()).as(description).isZero();
        assertThat(unpacker.outcome()).as(description).isZero();
        assertThat(ends.taken).as(description).hasSameSizeAs(all);
        for (int i = 0; i < all.size(); i++) {
            assertThat(Arrays.equals(ends.taken.get(i), all.get(i)))
                    .as("%s, record %d", description, i)
                    .isTrue();
            assertThat(RecordPrefix.sequence(ends.headers.get(i)))
                    .as("%s, record %d", description, i)
                    .isEqualTo(i);
        }
        assertThat(meter.readRecords()).isEqualTo(all.size());
        assertThat(meter.writtenRecords()).isEqualTo(all.size());
        assertThat(meter.writtenBytes()).isEqualTo(meter.readBytes());
        assertThat(meter.dropped()).isEmpty();
        packer.release();
        unpacker.release();
        assertThat(meter.dropped()).isEmpty();
    }

    @Test
    void theHeaderThatAnAppWritesIsTheOneThatTheOtherReads() {
        Records records = records(1_000, Oversize.REJECT, new RecordHeaders(true, true, 0, 0));
        MadeRecords ends = new MadeRecords();
        ends.given.add(new byte[] {(byte) 0xFF, 7, 1, 2, 'x', 'y'});
        ends.given.add(new byte[] {0x10, 0, 9, 9});
        transfer(ends, records);
        assertThat(ends.taken)
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(new byte[] {0x30, 7, 0, 0, 'x', 'y'}, new byte[] {0x10, 0, 0, 1});
    }

    @Test
    void recordsWithoutHeadersOfTheirAppHaveTheDefault() {
        Records records = records(1_000, Oversize.REJECT, new RecordHeaders(true, false, 0x20, 5));
        MadeRecords ends = new MadeRecords();
        ends.given.add(new byte[] {'x'});
        transfer(ends, records);
        assertThat(ends.taken)
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(new byte[] {0x20, 5, 0, 0, 'x'});
    }

    @Test
    void sequenceNumbersBeginAnewBehindTheLast() {
        MadeRecords ends = new MadeRecords();
        for (int i = 0; i < 65_538; i++) {
            ends.given.add(new byte[0]);
        }
        transfer(ends, Records.DEFAULT);
        assertThat(ends.headers.stream().map(RecordPrefix::sequence)).endsWith(65_534, 65_535, 0, 1);
    }

    static void transfer(MadeRecords ends, Records records) {
        RecordMeter meter = new RecordMeter();
        RecordPacker packer = new RecordPacker(records, meter, TooLarge.CUTS, ends);
        RecordUnpacker unpacker = new RecordUnpacker(records, meter, TooLarge.CUTS, ends);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(1_000);
            for (int count = packer.read(buffer, 0, 1_000);
                    count != -Errno.EAGAIN;
                    count = packer.read(buffer, 0, 1_000)) {
                assertThat(unpacker.write(buffer, 0, count)).isEqualTo(count);
            }
        }
    }

    static Records records(int mostBytes, Oversize oversize, RecordHeaders headers) {
        return new Records(mostBytes, oversize, Framing.LENGTH_PREFIX, Overflow.BLOCK, headers);
    }
}
