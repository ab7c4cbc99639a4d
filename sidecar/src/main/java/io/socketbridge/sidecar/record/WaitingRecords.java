package io.socketbridge.sidecar.record;

import io.socketbridge.contract.RecordHeaders;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;

/** Records that could not be written yet, in copies; those that call for attention go first. Owned by one loop. */
final class WaitingRecords {

    private final Deque<Waiting> urgent = new ArrayDeque<>();
    private final Deque<Waiting> ordinary = new ArrayDeque<>();

    /** One of them, in memory of its own. */
    private record Waiting(RecordMemory memory, int header) {}

    boolean isEmpty() {
        return urgent.isEmpty() && ordinary.isEmpty();
    }

    int count() {
        return urgent.size() + ordinary.size();
    }

    static boolean isUrgent(int header) {
        return (RecordPrefix.control(header) & RecordHeaders.ATTENTION) != 0;
    }

    void add(MemorySegment memory, long at, int length, int header) {
        RecordMemory copy = new RecordMemory(length);
        copy.add(memory, at, length, length);
        (isUrgent(header) ? urgent : ordinary).add(new Waiting(copy, header));
    }

    /** Adds the first ones to a batch, as many as it has room for. */
    void fill(RecordBatch batch) {
        fill(batch, urgent);
        fill(batch, ordinary);
    }

    private static void fill(RecordBatch batch, Deque<Waiting> from) {
        for (Waiting each : from) {
            if (batch.isFull()) {
                return;
            }
            batch.add(each.memory().memory(), 0, each.memory().count(), each.header());
        }
    }

    /** Takes the first ones off. */
    void removeFirst(int count) {
        for (int i = 0; i < count; i++) {
            (urgent.isEmpty() ? ordinary : urgent).remove().memory().release();
        }
    }

    void release() {
        removeFirst(count());
    }
}
