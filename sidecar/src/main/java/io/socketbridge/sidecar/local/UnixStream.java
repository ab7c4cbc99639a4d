package io.socketbridge.sidecar.local;

import io.socketbridge.sidecar.linux.Kernel;
import io.socketbridge.sidecar.relay.SocketStream;

/** A connected Unix stream socket. */
final class UnixStream extends SocketStream {

    UnixStream(Kernel kernel, int fd) {
        super(kernel, fd);
    }

    /**
     * {@inheritDoc}
     *
     * <p>The kernel gives the peer {@code ECONNRESET} if it wrote something that was not read here, and else an end of file:
     * a Unix socket has no other way to say it.
     */
    @Override
    public void reset() {
        close();
    }
}
