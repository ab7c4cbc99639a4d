package io.socketbridge.sidecar.local;

import io.socketbridge.sidecar.linux.Epoll;
import io.socketbridge.sidecar.linux.LinuxException;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.Timer;
import io.socketbridge.sidecar.relay.SocketStream;
import java.time.Duration;

/**
 * A connected Unix socket, whose peer is an app on this machine.
 *
 * <p>It has one way to say that a connection was cut, and not ended: it is closed while its queue holds something unread, and then its peer
 * gets {@code ECONNRESET}. So the last thing that the app sent is to stay in the queue until the next one has come.
 */
abstract class LocalStream extends SocketStream {

    /** How long an app is kept waiting that cannot be told of a reset: longer than it would wait for a server that is alive. */
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(10);

    /**
     * Whether the app may send something before it is told that nobody reads: what then lies unread is what it can be told of a reset by, and
     * of {@code EPIPE} alone it would go on to wait for an answer.
     */
    private boolean refusesLater;

    private boolean peerIsGone;
    private boolean closed;

    LocalStream(EventLoop loop, int fd) {
        super(loop, fd, -1, 0, false);
    }

    /** Takes everything off the queue that was read. */
    abstract void takeOffWhatWasRead();

    /** Gives back what is kept in memory, as nothing is read or written any more; called once or more often. */
    void release() {}

    /** Whether nobody is left to be told of a reset. */
    final boolean isPeerGone() {
        return peerIsGone;
    }

    final boolean isClosed() {
        return closed;
    }

    @Override
    public final void peerIsGone() {
        peerIsGone = true;
    }

    @Override
    public final boolean crossesNetwork() {
        return false;
    }

    @Override
    public final boolean refuseInput() {
        refusesLater = !peerIsGone && kernel().queuedBytes(descriptor()) == 0;
        if (!refusesLater) {
            kernel().shutdownRead(descriptor());
        }
        return true;
    }

    @Override
    public final boolean refusesLater() {
        return refusesLater;
    }

    @Override
    public final void close() {
        if (!peerIsGone) {
            takeOffWhatWasRead();
        }
        abandon();
    }

    @Override
    public final void abandon() {
        closed = true;
        release();
        closeDescriptor();
    }

    /**
     * {@inheritDoc}
     *
     * <p>An app that never sent anything, so that there is nothing to leave unread, cannot be told by the kernel. It is not told of an
     * end of file either: the socket stays open until the app has sent something or closed, or for a long time.
     */
    @Override
    public final void reset() {
        stopWatching();
        release();
        if (peerIsGone || kernel().queuedBytes(descriptor()) != 0) {
            abandon();
            return;
        }
        closed = true;
        Timer timer = loop().schedule(LONGEST_SILENCE, this::abandon);
        try {
            watch(events -> {
                if ((events & (Epoll.HUP | Epoll.ERR)) != 0 || kernel().queuedBytes(descriptor()) > 0) {
                    timer.cancel();
                    abandon();
                }
            });
        } catch (LinuxException e) {
            timer.cancel();
            abandon();
        }
    }
}
