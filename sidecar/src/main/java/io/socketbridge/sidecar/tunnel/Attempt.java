package io.socketbridge.sidecar.tunnel;

import io.socketbridge.sidecar.relay.Dialer;
import io.socketbridge.sidecar.relay.ProxyHeader;
import org.jspecify.annotations.Nullable;

/** One try to begin a connection. Owned by the loop that it was begun on. */
final class Attempt implements Dialer.Pending {

    private final ProxyHeader header;
    private final long deadlineNanos;
    private final Dialer.Outcome outcome;
    private boolean cancelled;

    /** Null while nobody is busy with it. */
    private @Nullable Runnable whenCancelled;

    /**
     * @param header what it begins with
     * @param deadlineNanos by when it has to have been taken, by {@link System#nanoTime}
     * @param outcome is told what became of it
     */
    Attempt(ProxyHeader header, long deadlineNanos, Dialer.Outcome outcome) {
        this.header = header;
        this.deadlineNanos = deadlineNanos;
        this.outcome = outcome;
    }

    ProxyHeader header() {
        return header;
    }

    Dialer.Outcome outcome() {
        return outcome;
    }

    long leftNanos() {
        return Math.max(0, deadlineNanos - System.nanoTime());
    }

    /** Whether nobody wants an outcome any more. */
    boolean isCancelled() {
        return cancelled;
    }

    /** Has something be done if it is given up, until this is called with null. */
    void whenCancelled(@Nullable Runnable task) {
        whenCancelled = task;
    }

    /** Whether somebody is busy with it, who would have to be told. */
    boolean isBusy() {
        return whenCancelled != null;
    }

    @Override
    public void cancel() {
        cancelled = true;
        Runnable task = whenCancelled;
        whenCancelled = null;
        if (task != null) {
            task.run();
        }
    }
}
