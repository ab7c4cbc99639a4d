package io.socketbridge.sidecar.tunnel;

import io.socketbridge.contract.TcpAddress;
import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.LinuxException;
import io.socketbridge.sidecar.linux.SocketAddress;
import io.socketbridge.sidecar.loop.Connector;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.relay.Dialer;
import java.net.UnknownHostException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Connects to a TCP address; a host name is looked up anew for each connection, aside from the loop. */
public final class TcpDialer implements Dialer {

    /** Longer than the kernel's first three retransmissions of a SYN, which go out after 1, 3 and 7 seconds. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

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
    public void dial(EventLoop loop, Outcome outcome) {
        if (literal != null) {
            connect(loop, literal, outcome);
            return;
        }
        HostResolver.THREADS.execute(() -> {
            try {
                SocketAddress resolved = SocketAddress.inet(HostResolver.resolve(address.host()), address.port());
                loop.execute(() -> connect(loop, resolved, outcome));
            } catch (UnknownHostException e) {
                loop.execute(() -> outcome.failed(
                        "unknown-host", address + ": the host name '" + address.host() + "' is not known"));
            }
        });
    }

    private static void connect(EventLoop loop, SocketAddress target, Outcome outcome) {
        Connector.connect(
                loop,
                target,
                LIMIT,
                (fd, registration, events) -> outcome.connected(TcpStream.dialled(loop, fd, registration, events)),
                e -> outcome.failed(reason(e), e.getMessage()));
    }

    private static String reason(LinuxException e) {
        return switch (e.errno()) {
            case Errno.ECONNREFUSED -> "refused";
            case Errno.ETIMEDOUT -> "timeout";
            case Errno.ENETUNREACH, Errno.EHOSTUNREACH -> "unreachable";
            default -> "error";
        };
    }
}
