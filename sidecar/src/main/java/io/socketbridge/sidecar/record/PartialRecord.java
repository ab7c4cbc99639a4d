package io.socketbridge.sidecar.record;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A record of which not all has come, with its prefix. Owned by one loop. */
final class PartialRecord {

    private final int mostBytes;
    private @Nullable RecordMemory memory;

    /** Bytes of the payload that have come, whether they are kept or not. */
    private long come;

    /** @param mostBytes how many of a payload are kept */
    PartialRecord(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    boolean isEmpty() {
        return memory == null;
    }

    /** Takes what belongs to it, up to {@code end}; how many bytes. */
    long add(MemorySegment buffer, long at, long end) {
        RecordMemory into = memory;
        if (into == null) {
            into = new RecordMemory(RecordPrefix.BYTES);
            memory = into;
            come = 0;
        }
        long next = at;
        int missing = RecordPrefix.BYTES - into.count();
        if (missing > 0) {
            int count = (int) Math.min(missing, end - next);
            into.add(buffer, next, count, RecordPrefix.BYTES);
            next += count;
        }
        if (bytes() > 0) {
            int count = (int) Math.min(bytes() - come, end - next);
            int room = RecordPrefix.BYTES + mostBytes - into.count();
            into.add(buffer, next, Math.min(count, room), RecordPrefix.BYTES + Math.min(bytes(), mostBytes));
            come += count;
            next += count;
        }
        return next - at;
    }

    /** The payload's length, as its prefix has it; 0 while that is not known. */
    int bytes() {
        return knowsPrefix() ? RecordPrefix.length(memory(), 0) : 0;
    }

    boolean isComplete() {
        return knowsPrefix() && come == bytes();
    }

    /** The prefix, and the payload behind it. */
    MemorySegment memory() {
        if (memory == null) {
            throw new IllegalStateException("there is none");
        }
        return memory.memory();
    }

    /** How many bytes of the payload are kept. */
    int keptBytes() {
        return memory == null ? 0 : memory.count() - RecordPrefix.BYTES;
    }

    void release() {
        if (memory != null) {
            memory.release();
            memory = null;
        }
    }

    private boolean knowsPrefix() {
        return memory != null && memory.count() >= RecordPrefix.BYTES;
    }
}
