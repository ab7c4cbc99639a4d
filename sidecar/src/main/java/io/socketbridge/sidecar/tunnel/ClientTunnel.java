package io.socketbridge.sidecar.tunnel;

import io.socketbridge.sidecar.frame.FrameType;
import io.socketbridge.sidecar.frame.ResetCode;
import io.socketbridge.sidecar.loop.Timer;
import io.socketbridge.sidecar.relay.Dialer;
import io.socketbridge.sidecar.tls.PeerIdentity;
import io.socketbridge.sidecar.tls.Protection;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A tunnel that this end has begun, and on which it begins connections, one after the other. Owned by its pool's loop. */
final class ClientTunnel implements Tunnel.Owner, TunnelStream.Use {

    /** A machine that has not acknowledged a connection's beginning by then is taken for dead, where another tunnel may do. */
    private static final long DEAD_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** After so much silence a tunnel without a connection is asked whether it is alive. */
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(15);

    /** So long it may take to answer. */
    private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final byte[] PING = new byte[8];

    private final TunnelPool pool;
    private final Departures departures;
    private final Tunnel tunnel;
    private State state = State.CONNECTING;

    /** While {@link State#CONNECTING}. */
    private @Nullable Established waiting;

    /** While {@link State#OPENING}. */
    private @Nullable Attempt attempt;

    private boolean reused;
    private @Nullable Timer timer;

    private long freeSinceNanos;

    private boolean asked;

    /** When it was {@link #asked} whether it is alive. */
    private long askedNanos;

    private enum State {
        CONNECTING,
        FREE,
        /** A connection was begun, and has not been taken yet. */
        OPENING,
        OPEN,
        /** The connection has ended at this end, and the other has still to say that it has delivered the end. */
        ENDING,
        CLOSED
    }

    /** Is told what became of the handshake. */
    interface Established {

        void established(PeerIdentity peer);

        void failed(TunnelException reason);
    }

    ClientTunnel(TunnelPool pool, int fd, long registration, Protection protection) {
        this.pool = pool;
        this.departures = pool.departures();
        this.tunnel = new Tunnel(pool.loop(), fd, registration, protection, departures, this);
    }

    /** Begins the handshake. */
    void start(Established told) {
        waiting = told;
        tunnel.start();
    }

    /** Ends it before its handshake is over, and tells nobody. */
    void giveUp() {
        waiting = null;
        tunnel.close();
    }

    /** When it last became free, by {@link System#nanoTime}. */
    long freeSinceNanos() {
        return freeSinceNanos;
    }

    @Override
    public void established() {
        Established told = waiting;
        waiting = null;
        free();
        if (told != null) {
            told.established(tunnel.protection().peer());
        }
    }

    private void free() {
        state = State.FREE;
        freeSinceNanos = System.nanoTime();
        asked = false;
    }

    /**
     * Begins a connection.
     *
     * @param wasReady whether the tunnel was made earlier: should it be dead, another is made
     */
    void begin(Attempt newAttempt, boolean wasReady) {
        attempt = newAttempt;
        newAttempt.whenCancelled(this::cancelled);
        reused = wasReady;
        state = State.OPENING;
        long left = newAttempt.leftNanos();
        boolean first = wasReady && left > DEAD_NANOS;
        timer = pool.loop().schedule(Duration.ofNanos(first ? DEAD_NANOS : left), first ? this::isItDead : this::late);
        if (tunnel.send(FrameType.OPEN, newAttempt.header().encode()) < 0) {
            broken(new TunnelException("reset", "the tunnel is broken"));
            tunnel.close();
        }
    }

    private void isItDead() {
        Attempt open = attempt;
        if (open == null) {
            return;
        }
        if (tunnel.isUnacknowledged()) {
            broken(new TunnelException("timeout", "the other machine does not answer"));
            tunnel.close();
        } else {
            timer = pool.loop().schedule(Duration.ofNanos(open.leftNanos()), this::late);
        }
    }

    private void late() {
        Attempt open = settle();
        tunnel.reset(ResetCode.TIMEOUT);
        if (open != null) {
            open.outcome().failed("timeout", pool.address() + ": the connection was not taken in time");
        }
    }

    /** Nobody wants the connection any more that was begun. */
    private void cancelled() {
        settle();
        tunnel.reset(ResetCode.CUT);
    }

