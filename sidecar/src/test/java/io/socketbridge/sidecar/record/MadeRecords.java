package io.socketbridge.sidecar.record;

import io.socketbridge.sidecar.linux.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** Records of the test's making: a source that gives them, and a sink that takes them. */
final class MadeRecords implements RecordSource, RecordSink {

    /** Those that the source has yet to give. */
    final Deque<byte[]> given = new ArrayDeque<>();

    /** Those that the sink has taken. */
    final List<byte[]> taken = new ArrayList<>();

    final List<Integer> headers = new ArrayList<>();

    /** How many the sink takes yet. */
    int room = Integer.MAX_VALUE;

    /** What the source says when it has none left. */
    int last = -Errno.EAGAIN;

    /** What the sink says to records larger than this. */
    int mostSent = Integer.MAX_VALUE;

    /** What the sink says, whatever it is given; 0 for nothing of the kind. */
    int failure;

    @Override
    public int receive(Receiver each, int mostRecords) {
        if (given.isEmpty()) {
            return last;
        }
        int count = 0;
        try (Arena arena = Arena.ofConfined()) {
            for (; count < mostRecords && !given.isEmpty(); count++) {
                byte[] record = given.remove();
                MemorySegment memory = arena.allocate(record.length + 3L, 8);
                MemorySegment.copy(record, 0, memory, ValueLayout.JAVA_BYTE, 3, record.length);
                each.received(memory, 3, record.length);
            }
        }
        return count;
    }

    @Override
    public int send(RecordBatch batch) {
        if (failure != 0) {
            return failure;
        }
        int count = 0;
        for (; count < batch.count() && room > 0; count++) {
            if (batch.length(count) > mostSent) {
                return count > 0 ? count : -Errno.EMSGSIZE;
            }
            room--;
            taken.add(batch.memory(count)
                    .asSlice(batch.at(count), batch.length(count))
                    .toArray(ValueLayout.JAVA_BYTE));
            headers.add(batch.header(count));
        }
        return count;
    }

    static byte[] random(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
