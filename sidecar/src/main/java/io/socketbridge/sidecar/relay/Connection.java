package io.socketbridge.sidecar.relay;

import io.socketbridge.contract.Limits;
import io.socketbridge.sidecar.linux.Epoll;
import io.socketbridge.sidecar.linux.LinuxException;
import io.socketbridge.sidecar.loop.EventLoop;
import org.jboss.logging.Logger;

/** Two streams joined, until both directions have ended or either was reset. Owned by its loop. */
final class Connection implements Phase {

    private static final int INTEREST = Epoll.IN | Epoll.PRI | Epoll.OUT | Epoll.RDHUP | Epoll.EDGE_TRIGGERED;
    private static final int ENDING = Epoll.PRI | Epoll.RDHUP | Epoll.HUP | Epoll.ERR;
    private static final int READABLE = Epoll.IN | ENDING;
    private static final int WRITABLE = Epoll.OUT | Epoll.HUP | Epoll.ERR;

    private static final Logger LOG = Logger.getLogger(Connection.class);

    private final EventLoop loop;
    private final String name;
    private final Tally meter;
    private final Runnable whenEnded;
    private final ByteStream accepted;
    private final ByteStream target;
    private final Flow toTarget;
    private final Flow fromTarget;
    private final Liveness liveness;
    private long acceptedRegistration = -1;
    private long targetRegistration = -1;
    private boolean unfinished;
    private boolean outOfBand;
    private boolean closed;

    /**
     * Joins two streams; does nothing before {@link #start}.
     *
     * @param name of the relay, for the log
     * @param whenEnded is called once, on the loop
     */
    Connection(
            EventLoop loop,
            String name,
            Tally meter,
            ByteStream accepted,
            ByteStream target,
            Runnable whenEnded,
            Liveness liveness) {
        this.loop = loop;
        this.name = name;
        this.meter = meter;
        this.whenEnded = whenEnded;
        this.accepted = accepted;
        this.target = target;
        this.toTarget = new Flow(accepted, target);
        this.fromTarget = new Flow(target, accepted);
        this.liveness = liveness;
    }

    /** Starts to move bytes; those that were there before are found without an event. */
    @Override
    public void start() {
        try {
            acceptedRegistration = loop.watch(accepted.descriptor(), INTEREST, this::acceptedReady);
            targetRegistration = loop.watch(target.descriptor(), INTEREST, this::targetReady);
        } catch (LinuxException e) {
            LOG.errorf("%s: connection reset: %s", name, e.getMessage());
            reset(ResetReason.RESOURCES);
            return;
        }
        pump();
    }

    /** Ends both sides with a reset. */
    @Override
    public void reset(ResetReason reason) {
        if (!closed) {
            meter.reset(reason);
            forget();
            if (reason == ResetReason.DEAD_PEER) {
                accepted.abandon();
                target.abandon();
            } else {
                accepted.reset();
                target.reset();
            }
        }
    }

    @Override
    public void sweep(long nowNanos, Limits limits) {
        meter.blocked(toTarget.isBlocked(), fromTarget.isBlocked(), nowNanos);
        liveness.look(
                        nowNanos,
                        limits,
                        written(toTarget, meter.bytesToTarget()),
                        written(fromTarget, meter.bytesFromTarget()))
                .ifPresent(this::reset);
    }

    /** Its bytes and, if it has ended, the end. */
    private static long written(Flow flow, long bytes) {
        return flow.finished() ? bytes + 1 : bytes;
    }

    @Override
    public void targetsChanged() {
        // It has its own, for as long as it lives.
    }

    private void acceptedReady(int events) {
        ready(events, toTarget, fromTarget);
    }

    private void targetReady(int events) {
        ready(events, fromTarget, toTarget);
    }

    private void ready(int events, Flow reading, Flow writing) {
        if ((events & Epoll.PRI) != 0) {
            outOfBand = true;
            reading.refuseSource();
        }
        if ((events & READABLE) != 0) {
            reading.sourceReady((events & ENDING) != 0);
        }
        if ((events & WRITABLE) != 0) {
            writing.sinkReady();
        }
        pump();
    }

    private void pump() {
        if (closed) {
            return;
        }
        boolean more = pump(toTarget, fromTarget);
        more |= pump(fromTarget, toTarget);
        meter.moved(toTarget.takeBytes(), fromTarget.takeBytes());
        meter.blocked(toTarget.isBlocked(), fromTarget.isBlocked());
        if (toTarget.ended() && fromTarget.ended()) {
            forget();
            accepted.close();
            target.close();
        } else if (broken(toTarget, fromTarget) || broken(fromTarget, toTarget)) {
            reset(reason());
        } else if (more && !unfinished) {
            unfinished = true;
            loop.afterOthers(() -> {
                unfinished = false;
                pump();
            });
        }
    }

    /** Moves one direction; whether there is more to do at once. */
    private boolean pump(Flow flow, Flow other) {
        if (flow.finished()) {
            return false;
        }
        Flow.Progress progress = flow.pump(loop);
        if (progress == Flow.Progress.SINK_RESET) {
            other.sourceWasReset();
        }
        return progress == Flow.Progress.MORE || progress == Flow.Progress.SINK_RESET;
    }

    /**
     * Whether a direction failed in such a way that the connection is over: at once if its source was reset; if its sink takes
     * nothing any more, only when the sink's last words, which may still be on their way, have been passed on.
     */
    private static boolean broken(Flow flow, Flow other) {
        return switch (flow.progress()) {
            case CUT -> true;
            case SINK_FAILED, SINK_RESET -> other.finished();
            case WAITING, MORE, ENDED -> false;
        };
    }

    private ResetReason reason() {
        if (!toTarget.sourceRefused() && !fromTarget.sourceRefused()) {
            return liveness.isPeerSilent() ? ResetReason.DEAD_PEER : ResetReason.PEER;
        }
        if (outOfBand) {
            LOG.warnf("%s: connection reset: out-of-band data (MSG_OOB) is not carried by this version", name);
            return ResetReason.OUT_OF_BAND;
        }
        LOG.warnf(
                "%s: connection reset: the app sent file descriptors (SCM_RIGHTS), which cannot leave the machine; only"
                        + " programs that send bytes alone can be bridged",
                name);
        return ResetReason.DESCRIPTORS;
    }

    private void forget() {
        closed = true;
        loop.forget(acceptedRegistration);
        loop.forget(targetRegistration);
        toTarget.release(loop);
        fromTarget.release(loop);
        meter.blocked(false, false);
        whenEnded.run();
    }
}
