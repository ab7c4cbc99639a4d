package io.socketbridge.sidecar.tunnel;

import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.TcpAddress;
import io.socketbridge.contract.Tunnel;
import io.socketbridge.contract.TunnelAddress;
import io.socketbridge.sidecar.frame.ResetCode;
import io.socketbridge.sidecar.loop.Acceptor;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.LogLimit;
import io.socketbridge.sidecar.relay.Listener;
import io.socketbridge.sidecar.relay.ProxyHeader;
import io.socketbridge.sidecar.tls.PeerIdentity;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BiConsumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One bridge's share of the port on which a pod takes tunnels. */
public final class TunnelListener implements Listener {

    /**
     * How many more tunnels there may be than connections: those that clients keep ready, and those whose connections wait until there is
     * room.
     */
    public static final int SPARE_TUNNELS = 256;

    private static final Logger LOG = Logger.getLogger(TunnelListener.class);
    private static final LogLimit WARNINGS = new LogLimit();

    private final TunnelPorts ports;
    private final Guests guests;
    private final TcpAddress wanted;
    private final boolean anyPort;
    private final EventLoop loop;
    private final boolean carriesRecords;
    private final BiConsumer<String, String> denied;

    /** Who may connect; the last that was said. */
    private volatile Tunnel rule;

    /** Null while it is not bound; on the listener's loop. */
    private @Nullable TunnelPort port;

    private volatile String address;

    /** Whether no connection is taken any more. */
    private volatile boolean closed;

    /** Guarded by this, as are the others below. */
    private @Nullable Accepted accepted;

    private Acceptor.@Nullable Gate gate;

    /** Connections that the gate did not admit yet, as in a backlog; never more than there are {@link #guests}. */
    private final Deque<ServerTunnel> waiting = new ArrayDeque<>();

    /**
     * @param loop the loop that the listener lives on
     * @param anyPort whether another port will do if the wanted one is taken
     * @param rule which bridge it is and who may connect
     * @param mostConnections how many connections there may be at once
     * @param carriesRecords whether its connections carry records, and not bytes
     * @param denied is told of each who may not, on any loop: a stable word, and a sentence for the log
     */
    public TunnelListener(
            TunnelPorts ports,
            EventLoop loop,
            TunnelAddress wanted,
            boolean anyPort,
            Tunnel rule,
            int mostConnections,
            boolean carriesRecords,
            BiConsumer<String, String> denied) {
        this.carriesRecords = carriesRecords;
        this.guests = new Guests(mostTunnels(mostConnections));
        this.ports = ports;
        this.loop = loop;
        this.wanted = wanted.tcp();
        this.anyPort = anyPort;
        this.rule = rule;
        this.denied = denied;
        this.address = wanted.toString();
    }

    private static int mostTunnels(int mostConnections) {
        return (int) Math.min(Integer.MAX_VALUE, (long) mostConnections + SPARE_TUNNELS);
    }

    /** Has others, or more or fewer of them, be let in from now on. Any thread may call. */
    public void allow(Tunnel newRule, int mostConnections) {
        rule = newRule;
        guests.admit(mostTunnels(mostConnections));
    }

    /** Whether the one at the other end of a tunnel is a client of the bridge. */
    boolean allows(PeerIdentity peer) {
        return allows(rule, peer);
    }

    private static boolean allows(Tunnel rule, PeerIdentity peer) {
        return peer.equals(PeerIdentity.ANYBODY) || PeerRule.allows(rule, peer);
    }

    /** Takes a client's tunnel in, until {@link #forget}; false if there is no room. */
    boolean enter(ServerTunnel tunnel) {
        return guests.enter(tunnel);
    }

    /** A connection has ended; whether another may begin on the tunnel. */
    boolean ended(ServerTunnel tunnel) {
        guests.end(tunnel);
        return !closed;
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
        refuseAll(ResetCode.UNAVAILABLE);
    }

    private void refuseAll(ResetCode code) {
        Deque<ServerTunnel> refused;
        synchronized (this) {
            accepted = null;
            refused = new ArrayDeque<>(waiting);
            waiting.clear();
        }
        refused.forEach(tunnel -> tunnel.loop().execute(() -> tunnel.refuse(code)));
    }

    @Override
    public void close() {
        closed = true;
        refuseAll(ResetCode.DRAIN);
        guests.dismiss();
        if (port != null) {
            port.remove(rule.serverName(), this);
            ports.release(port);
            port = null;
        }
    }

    /** A connection has been begun; called on its loop. */
    void opened(ServerTunnel tunnel, PeerIdentity peer, ProxyHeader header) {
        Tunnel now = rule;
        if (!allows(now, peer)) {
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
        if (header.records() != carriesRecords) {
            denied.accept(
                    "kind",
                    peer.spiffeId() + " has begun a connection of " + kind(header.records()) + ", and here are "
                            + kind(carriesRecords) + ": the two ends of the bridge do not go together");
            tunnel.refuse(ResetCode.KIND);
            return;
        }
        if (!guests.begin(tunnel)) {
            WARNINGS.write(more -> LOG.warnf(
                    "%s: a connection was refused: as many tunnels are in use as may be for maxConnections%s",
                    address, more));
            tunnel.refuse(ResetCode.RESOURCES);
            return;
        }
        tunnel.isKnown();
        Accepted taker;
        synchronized (this) {
            taker = accepted;
            Acceptor.Gate asked = gate;
            if (taker == null || asked == null) {
                tunnel.refuse(closed ? ResetCode.DRAIN : ResetCode.UNAVAILABLE);
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

    private static String kind(boolean records) {
        return records ? "records" : "bytes";
    }

    private void deny(ServerTunnel tunnel, String reason, String message) {
        denied.accept(reason, message);
        tunnel.refuse(ResetCode.DENIED);
    }

    private static void hand(ServerTunnel tunnel, Accepted taker) {
        tunnel.loop().load().incrementAndGet();
        taker.accept(tunnel.loop(), tunnel.stream());
    }

    /** A tunnel is closed, or asks for another bridge's listener now. */
    void forget(ServerTunnel tunnel) {
        guests.leave(tunnel);
        synchronized (this) {
            waiting.remove(tunnel);
        }
    }
}
