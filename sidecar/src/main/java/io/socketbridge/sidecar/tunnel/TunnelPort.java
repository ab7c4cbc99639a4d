package io.socketbridge.sidecar.tunnel;

import io.socketbridge.contract.TcpAddress;
import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.loop.Acceptor;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.EventLoops;
import io.socketbridge.sidecar.loop.LogLimit;
import io.socketbridge.sidecar.record.Framer;
import io.socketbridge.sidecar.relay.ByteStream;
import io.socketbridge.sidecar.relay.Listener.ListenException;
import io.socketbridge.sidecar.tls.Protections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A TCP port on which tunnels are taken, for several bridges: who begins one says which is meant. */
final class TunnelPort {

    private static final Logger LOG = Logger.getLogger(TunnelPort.class);

    private final EventLoop loop;
    private final TcpListener listener;
    private final Protections protections;
    private final Departures departures;
    private final Map<String, TunnelListener> bridges = new ConcurrentHashMap<>();
    private final Map<EventLoop, Newcomers> newcomers = new ConcurrentHashMap<>();
    private final Map<ServerTunnel, Boolean> tunnels = new ConcurrentHashMap<>();
    private final Handshakes handshakes;
    private final int mostNewcomers;
    private final LogLimit failures = new LogLimit();
    private volatile boolean closed;

    /** Guarded by {@link TunnelPorts}. */
    int users;

    TunnelPort(
            EventLoop loop,
            EventLoops loops,
            TcpAddress wanted,
            boolean anyPort,
            Protections protections,
            Departures departures,
            Handshakes handshakes) {
        this.handshakes = handshakes;
        this.mostNewcomers =
                Math.max(1, TunnelPorts.MOST_NEWCOMERS / loops.all().size());
        this.departures = departures;
        this.loop = loop;
        this.protections = protections;
        this.listener = new TcpListener(loop, loops, wanted, anyPort, Framer.NONE);
    }

    /** Listens; to be called on the port's loop. */
    void open() throws ListenException {
        listener.open(this::accepted, new Gate());
    }

    /** Takes no more tunnels and no more connections; those that are open go on. */
    void close() {
        closed = true;
        loop.execute(listener::close);
        newcomers.forEach((each, waiting) -> each.execute(waiting::close));
        tunnels.keySet().forEach(tunnel -> tunnel.loop().execute(tunnel::leave));
    }

    /** Whether it takes no more connections. */
    boolean isClosed() {
        return closed;
    }

    String address() {
        return listener.address().replaceFirst("^tcp:", "tunnel:");
    }

    /** False if the name is taken. */
    boolean add(String serverName, TunnelListener bridge) {
        return bridges.putIfAbsent(serverName, bridge) == null;
    }

    void remove(String serverName, TunnelListener bridge) {
        bridges.remove(serverName, bridge);
    }

    @Nullable
    TunnelListener listener(String serverName) {
        return bridges.get(serverName);
    }

    private void accepted(EventLoop target, ByteStream stream) {
        newcomers
                .computeIfAbsent(
                        target, newLoop -> new Newcomers(newLoop, this, protections, departures, mostNewcomers))
                .add(stream.descriptor());
    }

    void taken(ServerTunnel tunnel) {
        tunnels.put(tunnel, true);
    }

    void closed(ServerTunnel tunnel) {
        tunnels.remove(tunnel);
        tunnel.loop().load().decrementAndGet();
    }

    void count(Handshakes.Result result) {
        handshakes.count(result);
    }

    void unknownBridge(String serverName) {
        warn("a connection was denied: no bridge '" + serverName + "' has its server here");
    }

    void warn(String message) {
        failures.write(more -> LOG.warnf("%s: %s%s", address(), message, more));
    }

    /** Lets all in: what they may take is bounded by who they turn out to be. */
    private final class Gate implements Acceptor.Gate {

        @Override
        public boolean admits() {
            return true;
        }

        @Override
        public void taken() {}

        @Override
        public void failed(int errno) {
            warn("a tunnel could not be accepted: " + Errno.describe(errno));
        }
    }
}
