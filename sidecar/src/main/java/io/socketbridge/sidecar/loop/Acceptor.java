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
    private final Accepted accepted;
    private long registration;
    private boolean closed;

    /** Takes a connection. */
    public interface Accepted {

        /**
         * Called on the loop to which the descriptor belongs from now on, and whose {@link EventLoop#load} counts it already;
         * whoever closes it takes it off.
         */
        void accept(EventLoop loop, int fd);
    }

    /**
     * @param loop watches the listening socket
     * @param loops get the connections
     * @param fd a listening socket; belongs to the acceptor from now on
     * @param address for the log
     * @param accepted gets each connection's descriptor, and owns it
     */
    public Acceptor(EventLoop loop, EventLoops loops, int fd, String address, Accepted accepted) {
        this.loop = loop;
        this.loops = loops;
        this.fd = fd;
        this.address = address;
        this.accepted = accepted;
    }

    /** Starts to accept; to be called on the loop, once. */
    public void start() throws LinuxException {
        registration = loop.watch(fd, Epoll.IN, events -> accept());
    }

    /** Closes the listening socket: connections that wait in its backlog are reset. To be called on the loop. */
    public void close() {
        if (!closed) {
            closed = true;
            loop.forget(registration);
            loop.kernel().close(fd);
        }
    }

    private void accept() {
        for (int i = 0; i < TURNS && !closed; i++) {
            int connection = loop.kernel().accept(fd);
            switch (-connection) {
                case Errno.EAGAIN -> {
                    return;
                }
                case Errno.ECONNABORTED, Errno.EINTR -> {}
                case Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM, Errno.ENOBUFS -> {
                    rest(-connection);
                    return;
                }
                default -> {
                    if (connection < 0) {
                        LOG.errorf("accept %s: %s", address, Errno.describe(-connection));
                        rest(-connection);
                        return;
                    }
                    hand(connection);
                }
            }
        }
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
    private void rest(int errno) {
        LOG.warnf("accept %s: %s; trying again in %d ms", address, Errno.describe(errno), REST.toMillis());
        loop.unwatch(registration, fd);
        loop.schedule(REST, () -> {
            try {
                if (!closed) {
                    start();
                }
            } catch (LinuxException e) {
                LOG.errorf("accept %s: %s; it is no longer listened on", address, e.getMessage());
            }
        });
    }
}
