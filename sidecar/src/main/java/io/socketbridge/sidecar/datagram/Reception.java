package io.socketbridge.sidecar.datagram;

import io.socketbridge.sidecar.linux.MessageBatch;
import io.socketbridge.sidecar.relay.Listener.ListenException;
import io.socketbridge.sidecar.relay.Peer;

/** Where datagrams are received: what differs between the families of sockets. Lives on its listener's loop. */
interface Reception {

    /** As the report has it. */
    String address();

    /**
     * A bound socket, whose descriptor belongs to the caller.
     *
     * @throws ListenException if the address cannot be had
     */
    int bind() throws ListenException;

    /** Removes what a closed socket has left: its file. */
    void release();

    /** Whether the kernel tells of each message which user sent it. */
    boolean tellsCredentials();

    /** How many bytes stand in front of a message's payload. */
    int headerBytes(MessageBatch batch, int i);

    /** How many bytes in front of a payload there may be. */
    int mostHeaderBytes();

    /** Who a sender is, to the server. */
    Peer peer(Sender sender);
}
