package io.socketbridge.sidecar.tunnel;

import io.socketbridge.sidecar.linux.Epoll;
import io.socketbridge.sidecar.linux.Kernel;
import io.socketbridge.sidecar.loop.Connector;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.Pipe;
import io.socketbridge.sidecar.relay.SocketStream;
import java.lang.foreign.MemorySegment;

/**
 * A connected TCP socket. Until it is closed in order it is set to be reset, so that the other end is not told of an end of file if
 * this process is killed.
 */
final class TcpStream extends SocketStream {

    /** Within a minute the kernel notices that the other end of an idle connection is gone, until a route's limits say another time. */
    private static final int KEEP_ALIVE_IDLE_SECONDS = 30;

    private static final int KEEP_ALIVE_INTERVAL_SECONDS = 10;
    private static final int KEEP_ALIVE_PROBES = 3;

    private TcpStream(EventLoop loop, int fd, long registration, int eventsBefore) {
        super(loop, fd, registration, eventsBefore, true);
    }

    /** A connection that a listener took, whose options it has. */
    static TcpStream accepted(EventLoop loop, int fd) {
        return new TcpStream(loop, fd, -1, 0);
    }

    /** A connection that was dialled; see {@link Connector.Connected}. */
    static TcpStream dialled(EventLoop loop, int fd, long registration, int eventsBefore) {
        setUp(loop.kernel(), fd);
        return new TcpStream(loop, fd, registration, eventsBefore);
    }

    /**
     * Sets on a listening socket what a stream needs, and what it hands on to its connections for nothing: also that the kernel
     * asks whether the other end is alive, which those that were dialled are given only when they have lived a while.
     */
    static void setOptions(Kernel kernel, int fd) {
        setUp(kernel, fd);
        kernel.setKeepAlive(fd, KEEP_ALIVE_IDLE_SECONDS, KEEP_ALIVE_INTERVAL_SECONDS, KEEP_ALIVE_PROBES);
    }

    private static void setUp(Kernel kernel, int fd) {
        kernel.setResetOnClose(fd, true);
        kernel.setNoDelay(fd);
        // Not first when one comes: if the next has come by then too, the kernel has taken the first out of the stream.
        kernel.setOutOfBandInline(fd);
    }

    @Override
    public boolean crossesNetwork() {
        return true;
    }

    @Override
    public int read(MemorySegment buffer, int offset, int length) {
        return kernel().receive(descriptor(), buffer, offset, length);
    }

    @Override
    public boolean hasNews(int events) {
        return (events & Epoll.IN) != 0;
    }

    @Override
    public int look() {
        return loop().outOfBand().poll(descriptor());
    }

    @Override
    public int readToMark(MemorySegment buffer, int offset, int length) {
        return read(buffer, offset, length);
    }

    @Override
    public boolean splices() {
        return true;
    }

    @Override
    public int spliceable() {
        return Pipe.CAPACITY_BYTES;
    }

    @Override
    public void startSplicing() {}

    @Override
    public boolean refuseInput() {
        return false;
    }

    @Override
    public void peerIsGone() {}

    @Override
    public void close() {
        kernel().setResetOnClose(descriptor(), false);
        closeDescriptor();
    }

    @Override
    public void abandon() {
        closeDescriptor();
    }

    /**
     * {@inheritDoc}
     *
     * <p>Sends a TCP reset, and not before what was written has arrived: to whom it was written it comes before the end, as it
     * does on a local socket.
     */
    @Override
    public void reset() {
        stopWatching();
        loop().farewells().reset(descriptor());
    }
}
