package io.socketbridge.sidecar.tunnel;

import io.socketbridge.sidecar.linux.Kernel;
import io.socketbridge.sidecar.relay.SocketStream;
import java.lang.foreign.MemorySegment;

/**
 * A connected TCP socket. Until it is closed in order it is set to be reset, so that the other end is not told of an end of file if
 * this process is killed.
 */
final class TcpStream extends SocketStream {

    private TcpStream(Kernel kernel, int fd) {
        super(kernel, fd);
    }

    /** A connection that a listener took, whose options it has. */
    static TcpStream accepted(Kernel kernel, int fd) {
        return new TcpStream(kernel, fd);
    }

    /** A connection that was dialled. */
    static TcpStream dialled(Kernel kernel, int fd) {
        setOptions(kernel, fd);
        return new TcpStream(kernel, fd);
    }

    /** Sets on a socket what a stream needs; a listening one hands it on to its connections, which saves them the calls. */
    static void setOptions(Kernel kernel, int fd) {
        kernel.setResetOnClose(fd, true);
        kernel.setNoDelay(fd);
        kernel.setKeepAlive(fd);
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
