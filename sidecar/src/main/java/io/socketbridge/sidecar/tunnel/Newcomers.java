package io.socketbridge.sidecar.tunnel;

import io.socketbridge.sidecar.linux.Epoll;
import io.socketbridge.sidecar.linux.LinuxException;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.tls.Protections;
import io.socketbridge.sidecar.tunnel.Handshakes.Result;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLException;

/**
 * Those who have connected and not yet shown that they are clients of a bridge. They are strangers: there are not many of them at once, the
 * oldest has to make room for one more, and none takes long. Owned by one loop.
 */
final class Newcomers {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration SWEEP = Duration.ofSeconds(1);

    private final EventLoop loop;
    private final TunnelPort port;
    private final Protections protections;
    private final Departures departures;
    private final int most;

    /** The oldest first. */
    private final Set<Newcomer> waiting = new LinkedHashSet<>();

    private boolean sweeping;

    /** @param most how many there may be at once */
    Newcomers(EventLoop loop, TunnelPort port, Protections protections, Departures departures, int most) {
        this.loop = loop;
        this.port = port;
        this.protections = protections;
        this.departures = departures;
        this.most = most;
    }

    /** One of them, from when it was accepted: first a connection on which nothing came, then a tunnel. */
    final class Newcomer {

        private final long sinceNanos = System.nanoTime();
        private Runnable leave;

        /** Whether it was counted what became of its handshake. */
        private boolean counted;

        Newcomer(Runnable leave) {
            this.leave = leave;
        }

        /** The handshake is over, one way or the other. */
        void count(Result result) {
            if (!counted) {
                counted = true;
                port.count(result);
            }
        }

        /** It is a client, or gone. */
        void isNone() {
            waiting.remove(this);
        }

        private void end(Result result) {
            waiting.remove(this);
            count(result);
            leave.run();
        }
    }

    /** Takes a connection. Until something comes it costs next to nothing. */
    void add(int fd) {
        Newcomer newcomer = new Newcomer(() -> letGo(fd));
        try {
            long[] registration = {-1};
            registration[0] = loop.watch(fd, Epoll.IN | Epoll.RDHUP, events -> {
                loop.unwatch(registration[0], fd);
                begin(newcomer, fd);
            });
            newcomer.leave = () -> {
                loop.forget(registration[0]);
                letGo(fd);
            };
        } catch (LinuxException e) {
            port.warn("a tunnel was refused: " + e.getMessage());
            newcomer.end(Result.ERROR);
            return;
        }
        makeRoom();
        waiting.add(newcomer);
        sweepLater();
    }

    private void letGo(int fd) {
        loop.kernel().close(fd);
        loop.load().decrementAndGet();
    }

    private void begin(Newcomer newcomer, int fd) {
        newcomer.leave = () -> letGo(fd);
        ServerTunnel tunnel;
        try {
            tunnel = new ServerTunnel(port, loop, fd, protections.server(), departures, newcomer);
        } catch (SSLException | RuntimeException e) {
            port.warn("a tunnel was refused: " + (e instanceof SSLException ? e.getMessage() : e));
            newcomer.end(Result.ERROR);
            return;
        }
        newcomer.leave = tunnel::giveUp;
        port.taken(tunnel);
        tunnel.start();
    }

    private void makeRoom() {
        while (waiting.size() >= most) {
            port.warn("a tunnel was ended, to make room: " + most + " are not known to be a client's");
            waiting.iterator().next().end(Result.DISPLACED);
        }
    }

    /** Lets all go. */
    void close() {
        List.copyOf(waiting).forEach(newcomer -> newcomer.leave.run());
        waiting.clear();
    }

    private void sweep() {
        long now = System.nanoTime();
        sweeping = false;
        for (Iterator<Newcomer> oldest = List.copyOf(waiting).iterator(); oldest.hasNext(); ) {
            Newcomer newcomer = oldest.next();
            if (now - newcomer.sinceNanos < PATIENCE.toNanos()) {
                break;
            }
            port.warn("a tunnel was ended: it was not known to be a client's after " + PATIENCE.toSeconds() + " s");
            newcomer.end(Result.TIMEOUT);
        }
        sweepLater();
    }

    private void sweepLater() {
        if (!sweeping && !waiting.isEmpty()) {
            sweeping = true;
            loop.schedule(SWEEP, this::sweep);
        }
    }
}
