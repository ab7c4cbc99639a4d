package io.socketbridge.sidecar.datagram;

import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.Kernel;
import io.socketbridge.sidecar.linux.MessageBatch;
import io.socketbridge.sidecar.linux.SocketAddress;

/** An app's datagram socket. When the app has made it anew it is connected to anew, and what it had not read of the old one is lost with it. */
final class UnixPeer implements DatagramPeer {

    private final Kernel kernel;
    private final int fd;
    private final SocketAddress address;

    UnixPeer(Kernel kernel, int fd, SocketAddress address) {
        this.kernel = kernel;
        this.fd = fd;
        this.address = address;
    }

    @Override
    public int descriptor() {
        return fd;
    }

    @Override
    public int sendFailed(int errno, boolean again) {
        return switch (errno) {
            case Errno.ECONNREFUSED, Errno.ENOTCONN, Errno.ECONNRESET, Errno.EPIPE, Errno.EDESTADDRREQ ->
                !again && kernel.connect(fd, address) >= 0 ? -Errno.EINTR : -Errno.ECONNREFUSED;
            default -> -errno;
        };
    }

    /** The app has disconnected its socket from this one: what it sends next is received as before. */
    @Override
    public int receiveFailed(int errno) {
        return errno == Errno.ECONNRESET ? -Errno.EINTR : -Errno.EAGAIN;
    }

    @Override
    public int headerBytes(MessageBatch batch, int i) {
        return 0;
    }

    @Override
    public int mostHeaderBytes() {
        return 0;
    }
}
