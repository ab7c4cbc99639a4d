package io.socketbridge.sidecar.relay;

import io.socketbridge.contract.Limits;
import io.socketbridge.sidecar.linux.Epoll;
import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.LinuxException;
import io.socketbridge.sidecar.loop.EventLoop;
import java.util.function.Consumer;

/** Two streams joined, until both directions have ended or either was reset. Owned by its loop. */
final class Connection implements Phase {

    private final EventLoop loop;
    private final Consumer<String> warnings;
    private final Tally meter;
    private final Runnable whenEnded;
    private final ByteStream accepted;
    private final ByteStream target;
    private final Flow toTarget;
    private final Flow fromTarget;
    private final Liveness liveness;
    private boolean unfinished;
    private boolean tailWaits;
    private boolean closed;

    /**
     * Joins two streams; does nothing before {@link #start}.
     *
     * @param warnings gets what the log shall say
     * @param whenEnded is called once, on the loop, when its descriptors are closed: others may come in their place
     */
    Connection(
            EventLoop loop,
            Consumer<String> warnings,
            Tally meter,
            ByteStream accepted,
            ByteStream target,
            Runnable whenEnded,
            Liveness liveness) {
        this.loop = loop;
        this.warnings = warnings;
        this.meter = meter;
        this.whenEnded = whenEnded;
        this.accepted = accepted;
        this.target = target;
        this.toTarget = new Flow(accepted, target);
        this.fromTarget = new Flow(target, accepted);
        this.liveness = liveness;
    }

    /** Starts to move bytes. */
    @Override
    public void start() {
        try {
            int acceptedBefore = accepted.watch(events -> ready(accepted, events, toTarget, fromTarget));
            int targetBefore = target.watch(events -> ready(target, events, fromTarget, toTarget));
            take(accepted, acceptedBefore, toTarget, fromTarget);
            take(target, targetBefore, fromTarget, toTarget);
        } catch (LinuxException e) {
            warnings.accept("connection reset: " + e.getMessage());
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
            cut(accepted, reason);
            cut(target, reason);
            whenEnded.run();
        }
    }

    /** A machine that is dead has nobody to be told, nor to take what is still on its way. */
    private static void cut(ByteStream stream, ResetReason reason) {
        if (reason == ResetReason.DEAD_PEER && stream.crossesNetwork()) {
            stream.abandon();
        } else {
            stream.reset();
        }
    }

    @Override
    public void sweep(long nowNanos, Limits limits) {
        meter.blocked(toTarget.isBlocked(), fromTarget.isBlocked(), nowNanos);
        liveness.look(
                        nowNanos,
                        limits,
                        written(toTarget, meter.bytesToTarget()),
                        written(fromTarget, meter.bytesFromTarget()),
                        toTarget.isBlocked() || fromTarget.isBlocked())
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

    private void ready(ByteStream stream, int events, Flow reading, Flow writing) {
        take(stream, events, reading, writing);
        if ((events & Epoll.HUP) != 0 && !closed) {
            // A write of which a part was taken may have used up the error by which a read tells a reset from an end:
            // the next write knows.
            pump(writing, reading);
        }
        pump();
    }

    private static void take(ByteStream stream, int events, Flow reading, Flow writing) {
        if ((events & Epoll.HUP) != 0) {
            stream.peerIsGone();
        }
        reading.sourceReady(events);
        writing.sinkReady(events);
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
            whenEnded.run();
            return;
        }
        if (broken(toTarget, fromTarget) || broken(fromTarget, toTarget)) {
            reset(reason());
            return;
        }
        more |= toTarget.discard(loop);
        more |= fromTarget.discard(loop);
        awaitRoom(target, toTarget);
        awaitRoom(accepted, fromTarget);
        goOn(more);
    }

    /** Has a sink tell of room only while it matters, as a Unix socket tells each time that its peer has read. */
    private static void awaitRoom(ByteStream sink, Flow flow) {
        if (flow.isBlocked()) {
            sink.awaitRoom(true);
        } else if (!flow.isBulk()) {
            sink.awaitRoom(false);
        }
    }

    private void goOn(boolean more) {
        if (more && !unfinished) {
            unfinished = true;
            loop.afterOthers(() -> {
                unfinished = false;
                pump();
            });
        }
        if ((toTarget.hasTail() || fromTarget.hasTail()) && !tailWaits) {
            tailWaits = true;
            loop.whenIdle(() -> {
                tailWaits = false;
                toTarget.tailIsDue();
                fromTarget.tailIsDue();
                pump();
            });
        }
    }

    /** Moves one direction; whether there is more to do at once. */
    private boolean pump(Flow flow, Flow other) {
        if (flow.finished()) {
            return false;
        }
        Flow.Progress progress = flow.pump(loop, other.ended());
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
        int recordError = toTarget.recordError() == 0 ? fromTarget.recordError() : toTarget.recordError();
        if (recordError != 0) {
            return reason(recordError);
        }
        if (toTarget.sinkRefused() || fromTarget.sinkRefused()) {
            warnings.accept("connection reset: this kernel's Unix sockets have no out-of-band data (MSG_OOB)");
            return ResetReason.OUT_OF_BAND;
        }
        if (!toTarget.sourceRefused() && !fromTarget.sourceRefused()) {
            return liveness.isPeerSilent() ? ResetReason.DEAD_PEER : ResetReason.PEER;
        }
        warnings.accept("connection reset: the app sent file descriptors (SCM_RIGHTS), which cannot leave the machine;"
                + " only programs that send bytes alone can be bridged");
        return ResetReason.DESCRIPTORS;
    }

    private ResetReason reason(int recordError) {
        return switch (recordError) {
            case Errno.EMSGSIZE -> {
                warnings.accept(
                        "connection reset: a record is larger than the route carries (records.mostBytes), or than the"
                                + " app's socket takes (net.core.wmem_max); raise the limit, have larger ones truncated, or send less"
                                + " at once");
                yield ResetReason.RECORD_TOO_LARGE;
            }
            case Errno.EPROTO -> {
                warnings.accept("connection reset: it ended within a record; do both ends have the same framing?");
                yield ResetReason.RECORD_INCOMPLETE;
            }
            default -> {
                warnings.accept(
                        "connection reset: what came is no record, as its length is not one that a record may have, or"
                                + " its header is missing (headers.onOutput); do both ends have the same framing?");
                yield ResetReason.RECORD_INVALID;
            }
        };
    }

    private void forget() {
        closed = true;
        toTarget.release(loop);
        fromTarget.release(loop);
        meter.blocked(false, false);
    }
}
