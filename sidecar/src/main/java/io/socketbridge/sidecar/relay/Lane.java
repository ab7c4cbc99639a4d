package io.socketbridge.sidecar.relay;

import io.socketbridge.contract.Limits;
import io.socketbridge.sidecar.linux.PeerSockets;
import io.socketbridge.sidecar.loop.EventLoop;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A relay's connections on one loop, and the sweep that looks at them from time to time while there are any. Owned by its loop.
 *
 * <p>What takes long is found by sweeping and not by a timer for each connection, since most connections are short.
 */
final class Lane {

    private static final long LONGEST_PERIOD_MILLIS = 1_000;
    private static final long SHORTEST_PERIOD_MILLIS = 50;

    /** A limit is found to be passed at most this part of it too late. */
    private static final int PERIODS = 4;

    private final EventLoop loop;
    private final Relay relay;
    private final PeerSockets sockets;
    private final List<Session> sessions = new ArrayList<>();
    private boolean sweeping;

    @SuppressWarnings("MustBeClosedChecker") // as long as the loop
    Lane(EventLoop loop, Relay relay) {
        this.loop = loop;
        this.relay = relay;
        this.sockets = new PeerSockets(loop.kernel(), Arena.ofAuto());
    }

    EventLoop loop() {
        return loop;
    }

    Relay relay() {
        return relay;
    }

    PeerSockets sockets() {
        return sockets;
    }

    void add(Session session) {
        session.slot = sessions.size();
        sessions.add(session);
        if (!sweeping) {
            sweeping = true;
            schedule();
        }
    }

    void remove(Session session) {
        Session last = sessions.removeLast();
        if (last != session) {
            sessions.set(session.slot, last);
            last.slot = session.slot;
        }
    }

    /** Tells those that wait for a target. */
    void targetsChanged() {
        List.copyOf(sessions).forEach(session -> session.phase().targetsChanged());
    }

    /** Ends all. */
    void reset(ResetReason reason) {
        List.copyOf(sessions).forEach(session -> session.phase().reset(reason));
    }

    private void sweep() {
        if (sessions.isEmpty()) {
            sweeping = false;
            return;
        }
        try {
            long now = System.nanoTime();
            Limits limits = relay.policy().limits();
            // From the end: one that ends has its place taken by the last, which was looked at already.
            for (int i = sessions.size() - 1; i >= 0; i--) {
                sessions.get(i).phase().sweep(now, limits);
            }
        } finally {
            schedule();
        }
    }

    private void schedule() {
        Limits limits = relay.policy().limits();
        long shortest = limits.connectTimeoutMillis();
        if (limits.idleTimeoutMillis() > 0) {
            shortest = Math.min(shortest, limits.idleTimeoutMillis());
        }
        if (limits.maxLifetimeMillis() > 0) {
            shortest = Math.min(shortest, limits.maxLifetimeMillis());
        }
        loop.schedule(
                Duration.ofMillis(Math.clamp(shortest / PERIODS, SHORTEST_PERIOD_MILLIS, LONGEST_PERIOD_MILLIS)),
                this::sweep);
    }
}