    private @Nullable Attempt settle() {
        Attempt open = attempt;
        attempt = null;
        if (open != null) {
            open.whenCancelled(null);
        }
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        return open;
    }

    @Override
    public void frame(FrameType type, byte[] payload) throws TunnelException {
        Attempt open = attempt;
        if (type == FrameType.ACCEPT && open != null) {
            settle();
            state = State.OPEN;
            pool.accepted();
            open.outcome().connected(new TunnelStream(tunnel, null, this));
        } else if (type == FrameType.RESET && open != null) {
            settle();
            ResetCode code = ResetCode.of(payload[0]);
            tunnel.close();
            if (reused && code == ResetCode.DRAIN) {
                pool.dialAnew(
                        open); // It had become too old, or the server was replaced by another at the same address.
            } else {
                open.outcome().failed(word(code), pool.address() + ": " + sentence(code));
            }
        } else if (type == FrameType.DONE && state == State.ENDING) {
            free();
            departures.over();
            pool.release(this);
        } else if (type == FrameType.RESET && state == State.ENDING) {
            tunnel.close();
        } else {
            throw new TunnelException("protocol", "a frame " + type + " came out of turn");
        }
    }

    private static String word(ResetCode code) {
        return switch (code) {
            case DENIED -> "denied";
            case UNAVAILABLE -> "refused";
            case TIMEOUT -> "timeout";
            case DRAIN -> "draining";
            case RESOURCES -> Dialer.RESOURCES;
            case KIND -> "kind";
            case CUT -> "reset";
        };
    }

    private static String sentence(ResetCode code) {
        return switch (code) {
            case DENIED ->
                "this pod, or this user, may not connect: see 'clients' and 'access' of the bridge, and the"
                        + " log of the server's sidecar";
            case UNAVAILABLE -> "the server's app does not listen";
            case TIMEOUT -> "the server's app did not take the connection in time";
            case DRAIN -> "the server's sidecar is about to end";
            case RESOURCES -> "the server's sidecar has no descriptor or memory left";
            case KIND ->
                "one end carries bytes and the other records: the operator has not told both sidecars of the same bridge yet, or"
                        + " their command lines do not go together";
            case CUT -> "the server's sidecar has cut the connection";
        };
    }

    /**
     * {@inheritDoc}
     *
     * <p>Until the other end has said that it has delivered all, nobody may close the tunnel, whatever becomes of its pool: the kernel would
     * answer what comes then with a reset, and that undoes what has not been read yet.
     */
    @Override
    public void ended(FrameType... last) {
        if (state == State.CLOSED) {
            return;
        }
        state = State.ENDING;
        departures.began();
        if (last.length > 0 && tunnel.send(last) < 0) {
            tunnel.close();
        } else {
            tunnel.readBy(null);
        }
    }

    /** Whether another connection may begin on it, while it has none. */
    boolean isUsable() {
        return tunnel.isUsable() && tunnel.isStillTrusted();
    }

    /** Sees whether it is alive, while it has no connection. */
    void check(long nowNanos) {
        if (!isUsable()) {
            pool.lost(this);
            leave();
            return;
        }
        asked &= tunnel.heardNanos() - askedNanos < 0;
        if (asked && nowNanos - askedNanos > ANSWER_NANOS) {
            pool.lost(this);
            tunnel.close();
        } else if (!asked && nowNanos - tunnel.heardNanos() > SILENCE_NANOS) {
            asked = true;
            askedNanos = nowNanos;
            tunnel.send(FrameType.PING, PING);
        }
    }

    /** Ends it, while it has no connection. */
    void leave() {
        tunnel.leave();
    }

    @Override
    public void broken(TunnelException reason) {
        Established told = waiting;
        waiting = null;
        Attempt open = settle();
        if (told != null) {
            told.failed(reason);
        } else if (open != null && reused) {
            pool.dialAnew(open); // Nothing but the connection's beginning was sent, and nobody has taken it.
        } else if (open != null) {
            open.outcome().failed(reason.reason(), pool.address() + ": " + reason.getMessage());
        }
    }

    @Override
    public void closed() {
        State before = state;
        state = State.CLOSED;
        if (before == State.ENDING) {
            departures.over();
        } else if (before == State.FREE) {
            pool.lost(this);
        }
    }
}
