package io.socketbridge.sidecar.loop;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;

/**
 * Buffers for bytes that were read and could not be written yet. A connection has at most one for each direction, so
 * {@code 2 * }{@link #CHUNK_BYTES} bounds what it holds. Owned by one loop.
 */
public final class ChunkPool {

    /** As large as the loop's buffer, so that what one read brought always fits. */
    public static final int CHUNK_BYTES = EventLoop.BUFFER_BYTES;

    /** What is kept for the next one in need; more goes back to the system. */
    private static final int KEPT = 16;

    private final ArrayDeque<Chunk> kept = new ArrayDeque<>();

    /** Takes a chunk; to be given back by {@link #release}. */
    @SuppressWarnings("MustBeClosedChecker") // closed by release
    public Chunk acquire() {
        Chunk chunk = kept.poll();
        if (chunk != null) {
            return chunk;
        }
        Arena arena = Arena.ofConfined();
        return new Chunk(arena, arena.allocate(CHUNK_BYTES, 64));
    }

    /** Gives a chunk back; it must not be used any more. */
    public void release(Chunk chunk) {
        if (kept.size() < KEPT) {
            kept.push(chunk);
        } else {
            chunk.arena.close();
        }
    }

    /**
     * A buffer.
     *
     * @param arena owns the memory
     * @param memory {@link #CHUNK_BYTES} of it
     */
    public record Chunk(Arena arena, MemorySegment memory) {}
}
