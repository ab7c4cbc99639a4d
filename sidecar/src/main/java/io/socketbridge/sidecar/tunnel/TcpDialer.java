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
    public void dial(EventLoop loop, Supplier<ProxyHeader> origin, Duration limit, Outcome outcome) {
        if (literal != null) {
            connect(loop, literal, limit, outcome);
            return;
        }
        HostResolver.THREADS.execute(() -> {
            try {
                SocketAddress resolved = SocketAddress.inet(HostResolver.resolve(address.host()), address.port());
                loop.execute(() -> connect(loop, resolved, limit, outcome));
            } catch (UnknownHostException e) {
                loop.execute(() -> outcome.failed(
                        "unknown-host", address + ": the host name '" + address.host() + "' is not known"));
            }
        });
    }

    private static void connect(EventLoop loop, SocketAddress target, Duration limit, Outcome outcome) {
        Connector.connect(
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
