package io.socketbridge.sidecar.record;

import io.socketbridge.sidecar.linux.Errno;
import java.lang.foreign.MemorySegment;

/** Gives whole records, such as a socket that receives each by itself. */
@FunctionalInterface
public interface RecordSource {

    /** There are no more records, and none will come: the end, in order. */
    int END = -Errno.ENODATA;

    /**
     * Receives records.
     *
     * @param each is given each record, in order, before this returns
     * @param mostRecords how many at most, 1 to {@link RecordBatch#MOST}
     * @return how many; fewer than {@code mostRecords} only when that were all, or an event will tell of the rest. {@code -EAGAIN} when
     *     none is there, {@link #END} at the end, or a negated error number
     */
    int receive(Receiver each, int mostRecords);

    /** Takes a record. */
    @FunctionalInterface
    interface Receiver {

        /**
         * Takes one, whose memory is good for this call alone.
         *
         * @param length of what the app sent, a header in front of it included. If it is larger than {@link RecordPacker#mostReceived} at
         *     least so many bytes of it, and one more, are there
         */
        void received(MemorySegment memory, long at, int length);
    }
}
