package io.socketbridge.sidecar.datagram;

import io.socketbridge.sidecar.loop.ChunkPool;
import io.socketbridge.sidecar.loop.ChunkPool.Chunk;
import io.socketbridge.sidecar.loop.EventLoop;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;

/** Bytes in the order in which they came; takes no memory while it is empty. Owned by one loop. */
final class ByteQueue {

    private static final int SMALLEST_CHUNK_BYTES = 4096;
    private static final int LARGEST_CHUNK_BYTES = 2 * EventLoop.BUFFER_BYTES;

    private final ChunkPool pool;
    private final ArrayDeque<Chunk> chunks = new ArrayDeque<>(2);

    /** Where in the first chunk its bytes begin. */
    private int start;

    /** Where in the last chunk they end. */
    private int end;

    private int count;

    ByteQueue(ChunkPool pool) {
        this.pool = pool;
    }

    /** How many there are. */
    int count() {
        return count;
    }

    /** Puts bytes behind those that are there. */
    void add(MemorySegment from, long at, int length) {
        int done = 0;
        while (done < length) {
            if (chunks.isEmpty() || end == chunks.getLast().memory().byteSize()) {
                int wanted = Math.clamp(Math.max(count, length - done), SMALLEST_CHUNK_BYTES, LARGEST_CHUNK_BYTES);
                chunks.add(pool.acquire(wanted));
                end = 0;
            }
            MemorySegment last = chunks.getLast().memory();
            int some = (int) Math.min(length - done, last.byteSize() - end);
            MemorySegment.copy(from, at + done, last, end, some);
            end += some;
            count += some;
            done += some;
        }
    }

    /** Puts bytes in front of those that are there. */
    void addFirst(MemorySegment from) {
        int length = (int) from.byteSize();
        int done = 0;
        // The last of them first, into what was taken out of the first chunk, and then into chunks in front of it.
        while (done < length) {
            if (chunks.isEmpty()) {
                add(from, 0, length - done);
                return;
            }
            if (start == 0) {
                chunks.addFirst(pool.acquire(Math.clamp(length - done, SMALLEST_CHUNK_BYTES, LARGEST_CHUNK_BYTES)));
                start = (int) chunks.getFirst().memory().byteSize();
            }
            int some = Math.min(length - done, start);
            start -= some;
            MemorySegment.copy(from, length - done - some, chunks.getFirst().memory(), start, some);
            count += some;
            done += some;
        }
    }

    /** Takes bytes, at most {@code length}: how many. */
    int take(MemorySegment to, long at, int length) {
        int done = 0;
        while (done < length && count > 0) {
            int some = Math.min(length - done, firstBytes());
            MemorySegment.copy(chunks.getFirst().memory(), start, to, at + done, some);
            drop(some);
            done += some;
        }
        return done;
    }

    /** Takes away so many bytes, which are there. */
    void skip(int length) {
        int left = length;
        while (left > 0) {
            int some = Math.min(left, firstBytes());
            drop(some);
            left -= some;
        }
    }

    /** The four bytes at the beginning, which are there, as a number, the most significant first. */
    int firstInt() {
        int value = 0;
        int at = start;
        int read = 0;
        for (Chunk chunk : chunks) {
            for (; read < Integer.BYTES && at < chunk.memory().byteSize(); at++, read++) {
                value = value << Byte.SIZE | Byte.toUnsignedInt(chunk.memory().get(ValueLayout.JAVA_BYTE, at));
            }
            at = 0;
        }
        return value;
    }

    /** Gives back what it takes, bytes and all. */
    void release() {
        chunks.forEach(pool::release);
        chunks.clear();
        start = 0;
        end = 0;
        count = 0;
    }

    private int firstBytes() {
        return (chunks.size() == 1 ? end : (int) chunks.getFirst().memory().byteSize()) - start;
    }

    private void drop(int some) {
        start += some;
        count -= some;
        if (count == 0) {
            release();
        } else if (start == chunks.getFirst().memory().byteSize()) {
            pool.release(chunks.removeFirst());
            start = 0;
        }
    }
}
