package io.socketbridge.sidecar.loop;

import io.socketbridge.sidecar.linux.Epoll;
import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.LinuxException;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Takes connections from a listening socket, and spreads them over the loops. Lives on one loop. */
public final class Acceptor {

    private static final Logger LOG = Logger.getLogger(Acceptor.class);

    /** How many connections are taken before others get a turn. */
    private static final int TURNS = 64;

    /** How long accepting rests when the process or the system has no descriptor or memory left. */
    private static final Duration REST = Duration.ofMillis(100);

    private final EventLoop loop;
    private final EventLoops loops;
    private final int fd;
    private final String address;
    private final Gate gate;
    private final Accepted accepted;
    private final LogLimit errors = new LogLimit();
    private long registration;

    /** How many are taken in a turn, by how many there were in the last: one call that finds none is one too many. */
    private int expected = 1;

    private State state = State.WATCHING;

    private enum State {
        WATCHING,
        /** Until a timer ends it. */
        RESTING,
        /** Until {@link #resume}. */
        PAUSED,
        CLOSED
    }

    /** Takes a connection. */
    public interface Accepted {

        /**
         * Called on the loop to which the descriptor belongs from now on, and whose {@link EventLoop#load} counts it already;
         * whoever closes it takes it off.
         */
        void accept(EventLoop loop, int fd);
    }

    /** Says how many connections may be taken, and is told what became of it. Called on the acceptor's loop. */
    public interface Gate {

        /** Whether one more may be taken. Where not, the rest waits in the backlog until {@link Acceptor#resume}. */
        boolean admits();

        /** One was taken. */
        void taken();

        /** One could not be taken. */
        void failed(int errno);
    }

    /**
     * @param loop watches the listening socket
     * @param loops get the connections
     * @param fd a listening socket; belongs to the acceptor from now on
     * @param address for the log
     * @param gate is asked before each connection
     * @param accepted gets each connection's descriptor, and owns it
     */
    public Acceptor(EventLoop loop, EventLoops loops, int fd, String address, Gate gate, Accepted accepted) {
        this.loop = loop;
        this.loops = loops;
        this.fd = fd;
        this.address = address;
        this.gate = gate;
        this.accepted = accepted;
    }

    /** Starts to accept; to be called on the loop, once. */
    public void start() throws LinuxException {
        registration = loop.watch(fd, Epoll.IN, events -> accept());
        state = State.WATCHING;
    }

    /** Goes on after the gate admitted none; to be called on the loop. */
    public void resume() {
        if (state == State.PAUSED) {
            restart();
        }
    }

    /** Closes the listening socket: connections that wait in its backlog are reset. To be called on the loop. */
    public void close() {
        if (state != State.CLOSED) {
            state = State.CLOSED;
            loop.forget(registration);
            loop.kernel().close(fd);
        }
    }

    private void accept() {
        int most = expected;
        expected = Math.min(TURNS, 2 * most);
        for (int i = 0; i < most && state == State.WATCHING; i++) {
            if (!gate.admits()) {
                stop(State.PAUSED);
                return;
            }
            int connection = loop.kernel().accept(fd);
            if (connection >= 0) {
                gate.taken();
                hand(connection);
            } else if (!goesOn(-connection)) {
                expected = Math.max(1, i);
                return;
            }
        }
    }

    /** Whether accepting goes on at once after an error. */
    private boolean goesOn(int errno) {
        if (errno == Errno.EAGAIN) {
            return false;
        }
        if (errno == Errno.EINTR) {
            return true;
        }
        gate.failed(errno);
        boolean rest = errno != Errno.ECONNABORTED;
        errors.write(more -> LOG.warnf(
                "accept %s: %s%s%s",
                address, Errno.describe(errno), rest ? "; trying again every " + REST.toMillis() + " ms" : "", more));
        if (rest) {
            rest();
        }
        return !rest;
    }

    private void hand(int connection) {
        EventLoop target = loops.leastLoaded(loop);
        target.load().incrementAndGet();
        if (target == loop) {
            accepted.accept(loop, connection);
        } else {
            target.execute(() -> accepted.accept(target, connection));
        }
    }

    /** The waiting connection would wake the loop again at once, so the listener is not watched for a while. */
    private void rest() {
        stop(State.RESTING);
        restartAfterRest();
    }

    private void restartAfterRest() {
        loop.schedule(REST, () -> {
            if (state == State.RESTING) {
                restart();
            }
        });
    }

    private void stop(State reason) {
        loop.unwatch(registration, fd);
        state = reason;
    }

    private void restart() {
        try {
            start();
        } catch (LinuxException e) {
            errors.write(more -> LOG.warnf("accept %s: %s; trying again%s", address, e.getMessage(), more));
            state = State.RESTING;
            restartAfterRest();
        }
    }
}
