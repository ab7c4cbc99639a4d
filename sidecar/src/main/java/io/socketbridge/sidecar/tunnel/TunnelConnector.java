package io.socketbridge.sidecar.tunnel;

import io.socketbridge.contract.Tunnel;
import io.socketbridge.contract.TunnelAddress;
import io.socketbridge.sidecar.linux.SocketAddress;
import io.socketbridge.sidecar.loop.Connector;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.Timer;
import io.socketbridge.sidecar.tls.PeerIdentity;
import io.socketbridge.sidecar.tls.Protections;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Makes tunnels to one place: connects, and shakes hands. Owned by its loop. */
final class TunnelConnector {

    private final EventLoop loop;
    private final TunnelAddress address;
    private final Tunnel rule;
    private final Protections protections;
    private final @Nullable SocketAddress literal;

    TunnelConnector(EventLoop loop, TunnelAddress address, Tunnel rule, Protections protections) {
        this.loop = loop;
        this.address = address;
        this.rule = rule;
        this.protections = protections;
        this.literal = HostResolver.literal(address.tcp().host())
                .map(ip -> SocketAddress.inet(ip, address.tcp().port()))
                .orElse(null);
    }

    /**
     * Makes one; exactly one of the outcomes happens, once, perhaps before this returns.
     *
     * @param pool whose it will be
     * @param connected gets it when it is known who is at the other end, and that it is who should be
     */
    void connect(TunnelPool pool, Duration limit, Consumer<ClientTunnel> connected, Consumer<TunnelException> failed) {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        if (literal != null) {
            connect(literal, pool, deadlineNanos, connected, failed);
            return;
        }
        HostResolver.THREADS.execute(() -> {
            String host = address.tcp().host();
            try {
                SocketAddress resolved = SocketAddress.inet(
                        HostResolver.resolve(host), address.tcp().port());
                loop.execute(() -> connect(resolved, pool, deadlineNanos, connected, failed));
            } catch (UnknownHostException e) {
                loop.execute(() -> failed.accept(
                        new TunnelException("unknown-host", address + ": the host name '" + host + "' is not known")));
            }
        });
    }

    private void connect(
            SocketAddress target,
            TunnelPool pool,
            long deadlineNanos,
            Consumer<ClientTunnel> connected,
            Consumer<TunnelException> failed) {
        Connector.connect(
                loop,
                target,
                Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime())),
                (fd, registration, events) -> {
                    TcpStream.setOptions(loop.kernel(), fd);
                    try {
                        ClientTunnel tunnel =
                                new ClientTunnel(pool, fd, registration, protections.client(rule.serverName()));
                        new Handshake(tunnel, connected, failed).start(deadlineNanos);
                    } catch (SSLException e) {
                        loop.forget(registration);
                        loop.kernel().close(fd);
                        failed.accept(new TunnelException("no-certificate", address + ": " + e.getMessage()));
                    }
                },
                e -> failed.accept(new TunnelException(TcpDialer.reason(e), e.getMessage())));
    }

    /** Waits until it is known who is at the other end. */
    private final class Handshake implements ClientTunnel.Established {

        private final ClientTunnel tunnel;
        private final Consumer<ClientTunnel> connected;
        private final Consumer<TunnelException> failed;
        private @Nullable Timer timer;

        Handshake(ClientTunnel tunnel, Consumer<ClientTunnel> connected, Consumer<TunnelException> failed) {
            this.tunnel = tunnel;
            this.connected = connected;
            this.failed = failed;
        }

        void start(long deadlineNanos) {
            timer = loop.schedule(Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime())), () -> {
                tunnel.giveUp();
                failed.accept(new TunnelException("timeout", address + ": the handshake was not over in time"));
            });
            tunnel.start(this);
        }

        @Override
        public void established(PeerIdentity peer) {
            settle();
            if (peer.equals(PeerIdentity.ANYBODY) || PeerRule.allows(rule, peer)) {
                connected.accept(tunnel);
            } else {
                tunnel.leave();
                failed.accept(new TunnelException(
                        "identity",
                        address + ": " + peer.spiffeId() + " is there, which is no server of " + rule.serverName()));
            }
        }

        @Override
        public void failed(TunnelException reason) {
            settle();
            failed.accept(new TunnelException(reason.reason(), address + ": " + reason.getMessage()));
        }

        private void settle() {
            if (timer != null) {
                timer.cancel();
            }
        }
    }
}
