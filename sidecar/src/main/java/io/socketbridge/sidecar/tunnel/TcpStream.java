package io.socketbridge.sidecar.tunnel;

import io.socketbridge.sidecar.linux.Kernel;
import io.socketbridge.sidecar.relay.SocketStream;

/** A connected TCP socket. */
final class TcpStream extends SocketStream {

    TcpStream(Kernel kernel, int fd) {
        super(kernel, fd);
        kernel.setNoDelay(fd);
        kernel.setKeepAlive(fd);
    }

    /** {@inheritDoc} Sends a TCP reset, and drops what was written and not yet acknowledged. */
    @Override
    public void reset() {
        kernel().setResetOnClose(descriptor());
        close();
    }
}
