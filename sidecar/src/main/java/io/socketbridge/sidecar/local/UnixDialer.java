package io.socketbridge.sidecar.local;

import io.socketbridge.contract.UnixAddress;
import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.LinuxException;
import io.socketbridge.sidecar.linux.SocketAddress;
import io.socketbridge.sidecar.loop.Connector;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.relay.Dialer;
import io.socketbridge.sidecar.relay.ProxyHeader;
import java.time.Duration;
import java.util.function.Supplier;

/** Connects to an app's socket, by its name each time: the app may have made a new one meanwhile. */
public final class UnixDialer implements Dialer {

    private final SocketAddress address;
    private final UnixStreams streams;

    /**
     * Dials an address.
     *
     * @param streams makes streams of its connections
     */
    public UnixDialer(UnixAddress address, UnixStreams streams) {
        this.streams = streams;
        this.address = SocketAddress.unix(address.name());
    }

    @Override
    public Pending dial(EventLoop loop, Supplier<ProxyHeader> origin, Duration limit, Outcome outcome) {
        Connector connector = Connector.connect(
                loop,
                kernel -> UnixSocket.make(kernel, streams.type(), address),
                address,
                limit,
                (fd, registration, events) -> outcome.connected(streams.of(loop, fd)),
                e -> outcome.failed(reason(e), e.getMessage()));
        return connector::cancel;
    }

    private static String reason(LinuxException e) {
        return switch (e.errno()) {
            case Errno.ENOENT -> "socket-missing";
            case Errno.EPROTOTYPE -> "socket-type";
            case Errno.ECONNREFUSED -> "refused";
            case Errno.EACCES, Errno.EPERM -> "permission-denied";
            case Errno.ETIMEDOUT -> "backlog-full";
            case Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM, Errno.ENOBUFS -> RESOURCES;
            default -> "error";
        };
    }
}
