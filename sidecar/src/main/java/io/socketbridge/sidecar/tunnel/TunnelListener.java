package io.socketbridge.sidecar.tunnel;

import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.TcpAddress;
import io.socketbridge.contract.Tunnel;
import io.socketbridge.contract.TunnelAddress;
import io.socketbridge.sidecar.frame.ResetCode;
import io.socketbridge.sidecar.loop.Acceptor;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.relay.Listener;
import io.socketbridge.sidecar.relay.ProxyHeader;
import io.socketbridge.sidecar.tls.PeerIdentity;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One bridge's share of the port on which a pod takes tunnels. */
public final class TunnelListener implements Listener {

    private final TunnelPorts ports;
    private final TcpAddress wanted;
    private final boolean anyPort;
    private final EventLoop loop;
    private final BiConsumer<String, String> denied;

    /** Who may connect; the last that was said. */
    private volatile Tunnel rule;

    /** Null while it is not bound; on the listener's loop. */
    private @Nullable TunnelPort port;

    private volatile String address;

    /** Guarded by this, as are the others below. */
    private @Nullable Accepted accepted;

    private Acceptor.@Nullable Gate gate;

    /** Connections that the gate did not admit yet, as in a backlog. */
    private final Deque<ServerTunnel> waiting = new ArrayDeque<>();

    /**
     * @param loop the loop that the listener lives on
     * @param anyPort whether another port will do if the wanted one is taken
     * @param rule which bridge it is and who may connect
     * @param denied is told of each who may not, on any loop: a stable word, and a sentence for the log
     */
    public TunnelListener(
            TunnelPorts ports,
            EventLoop loop,
            TunnelAddress wanted,
            boolean anyPort,
            Tunnel rule,
            BiConsumer<String, String> denied) {
        this.ports = ports;
        this.loop = loop;
        this.wanted = wanted.tcp();
        this.anyPort = anyPort;
        this.rule = rule;
        this.denied = denied;
        this.address = wanted.toString();
    }

    /** Has others be let in from now on. Any thread may call. */
    public void allow(Tunnel newRule) {
        rule = newRule;
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public void bind() throws ListenException {
        if (port != null) {
            return;
        }
        TunnelPort taken = ports.acquire(loop, wanted, anyPort);
        if (!taken.add(rule.serverName(), this)) {
            ports.release(taken);
            throw new ListenException(
                    RouteState.ADDRESS_IN_USE,
                    address + ": another route serves '" + rule.serverName() + "' there already");
        }
        port = taken;
        address = taken.address();
    }

    @Override
    public void open(Accepted newAccepted, Acceptor.Gate newGate) throws ListenException {
        bind();
        synchronized (this) {
            accepted = newAccepted;
            gate = newGate;
        }
    }

    @Override
    public void resume() {
        while (admitNext()) {
            // as many as there is room for
        }
    }

    private synchronized boolean admitNext() {
        Accepted taker = accepted;
        Acceptor.Gate asked = gate;
        if (waiting.isEmpty() || taker == null || asked == null || !asked.admits()) {
            return false;
        }
        asked.taken();
        ServerTunnel tunnel = waiting.remove();
        tunnel.loop().execute(() -> hand(tunnel, taker));
        return true;
    }

    @Override
    public void refuse() throws ListenException {
        bind();
        refuseAll();
    }

    private void refuseAll() {
        Deque<ServerTunnel> refused;
        synchronized (this) {
            accepted = null;
            refused = new ArrayDeque<>(waiting);
            waiting.clear();
        }
        refused.forEach(tunnel -> tunnel.loop().execute(() -> tunnel.refuse(ResetCode.UNAVAILABLE)));
    }

    @Override
    public void close() {
        refuseAll();
        if (port != null) {
            port.remove(rule.serverName(), this);
            ports.release(port);
            port = null;
        }
    }

    /** A connection has been begun; called on its loop. */
    void opened(ServerTunnel tunnel, PeerIdentity peer, ProxyHeader header) {
        Tunnel now = rule;
        if (!peer.equals(PeerIdentity.ANYBODY) && !PeerRule.allows(now, peer)) {
            deny(tunnel, "identity", peer.spiffeId() + " is not a client of this bridge");
            return;
        }
        if (!now.access().allows(header.peer().uid(), header.peer().gid())) {
            deny(
                    tunnel,
                    "user",
                    "user " + header.peer().uid() + " of group " + header.peer().gid() + " at " + peer.spiffeId()
                            + " may not connect");
            return;
        }
        Accepted taker;
        synchronized (this) {
            taker = accepted;
            Acceptor.Gate asked = gate;
            if (taker == null || asked == null) {
                tunnel.refuse(ResetCode.UNAVAILABLE);
                return;
            }
            if (!asked.admits()) {
                waiting.add(tunnel);
                return;
            }
            asked.taken();
        }
        hand(tunnel, taker);
    }

    private void deny(ServerTunnel tunnel, String reason, String message) {
        denied.accept(reason, message);
        tunnel.refuse(ResetCode.DENIED);
    }

    private static void hand(ServerTunnel tunnel, Accepted taker) {
        tunnel.loop().load().incrementAndGet();
        taker.accept(tunnel.loop(), tunnel.stream());
    }

    /** One that waited has gone. */
    synchronized void forget(ServerTunnel tunnel) {
        waiting.remove(tunnel);
    }
}
