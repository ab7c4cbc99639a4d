package io.socketbridge.sidecar.tunnel;

import io.socketbridge.sidecar.linux.Epoll;
import io.socketbridge.sidecar.linux.LinuxException;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.tls.Protections;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;

/**
 * Those who have connected and not yet said who they are. They are strangers: there are not many of them at once, the oldest has to make
 * room for one more, and none takes long. Owned by one loop.
 */
final class Newcomers {

    private static final int MOST = 512;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration SWEEP = Duration.ofSeconds(1);

    private final EventLoop loop;
    private final TunnelPort port;
    private final Protections protections;
    private final Departures departures;

    /** The oldest first: those that have sent nothing, by descriptor, and those in their handshake, by tunnel. */
    private final Map<Object, Newcomer> waiting = new LinkedHashMap<>();

    private boolean sweeping;

    private record Newcomer(long sinceNanos, Runnable leave) {}

    Newcomers(EventLoop loop, TunnelPort port, Protections protections, Departures departures) {
        this.departures = departures;
        this.loop = loop;
        this.port = port;
        this.protections = protections;
    }

    /** Takes a connection. Until something comes it costs next to nothing. */
    void add(int fd) {
        try {
            long[] registration = {-1};
            registration[0] = loop.watch(fd, Epoll.IN | Epoll.RDHUP, events -> {
                waiting.remove(fd);
                loop.unwatch(registration[0], fd);
                begin(fd);
            });
            put(fd, () -> {
                loop.forget(registration[0]);
                letGo(fd);
            });
        } catch (LinuxException e) {
            port.warn("a tunnel was refused: " + e.getMessage());
            letGo(fd);
        }
    }

    private void letGo(int fd) {
        loop.kernel().close(fd);
        loop.load().decrementAndGet();
    }

    private void begin(int fd) {
        ServerTunnel tunnel;
        try {
            tunnel = new ServerTunnel(port, loop, fd, protections.server(), departures);
        } catch (SSLException e) {
            port.warn("a tunnel was refused: " + e.getMessage());
            letGo(fd);
            return;
        }
        port.taken(tunnel);
        put(tunnel, tunnel::giveUp);
        tunnel.start();
    }

    private void put(Object who, Runnable leave) {
        if (waiting.size() >= MOST) {
            Iterator<Newcomer> oldest = waiting.values().iterator();
            Newcomer evicted = oldest.next();
            oldest.remove();
            port.warn("a tunnel was ended in its handshake, to make room: " + MOST + " are under way");
            evicted.leave().run();
        }
        waiting.put(who, new Newcomer(System.nanoTime(), leave));
        if (!sweeping) {
            sweeping = true;
            loop.schedule(SWEEP, this::sweep);
        }
    }

    /** It is known, or gone. */
    void remove(ServerTunnel tunnel) {
        waiting.remove(tunnel);
    }

    /** Lets all go. */
    void close() {
        List.copyOf(waiting.values()).forEach(newcomer -> newcomer.leave().run());
        waiting.clear();
    }

    private void sweep() {
        long now = System.nanoTime();
        while (!waiting.isEmpty()) {
            Iterator<Newcomer> oldest = waiting.values().iterator();
            Newcomer newcomer = oldest.next();
            if (now - newcomer.sinceNanos() < PATIENCE.toNanos()) {
                break;
            }
            oldest.remove();
            port.warn("a tunnel was ended: its handshake was not over after " + PATIENCE.toSeconds() + " s");
            newcomer.leave().run();
        }
        sweeping = !waiting.isEmpty();
        if (sweeping) {
            loop.schedule(SWEEP, this::sweep);
        }
    }
}
