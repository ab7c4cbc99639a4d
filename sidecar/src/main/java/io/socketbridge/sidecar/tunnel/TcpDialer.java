package io.socketbridge.sidecar.tunnel;

import io.socketbridge.contract.TcpAddress;
import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.LinuxException;
import io.socketbridge.sidecar.linux.SocketAddress;
import io.socketbridge.sidecar.loop.Connector;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.relay.Dialer;
import io.socketbridge.sidecar.relay.ProxyHeader;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Connects to a TCP address; a host name is looked up anew for each connection, aside from the loop. */
public final class TcpDialer implements Dialer {

    private final TcpAddress address;
    private final @Nullable SocketAddress literal;

    /** Dials this address. */
    public TcpDialer(TcpAddress address) {
        this.address = address;
        this.literal = HostResolver.literal(address.host())
                .map(ip -> SocketAddress.inet(ip, address.port()))
                .orElse(null);
    }

    @Override
    public Pending dial(EventLoop loop, Supplier<ProxyHeader> origin, Duration limit, Outcome outcome) {
        if (literal != null) {
            return connect(loop, literal, limit, outcome)::cancel;
        }
        Lookup lookup = new Lookup(loop, System.nanoTime() + limit.toNanos(), outcome);
        HostResolver.THREADS.execute(lookup);
        return lookup;
    }

    /** Connects when it is known where to, unless that is not wanted any more by then. */
    private final class Lookup implements Pending, Runnable {

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
            try {
                SocketAddress resolved = SocketAddress.inet(HostResolver.resolve(address.host()), address.port());
                loop.execute(() -> found(resolved));
            } catch (UnknownHostException e) {
                loop.execute(this::unknown);
            }
        }

        private void found(SocketAddress resolved) {
            if (!cancelled) {
                Duration left = Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
                connector = connect(loop, resolved, left, outcome);
            }
        }

        private void unknown() {
            if (!cancelled) {
                outcome.failed("unknown-host", address + ": the host name '" + address.host() + "' is not known");
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

    private static Connector connect(EventLoop loop, SocketAddress target, Duration limit, Outcome outcome) {
        return Connector.connect(
                loop,
                target,
                limit,
                (fd, registration, events) -> outcome.connected(TcpStream.dialled(loop, fd, registration, events)),
                e -> outcome.failed(reason(e), e.getMessage()));
    }

    static String reason(LinuxException e) {
        return switch (e.errno()) {
            case Errno.ECONNREFUSED -> "refused";
            case Errno.ETIMEDOUT -> "timeout";
            case Errno.ENETUNREACH, Errno.EHOSTUNREACH -> "unreachable";
            case Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM, Errno.ENOBUFS -> RESOURCES;
            default -> "error";
        };
    }
}
