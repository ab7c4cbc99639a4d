package io.socketbridge.sidecar.loop;

import io.socketbridge.sidecar.linux.Epoll;
import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.LinuxException;
import io.socketbridge.sidecar.linux.SocketAddress;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** One attempt to connect a stream socket. Lives on one loop; exactly one of its two outcomes happens, once. */
public final class Connector {

    /** A Unix listener whose backlog is full cannot be waited for, so it is asked again after this, then twice as long. */
    private static final Duration FIRST_RETRY = Duration.ofMillis(1);

    private static final Duration LAST_RETRY = Duration.ofMillis(50);

    private final EventLoop loop;
    private final SocketAddress address;
    private final IntConsumer connected;
    private final Consumer<LinuxException> failed;
    private @Nullable Timer timeout;
    private int fd = -1;
    private long registration = -1;
    private boolean done;

    private Connector(EventLoop loop, SocketAddress address, IntConsumer connected, Consumer<LinuxException> failed) {
        this.loop = loop;
        this.address = address;
        this.connected = connected;
        this.failed = failed;
    }

    /**
     * Connects; to be called on the loop, which an outcome may reach before this returns.
     *
     * @param connected gets the descriptor, and owns it
     * @param failed gets the reason, {@link Errno#ETIMEDOUT} when {@code limit} has passed
     */
    public static void connect(
            EventLoop loop,
            SocketAddress address,
            Duration limit,
            IntConsumer connected,
            Consumer<LinuxException> failed) {
        Connector connector = new Connector(loop, address, connected, failed);
        connector.timeout = loop.schedule(limit, () -> connector.fail("connect", Errno.ETIMEDOUT));
        connector.open();
    }

    private void open() {
        fd = loop.kernel().streamSocket(address);
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
            default -> finish(result);
        }
    }

    private void await() {
        try {
            registration =
                    loop.watch(fd, Epoll.OUT, events -> finish(loop.kernel().takeError(fd)));
        } catch (LinuxException e) {
            fail("epoll_ctl", e.errno());
        }
    }

    private void finish(int result) {
        if (result < 0) {
            fail("connect", -result);
        } else if (settle()) {
            connected.accept(fd);
        }
    }

    private void fail(String call, int errno) {
        if (settle()) {
            if (fd >= 0) {
                loop.kernel().close(fd);
            }
            failed.accept(new LinuxException(call, address.text(), errno));
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
        if (registration >= 0) {
            loop.unwatch(registration, fd);
        }
        return true;
    }
}
