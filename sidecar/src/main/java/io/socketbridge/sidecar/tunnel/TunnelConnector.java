package io.socketbridge.sidecar.tunnel;

import io.socketbridge.contract.Tunnel;
import io.socketbridge.contract.TunnelAddress;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.Timer;
import io.socketbridge.sidecar.relay.Dialer;
import io.socketbridge.sidecar.tls.PeerIdentity;
import io.socketbridge.sidecar.tls.Protections;
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
    private final TcpConnector connector;

    TunnelConnector(EventLoop loop, TunnelAddress address, Tunnel rule, Protections protections) {
        this.loop = loop;
        this.address = address;
        this.rule = rule;
        this.protections = protections;
        this.connector = new TcpConnector(address.tcp());
    }

    /**
     * Makes one; exactly one of the outcomes happens, once, perhaps before this returns, unless it is given up before it is connected.
     *
     * @param pool whose it will be
     * @param connected gets it when it is known who is at the other end, and that it is who should be
     */
    Dialer.Pending connect(
            TunnelPool pool, Duration limit, Consumer<ClientTunnel> connected, Consumer<TunnelException> failed) {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        return connector.connect(loop, limit, new TcpConnector.Outcome() {
            @Override
            public void connected(int fd, long registration, int events) {
                ClientTunnel tunnel;
                try {
                    tunnel = tunnel(pool, fd, registration);
                } catch (TunnelException e) {
                    loop.forget(registration);
                    loop.kernel().close(fd);
                    failed.accept(e);
                    return;
                }
                new Handshake(tunnel, connected, failed).start(deadlineNanos);
            }

            @Override
            public void failed(String reason, String message) {
                failed.accept(new TunnelException(reason, message));
            }
        });
    }

    private ClientTunnel tunnel(TunnelPool pool, int fd, long registration) throws TunnelException {
        try {
            TcpStream.setOptions(loop.kernel(), fd);
            return new ClientTunnel(pool, fd, registration, protections.client(rule.serverName()));
        } catch (SSLException e) {
            throw new TunnelException("no-certificate", address + ": " + e.getMessage());
        } catch (RuntimeException e) {
            throw new TunnelException("error", address + ": the tunnel cannot be protected: " + e);
        }
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
