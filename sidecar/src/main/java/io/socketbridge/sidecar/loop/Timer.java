package io.socketbridge.sidecar.loop;

import org.jspecify.annotations.Nullable;

/** Something that a loop will do later; owned by that loop. */
public final class Timer implements Comparable<Timer> {

    final long deadlineNanos;

    private final Timers timers;

    /** What is to be done; null once it was done or is cancelled, as it may hold on to much. */
    private @Nullable Runnable task;

    Timer(Timers timers, long deadlineNanos, Runnable task) {
        this.timers = timers;
        this.deadlineNanos = deadlineNanos;
        this.task = task;
    }

    /** Makes it not happen; to be called on the loop. */
    public void cancel() {
        if (task != null) {
            task = null;
            timers.cancelled();
        }
    }

    boolean isCancelled() {
        return task == null;
    }

    boolean isDue(long nowNanos) {
        return deadlineNanos - nowNanos <= 0;
    }

    /** Does it, once; to be called when it is none of {@link Timers} any more. */
    void run() {
        Runnable due = task;
        task = null;
        if (due != null) {
            due.run();
        }
    }

    @Override
    public int compareTo(Timer other) {
        return Long.compare(deadlineNanos - other.deadlineNanos, 0);
    }
}
