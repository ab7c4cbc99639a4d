package io.socketbridge.sidecar.loop;

import io.socketbridge.sidecar.linux.Epoll;
import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.Kernel;
import io.socketbridge.sidecar.linux.LinuxException;
import io.socketbridge.sidecar.linux.SocketAddress;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** One attempt to connect a socket. Lives on one loop; exactly one of its two outcomes happens, once, unless it is cancelled. */
public final class Connector {

    /** A Unix listener whose backlog is full cannot be waited for, so it is asked again after this, then twice as long. */
    private static final Duration FIRST_RETRY = Duration.ofMillis(1);

    private static final Duration LAST_RETRY = Duration.ofMillis(50);

    private final EventLoop loop;
    private final ToIntFunction<Kernel> socket;
    private final SocketAddress address;
    private final Connected connected;
    private final Consumer<LinuxException> failed;
    private @Nullable Timer timeout;
    private int fd = -1;
    private long registration = -1;
    private boolean done;

    /** Takes a connected descriptor. */
    public interface Connected {

        /**
         * Called once.
         *
         * @param fd the descriptor; non-blocking
         * @param registration with the loop, for {@link #INTEREST}; negative if there is none
         * @param events that came already
         */
        void connected(int fd, long registration, int events);
    }

    /** What a descriptor is watched for that could not be connected at once: all that whoever gets it will want to know. */
    public static final int INTEREST = Epoll.IN | Epoll.PRI | Epoll.OUT | Epoll.RDHUP | Epoll.EDGE_TRIGGERED;

    private Connector(
            EventLoop loop,
            ToIntFunction<Kernel> socket,
            SocketAddress address,
            Connected connected,
            Consumer<LinuxException> failed) {
        this.loop = loop;
        this.socket = socket;
        this.address = address;
        this.connected = connected;
        this.failed = failed;
    }

    /** Connects a stream socket; as the other. */
    public static Connector connect(
            EventLoop loop,
            SocketAddress address,
            Duration limit,
            Connected connected,
            Consumer<LinuxException> failed) {
        return connect(loop, kernel -> kernel.streamSocket(address), address, limit, connected, failed);
    }

    /**
     * Connects; to be called on the loop, which an outcome may reach before this returns.
     *
     * @param socket makes a socket: its descriptor, or a negated error number
     * @param connected gets the descriptor, and owns it and its registration
     * @param failed gets the reason, {@link Errno#ETIMEDOUT} when {@code limit} has passed
     */
    public static Connector connect(
            EventLoop loop,
            ToIntFunction<Kernel> socket,
            SocketAddress address,
            Duration limit,
            Connected connected,
            Consumer<LinuxException> failed) {
        Connector connector = new Connector(loop, socket, address, connected, failed);
        connector.timeout = loop.schedule(limit, () -> connector.fail("connect", Errno.ETIMEDOUT));
        connector.open();
        return connector;
    }

    /** Gives it up, if it has no outcome yet: none will happen. To be called on the loop. */
    public void cancel() {
        if (settle()) {
            release();
        }
    }

    private void open() {
        fd = socket.applyAsInt(loop.kernel());
        if (fd < 0) {
            fail("socket", -fd);
            return;
        }
        attempt(FIRST_RETRY);
    }

    private void attempt(Duration retry) {
        if (done) {
            return;
        }
        int result = loop.kernel().connect(fd, address);
        switch (-result) {
            case Errno.EINPROGRESS -> await();
            case Errno.EAGAIN -> {
                Duration next = retry.compareTo(LAST_RETRY) < 0 ? retry.multipliedBy(2) : LAST_RETRY;
                loop.schedule(retry, () -> attempt(next));
            }
            default -> {
                if (result < 0) {
                    fail("connect", -result);
                } else {
                    succeed(0);
                }
            }
        }
    }

    private void await() {
        try {
            registration = loop.watch(fd, INTEREST, this::answered);
        } catch (LinuxException e) {
            fail("epoll_ctl", e.errno());
        }
    }

    private void answered(int events) {
        if ((events & (Epoll.ERR | Epoll.HUP)) != 0) {
            int error = loop.kernel().takeError(fd);
            fail("connect", error < 0 ? -error : Errno.ECONNRESET);
        } else if ((events & Epoll.OUT) != 0) {
            succeed(events);
        }
    }

    private void succeed(int events) {
        if (settle()) {
            connected.connected(fd, registration, events);
        }
    }

    private void fail(String call, int errno) {
        if (settle()) {
            release();
            failed.accept(new LinuxException(call, address.text(), errno));
        }
    }

    private void release() {
        if (fd >= 0) {
            loop.forget(registration);
            loop.kernel().close(fd);
        }
    }

    private boolean settle() {
        if (done) {
            return false;
        }
        done = true;
        if (timeout != null) {
            timeout.cancel();
        }
        return true;
    }
}
