package io.socketbridge.sidecar.tunnel;

import io.socketbridge.contract.TcpAddress;
import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.LinuxException;
import io.socketbridge.sidecar.linux.SocketAddress;
import io.socketbridge.sidecar.loop.Connector;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.HostResolver;
import io.socketbridge.sidecar.relay.Dialer;
import java.net.UnknownHostException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Connects sockets to a TCP address; a host name is looked up anew for each, aside from the loop. */
final class TcpConnector {

    private final TcpAddress address;
    private final @Nullable SocketAddress literal;

    TcpConnector(TcpAddress address) {
        this.address = address;
        this.literal = HostResolver.literal(address.host())
                .map(ip -> SocketAddress.inet(ip, address.port()))
                .orElse(null);
    }

    /** What became of it. Called on the loop. */
    interface Outcome {

        /** See {@link Connector.Connected}. */
        void connected(int fd, long registration, int events);

        /** See {@link Dialer.Outcome}. */
        void failed(String reason, String message);
    }

    /** Connects; called on the loop, on which exactly one of the outcomes happens, once, perhaps before this returns. */
    Dialer.Pending connect(EventLoop loop, Duration limit, Outcome outcome) {
        if (literal != null) {
            return connect(loop, literal, limit, outcome)::cancel;
        }
        Lookup lookup = new Lookup(loop, System.nanoTime() + limit.toNanos(), outcome);
        HostResolver.THREADS.execute(lookup);
        return lookup;
    }

    private static Connector connect(EventLoop loop, SocketAddress target, Duration limit, Outcome outcome) {
        return Connector.connect(
                loop,
                target,
                limit,
                outcome::connected,
                e -> outcome.failed(reason(e), String.valueOf(e.getMessage())));
    }

    private static String reason(LinuxException e) {
        return switch (e.errno()) {
            case Errno.ECONNREFUSED -> "refused";
            case Errno.ETIMEDOUT -> "timeout";
            case Errno.ENETUNREACH, Errno.EHOSTUNREACH -> "unreachable";
            case Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM, Errno.ENOBUFS -> Dialer.RESOURCES;
            default -> "error";
        };
    }

    /** Connects when it is known where to, unless that is not wanted any more by then. */
    private final class Lookup implements Dialer.Pending, Runnable {

        private final EventLoop loop;
        private final long deadlineNanos;
        private final Outcome outcome;

        /** Written on the loop. */
        private volatile boolean cancelled;

        /** The loop's; null before the name is resolved. */
        private @Nullable Connector connector;

        Lookup(EventLoop loop, long deadlineNanos, Outcome outcome) {
            this.loop = loop;
            this.deadlineNanos = deadlineNanos;
            this.outcome = outcome;
        }

        @Override
        public void run() {
            if (cancelled) {
                return; // It has waited for its turn for too long.
            }
            String host = address.host();
            try {
                SocketAddress resolved = SocketAddress.inet(HostResolver.resolve(host), address.port());
                loop.execute(() -> found(resolved));
            } catch (UnknownHostException e) {
                loop.execute(() -> failed("unknown-host", "the host name '" + host + "' is not known"));
            } catch (RuntimeException e) {
                loop.execute(() -> failed("error", "the host name '" + host + "' cannot be looked up: " + e));
            }
        }

        private void found(SocketAddress resolved) {
            if (!cancelled) {
                Duration left = Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
                connector = connect(loop, resolved, left, outcome);
            }
        }

        private void failed(String reason, String message) {
            if (!cancelled) {
                outcome.failed(reason, address + ": " + message);
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            if (connector != null) {
                connector.cancel();
            }
        }
    }
}
