package io.socketbridge.sidecar.tunnel;

import io.socketbridge.sidecar.linux.Kernel;
import io.socketbridge.sidecar.relay.SocketStream;
import java.lang.foreign.MemorySegment;

/**
 * A connected TCP socket. Until it is closed in order it is set to be reset, so that the other end is not told of an end of file if
 * this process is killed.
 */
final class TcpStream extends SocketStream {

    /**
     * Takes a socket over.
     *
     * @param fd is set to be reset by its close
     */
    private TcpStream(Kernel kernel, int fd) {
        super(kernel, fd);
        kernel.setNoDelay(fd);
        kernel.setKeepAlive(fd);
    }

    /** A connection that a listener took, whose options it has. */
    static TcpStream accepted(Kernel kernel, int fd) {
        return new TcpStream(kernel, fd);
    }

    /** A connection that was dialled. */
    static TcpStream dialled(Kernel kernel, int fd) {
        kernel.setResetOnClose(fd, true);
        return new TcpStream(kernel, fd);
    }

    @Override
    public int read(MemorySegment buffer, int offset, int length) {
        return kernel().receive(descriptor(), buffer, offset, length);
    }

    @Override
    public void startSplicing() {}

    @Override
    public void close() {
        kernel().setResetOnClose(descriptor(), false);
        kernel().close(descriptor());
    }

    /** {@inheritDoc} Sends a TCP reset, and drops what was written and not yet acknowledged. */
    @Override
    public void reset() {
        kernel().close(descriptor());
    }
}
