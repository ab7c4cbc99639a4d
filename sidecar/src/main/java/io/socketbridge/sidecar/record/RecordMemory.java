package io.socketbridge.sidecar.record;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Bytes that are kept, in memory that grows with them and not before. Owned by one loop. */
final class RecordMemory {

    /** The first step; each further one doubles what there is. */
    private static final int STEP_BYTES = 64 * 1024;

    private static final int SMALLEST_BYTES = 512;

    private Arena arena;
    private MemorySegment memory;
    private int count;

    /** @param expected how many bytes are to come, so that no more is taken than they need */
    @SuppressWarnings("MustBeClosedChecker") // closed by release
    RecordMemory(int expected) {
        arena = Arena.ofConfined();
        memory = arena.allocate(Math.clamp(expected, SMALLEST_BYTES, STEP_BYTES), 8);
    }

    /** The bytes, from the first on; another segment after more were added. */
    MemorySegment memory() {
        return memory;
    }

    int count() {
        return count;
    }

    /**
     * Adds bytes.
     *
     * @param expected how many there will be in all
     */
    void add(MemorySegment from, long at, int length, int expected) {
        if (count + length > memory.byteSize()) {
            grow(count + length, expected);
        }
        MemorySegment.copy(from, at, memory, count, length);
        count += length;
    }

    /** Room behind the bytes, of at least one step where as much is allowed. */
    void makeRoom(int most) {
        if (count == memory.byteSize()) {
            grow(count + 1, most);
        }
    }

    int room() {
        return (int) memory.byteSize() - count;
    }

    /** Takes note of bytes that were written behind the others. */
    void added(int bytes) {
        count += bytes;
    }

    /** Takes the first bytes off. */
    void removeFirst(int bytes) {
        count -= bytes;
        MemorySegment.copy(memory, bytes, memory, 0, count);
    }

    @SuppressWarnings("MustBeClosedChecker") // closed by release
    private void grow(int least, int expected) {
        long doubled = Math.max(least, Math.min(expected, 2 * memory.byteSize()));
        Arena larger = Arena.ofConfined();
        MemorySegment grown = larger.allocate(doubled, 8);
        MemorySegment.copy(memory, 0, grown, 0, count);
        arena.close();
        arena = larger;
        memory = grown;
    }

    void release() {
        arena.close();
    }
}
