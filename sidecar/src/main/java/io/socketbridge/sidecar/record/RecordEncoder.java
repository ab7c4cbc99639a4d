package io.socketbridge.sidecar.record;

import io.socketbridge.contract.Framing;
import io.socketbridge.sidecar.linux.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Writes records as an app's bytes, in their framing, and keeps what is not taken of one that was begun. Owned by one loop. */
final class RecordEncoder implements RecordSink {

    private static final ValueLayout.OfInt BIG_ENDIAN = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final Framing framing;
    private final Output output;
    private final MemorySegment around = Arena.ofAuto().allocate(8, 8);

    /** What was not taken, from {@link #start} on; null when that is nothing. */
    private @Nullable RecordMemory rest;

    private int start;

    /** Where in {@link #rest} each of its records ends. */
    private final int[] ends = new int[RecordBatch.MOST];

    private int records;

    /** Where bytes go. */
    @FunctionalInterface
    interface Output {

        /** As {@code ByteStream.write}. */
        int write(MemorySegment memory, int offset, int length);
    }

    RecordEncoder(Framing framing, Output output) {
        this.framing = framing;
        this.output = output;
        around.set(ValueLayout.JAVA_BYTE, 4, RecordDecoder.LINE_FEED);
    }

    /** All that are given are taken, in one piece, unless some still wait. */
    @Override
    public int send(RecordBatch batch) {
        int flushed = flush();
        if (flushed < 0) {
            return flushed;
        }
        RecordMemory all = new RecordMemory(size(batch));
        for (int i = 0; i < batch.count(); i++) {
            add(all, batch, i);
            ends[i] = all.count();
        }
        records = batch.count();
        rest = all;
        start = 0;
        int result = flush();
        return result < 0 && result != -Errno.EAGAIN ? result : batch.count();
    }

    private static int size(RecordBatch batch) {
        int size = 0;
        for (int i = 0; i < batch.count(); i++) {
            size += batch.length(i) + RecordDecoder.LENGTH_BYTES;
        }
        return size;
    }

    private void add(RecordMemory to, RecordBatch batch, int i) {
        int length = batch.length(i);
        int expected = size(batch);
        if (framing == Framing.LENGTH_PREFIX) {
            around.set(BIG_ENDIAN, 0, length);
            to.add(around, 0, RecordDecoder.LENGTH_BYTES, expected);
        }
        to.add(batch.memory(i), batch.at(i), length, expected);
        if (framing == Framing.NEWLINE) {
            to.add(around, 4, 1, expected);
        }
    }

    /** Whether something waits until the output takes more. */
    boolean holdsBack() {
        return rest != null;
    }

    /** How many records wait, in whole or in part. */
    int waiting() {
        int count = 0;
        for (int i = 0; rest != null && i < records; i++) {
            count += ends[i] > start ? 1 : 0;
        }
        return count;
    }

    /** Writes what waits: 0 when nothing is left, {@code -EAGAIN}, or another negated error number. */
    int flush() {
        while (rest != null) {
            int written = output.write(rest.memory(), start, rest.count() - start);
            if (written < 0) {
                return written;
            }
            start += written;
            if (start == rest.count()) {
                release();
            }
        }
        return 0;
    }

    void release() {
        if (rest != null) {
            rest.release();
            rest = null;
        }
    }
}
