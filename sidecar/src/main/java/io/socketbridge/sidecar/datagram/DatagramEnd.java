package io.socketbridge.sidecar.datagram;

import io.socketbridge.sidecar.linux.Epoll;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.relay.ByteStream;
import java.lang.foreign.MemorySegment;

/** What all streams of datagrams have in common: their bytes are no socket's, and nobody at the other end can be told how it ended. */
abstract class DatagramEnd implements ByteStream {

    /** None that bytes could be moved from. */
    @Override
    public final int descriptor() {
        return -1;
    }

    /** A sender of datagrams that goes away tells nobody. */
    @Override
    public final void whenGone(Runnable task) {}

    @Override
    public final void forgetWhenGone() {}

    @Override
    public final void joined() {}

    @Override
    public void awaitRoom(boolean awaited) {}

    @Override
    public final boolean hasNews(int events) {
        return (events & Epoll.IN) != 0;
    }

    @Override
    public final int readToMark(MemorySegment buffer, int offset, int length) {
        return read(buffer, offset, length);
    }

    @Override
    public final boolean isAtMark() {
        return false;
    }

    @Override
    public final int mostAtOnce() {
        return EventLoop.BUFFER_BYTES;
    }

    /** TCP's ways to find out do not hold for it. */
    @Override
    public final boolean crossesNetwork() {
        return false;
    }

    @Override
    public final void peerIsGone() {}

    @Override
    public final void reset() {
        close();
    }

    @Override
    public final void abandon() {
        close();
    }
}
