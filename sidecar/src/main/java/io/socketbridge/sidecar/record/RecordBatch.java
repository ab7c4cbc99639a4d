package io.socketbridge.sidecar.record;

import io.socketbridge.sidecar.linux.MessageBatch;
import io.socketbridge.sidecar.linux.SocketAddress;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Some records in order, where they lie in memory; nothing is copied. Owned by one loop. */
public final class RecordBatch {

    /** How many there may be. */
    public static final int MOST = 32;

    private final @Nullable MemorySegment[] memories = new @Nullable MemorySegment[MOST];
    private final long[] starts = new long[MOST];
    private final int[] lengths = new int[MOST];
    private final int[] headers = new int[MOST];
    private int count;

    /** How many there are. */
    public int count() {
        return count;
    }

    /** Whether there is no room for another. */
    public boolean isFull() {
        return count == MOST;
    }

    /** Has messages be these records, to an address; null where the socket that they are sent from is connected. */
    public void fill(MessageBatch messages, @Nullable SocketAddress to) {
        messages.clear();
        for (int i = 0; i < count; i++) {
            messages.add(memory(i), starts[i], lengths[i], to);
        }
    }

    /** The memory that a record lies in. */
    public MemorySegment memory(int i) {
        MemorySegment memory = memories[i];
        if (i >= count || memory == null) {
            throw new IndexOutOfBoundsException(i);
        }
        return memory;
    }

    /** Where in its memory a record begins. */
    public long at(int i) {
        return starts[i];
    }

    /** How many bytes a record has. */
    public int length(int i) {
        return lengths[i];
    }

    /** A record's header, as in {@link RecordPrefix}. */
    public int header(int i) {
        return headers[i];
    }

    /** Adds a record, whose memory has to stay as it is until the batch is cleared. */
    public void add(MemorySegment memory, long at, int length, int header) {
        if (isFull()) {
            throw new IllegalStateException("a batch has at most " + MOST + " records");
        }
        memories[count] = memory;
        starts[count] = at;
        lengths[count] = length;
        headers[count] = header;
        count++;
    }

    /** Takes the first records off. */
    public void removeFirst(int n) {
        int left = count - n;
        System.arraycopy(memories, n, memories, 0, left);
        System.arraycopy(starts, n, starts, 0, left);
        System.arraycopy(lengths, n, lengths, 0, left);
        System.arraycopy(headers, n, headers, 0, left);
        for (int i = left; i < count; i++) {
            memories[i] = null;
        }
        count = left;
    }

    /** Takes all records off. */
    public void clear() {
        removeFirst(count);
    }
}
