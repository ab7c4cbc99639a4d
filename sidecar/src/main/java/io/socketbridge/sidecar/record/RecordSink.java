package io.socketbridge.sidecar.record;

/** Takes whole records, such as a socket that sends each by itself. */
@FunctionalInterface
public interface RecordSink {

    /** The first record cannot be sent, and the sink has dropped and counted it. */
    int DROPPED = Integer.MIN_VALUE;

    /**
     * Sends records.
     *
     * @return how many were taken, from the first on; 0 when none is taken now; a negated error number when the first one could not be
     *     sent, or {@link #DROPPED}. {@code -EMSGSIZE} says that it is larger than can be sent
     */
    int send(RecordBatch batch);
}
