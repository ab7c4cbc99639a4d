package io.socketbridge.sidecar.datagram;

import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.MessageBatch;
import io.socketbridge.sidecar.record.RecordSink;

/** A socket that is connected to whoever receives what is sent, and what its errors mean. Owned by its loop. */
interface DatagramPeer {

    int descriptor();

    /**
     * What a failed attempt to send means.
     *
     * @param again whether it has failed right before
     * @return {@code -EINTR} to try once more, {@code -EAGAIN} to wait for room, {@link RecordSink#DROPPED} where the first message is lost
     *     and has been counted, {@code -EMSGSIZE} where it is too large; another negated error number ends the flow
     */
    int sendFailed(int errno, boolean again);

    /** What a failed attempt to receive means: {@code -EINTR} to go on, {@code -EAGAIN} where nothing is there. */
    int receiveFailed(int errno);

    /** How many bytes stand in front of a message's payload. */
    int headerBytes(MessageBatch batch, int i);

    /** How many there may be. */
    int mostHeaderBytes();

    /** An error that means nothing more than to wait, or to try again. */
    static boolean isPassing(int errno) {
        return errno == Errno.EAGAIN || errno == Errno.EINTR;
    }
}
