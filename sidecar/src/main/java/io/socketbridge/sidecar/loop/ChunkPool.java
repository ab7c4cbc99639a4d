package io.socketbridge.sidecar.loop;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.List;
import java.util.stream.Stream;

/**
 * Buffers for bytes that were read and could not be written yet. A connection has at most one for each direction, no larger than
 * twice what it holds. Owned by one loop.
 */
public final class ChunkPool {

    private static final int SMALLEST_BYTES = 4096;

    /** What a loop's buffer holds, sealed, is a little more than it. */
    private static final int LARGEST_BYTES = 2 * EventLoop.BUFFER_BYTES;

    private static final int SIZES = Integer.numberOfTrailingZeros(LARGEST_BYTES / SMALLEST_BYTES) + 1;

    /** What is kept of each size for the next one in need; more goes back to the system. */
    private static final int KEPT = 8;

    /** By size: {@link #SMALLEST_BYTES}, and each twice the one before. */
    private final List<ArrayDeque<Chunk>> kept =
            Stream.generate(ArrayDeque<Chunk>::new).limit(SIZES).toList();

    /**
     * Takes a chunk; to be given back by {@link #release}.
     *
     * @param bytes what it has to hold, at most twice {@link EventLoop#BUFFER_BYTES}
     */
    @SuppressWarnings("MustBeClosedChecker") // closed by release
    public Chunk acquire(int bytes) {
        int size = sizeFor(bytes);
        Chunk chunk = kept.get(size).poll();
        if (chunk != null) {
            return chunk;
        }
        Arena arena = Arena.ofConfined();
        return new Chunk(arena, arena.allocate((long) SMALLEST_BYTES << size, 64));
    }

    /** Gives a chunk back; it must not be used any more. */
    public void release(Chunk chunk) {
        ArrayDeque<Chunk> same = kept.get(sizeFor((int) chunk.memory().byteSize()));
        if (same.size() < KEPT) {
            same.push(chunk);
        } else {
            chunk.arena.close();
        }
    }

    /** The smallest size that holds so many bytes. */
    private static int sizeFor(int bytes) {
        return Math.max(0, 32 - Integer.numberOfLeadingZeros((bytes - 1) / SMALLEST_BYTES));
    }

    /**
     * A buffer.
     *
     * @param arena owns the memory
     * @param memory the buffer itself
     */
    public record Chunk(Arena arena, MemorySegment memory) {}
}
