package io.socketbridge.sidecar.relay;

import io.socketbridge.contract.Limits;
import io.socketbridge.sidecar.linux.LinuxException;
import io.socketbridge.sidecar.loop.Timer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds a target for an accepted connection: dials one after the other until one answers; where the relay waits, again and again, and as
 * soon as there are others. Meanwhile nothing is read. Owned by its loop.
 */
final class Dialling implements Phase, Dialer.Outcome {

    private static final String UNAVAILABLE = "unavailable";
    private static final Duration FIRST_RETRY = Duration.ofMillis(20);
    private static final Duration LAST_RETRY = Duration.ofSeconds(1);

    /** Each of several targets gets at least this, in which a lost SYN is sent again. */
    private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** A dialler that keeps the time by itself says more than that it has passed, and has this to do so. */
    private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** When it is worth while to see whether the one who waits is still there. */
    private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Session session;

    /** Those that are tried in this round, in that order. */
    private List<Destination> candidates = List.of();

    private int tried;
    private Duration retry = FIRST_RETRY;

    /** Ends a pause: when it is time to dial again, or too late. */
    private @Nullable Timer timer;

    /** The last attempt; null before the first. Its outcome may have happened already. */
    private Dialer.@Nullable Pending pending;

    /** Counts the attempts, as one may fail, and be followed by the next, before it is known as pending. */
    private int attempts;

    private boolean watchesPeer;

    private boolean done;

    Dialling(Session session) {
        this.session = session;
    }

    @Override
    public void start() {
        Relay.Reach reach = session.relay().reach();
        if (session.policy().waits()
                && (reach.destinations().isEmpty() || !reach.readiness().serves())) {
            pause(leftNanos(), UNAVAILABLE, reach.readiness().message());
            return;
        }
        candidates = session.relay().balancer().order(reach.destinations());
        tried = 0;
        next("no-target", "no target is ready");
    }

    private void next(String reason, String message) {
        long left = leftNanos();
        if (tried < candidates.size() && left > 0) {
            long share = Math.max(left / (candidates.size() - tried), Math.min(left, LEAST_NANOS));
            tried++;
            dial(Duration.ofNanos(share));
        } else if (session.policy().waits() || reason.equals(Dialer.RESOURCES)) {
            // Where the sidecar lacks descriptors, those that are open bring some back when they end.
            pause(Math.min(retry.toNanos(), left), session.policy().waits() ? UNAVAILABLE : reason, message);
            retry = retry.compareTo(LAST_RETRY) < 0 ? retry.multipliedBy(2) : LAST_RETRY;
        } else {
            fail(reason, message);
        }
    }

    private void dial(Duration limit) {
        int attempt = ++attempts;
        Dialer.Pending started = current().dialer().dial(session.loop(), session::origin, limit, this);
        if (attempt == attempts) {
            pending = started;
        }
    }

    private Destination current() {
        return candidates.get(tried - 1);
    }

    private long leftNanos() {
        return session.connectDeadlineNanos() - System.nanoTime();
    }

    /** Does nothing for a while, and then dials; if it is too late for that, the connection has failed for this reason. */
    private void pause(long nanos, String reason, String message) {
        if (leftNanos() <= 0) {
            fail(reason, message);
            return;
        }
        watchPeer();
        if (done) {
            return;
        }
        timer = session.loop().schedule(Duration.ofNanos(nanos), () -> {
            timer = null;
            start();
        });
    }

    @Override
    public void connected(ByteStream stream) {
        settle();
        session.relay().balancer().reached(current());
        session.connected(stream, current());
    }

    @Override
    public void failed(String reason, String message) {
        dialFailed(reason, message);
        next(reason, message);
    }

    private void dialFailed(String reason, String message) {
        session.relay().meter().dialFailed(reason);
        session.relay().balancer().failed(current(), reason, message);
    }

    @Override
    public void targetsChanged() {
        if (timer != null) {
            timer.cancel();
            timer = null;
            retry = FIRST_RETRY;
            start();
        }
    }

    @Override
    public void sweep(long nowNanos, Limits limits) {
        if (timer == null && nowNanos - session.connectDeadlineNanos() >= GRACE_NANOS) {
            // A host's name may take its resolver much longer.
            String reason = "timeout";
            String message = current().address() + " was not reached in " + limits.connectTimeoutMillis() + " ms";
            dialFailed(reason, message);
            fail(reason, message);
        } else if (nowNanos - session.acceptedNanos() >= LONG_NANOS) {
            watchPeer();
        }
    }

    @Override
    public void reset(ResetReason reason) {
        settle();
        session.reset(reason);
    }

    /** Sees to it that one who goes away while it waits is noticed, without reading what it has written. */
    private void watchPeer() {
        if (watchesPeer || done) {
            return;
        }
        watchesPeer = true;
        try {
            session.accepted().whenGone(this::peerGone);
        } catch (LinuxException e) {
            reset(ResetReason.RESOURCES);
        }
    }

    private void peerGone() {
        settle();
        session.failed("abandoned");
    }

    private void fail(String reason, String message) {
        settle();
        session.relay().warn("connection reset: " + message);
        session.failed(reason);
    }

    private void settle() {
        done = true;
        if (pending != null) {
            pending.cancel();
        }
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        session.accepted().forgetWhenGone();
    }
}
