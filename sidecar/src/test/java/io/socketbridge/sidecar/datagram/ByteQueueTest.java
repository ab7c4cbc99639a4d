package io.socketbridge.sidecar.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.sidecar.loop.ChunkPool;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ByteQueueTest {

    private final ByteQueue queue = new ByteQueue(new ChunkPool());

    private void add(byte... bytes) {
        queue.add(MemorySegment.ofArray(bytes), 0, bytes.length);
    }

    private byte[] take(int length) {
        byte[] into = new byte[length];
        int taken = queue.take(MemorySegment.ofArray(into), 0, length);
        return Arrays.copyOf(into, taken);
    }

    @Test
    void givesBytesInTheirOrderAndNoMoreThanThereAre() {
        add((byte) 1, (byte) 2);
        add((byte) 3);
        assertThat(take(2)).containsExactly(1, 2);
        assertThat(take(2)).containsExactly(3);
        assertThat(take(2)).isEmpty();
        assertThat(queue.count()).isZero();
    }

    @Test
    void readsANumberThatIsInTwoChunks() {
        // Two bytes of it are the last of what the smallest chunk holds.
        add(new byte[4_094]);
        add((byte) 0x01, (byte) 0x02, (byte) 0x03, (byte) 0x04);
        queue.skip(4_094);
        assertThat(queue.firstInt()).isEqualTo(0x01020304);
    }

    @Test
    void doesWhatAnArrayDoesWhateverIsAskedOfIt() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        byte[] model = {};
        for (int step = 0; step < 2_000; step++) {
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    byte[] bytes = random(random);
                    add(bytes);
                    model = joined(model, bytes);
                }
                case 2 -> {
                    byte[] bytes = random(random);
                    queue.addFirst(MemorySegment.ofArray(bytes));
                    model = joined(bytes, model);
                }
                case 3 -> {
                    int length = random.nextInt(model.length + 1);
                    queue.skip(length);
                    model = Arrays.copyOfRange(model, length, model.length);
                }
                default -> {
                    int length = random.nextInt(60_000);
                    byte[] taken = take(length);
                    assertThat(taken)
                            .as("seed " + seed)
                            .isEqualTo(Arrays.copyOf(model, Math.min(length, model.length)));
                    model = Arrays.copyOfRange(model, taken.length, model.length);
                }
            }
            assertThat(queue.count()).as("seed " + seed).isEqualTo(model.length);
            if (model.length >= 4) {
                assertThat(queue.firstInt())
                        .as("seed " + seed)
                        .isEqualTo(ByteBuffer.wrap(model).getInt());
            }
        }
        queue.release();
        assertThat(queue.count()).isZero();
    }

    private static byte[] random(Random random) {
        byte[] bytes = new byte[random.nextInt(4) == 0 ? random.nextInt(200_000) : random.nextInt(3_000)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(first);
        both.writeBytes(second);
        return both.toByteArray();
    }
}
