package io.socketbridge.sidecar.local;

import io.socketbridge.contract.SocketType;
import io.socketbridge.sidecar.linux.Kernel;
import io.socketbridge.sidecar.linux.SocketAddress;

/** What of a Unix socket depends on its type. */
final class UnixSocket {

    private UnixSocket() {}

    /** A new socket: its descriptor, or a negated error number. */
    static int make(Kernel kernel, SocketType type, SocketAddress address) {
        return switch (type) {
            case STREAM -> kernel.streamSocket(address);
            case DATAGRAM, RAW -> kernel.datagramSocket(address);
            case SEQ_PACKET -> kernel.sequencedPacketSocket(address);
        };
    }
}
