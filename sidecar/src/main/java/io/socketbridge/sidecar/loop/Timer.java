package io.socketbridge.sidecar.loop;

import org.jspecify.annotations.Nullable;

/** Something that a loop will do later; owned by that loop. */
public final class Timer implements Comparable<Timer> {

    final long deadlineNanos;

    /** What is to be done; null once it is cancelled, as it may be long until its time, and it may hold on to much. */
    private @Nullable Runnable task;

    Timer(long deadlineNanos, Runnable task) {
        this.deadlineNanos = deadlineNanos;
        this.task = task;
    }

    /** Makes it not happen; to be called on the loop. */
    public void cancel() {
        task = null;
    }

    /** Whether it is due or was cancelled: cancelled ones are taken out as they come to the front, and most never get old. */
    boolean isOver(long nowNanos) {
        return task == null || deadlineNanos - nowNanos <= 0;
    }

    void run() {
        if (task != null) {
            task.run();
        }
    }

    @Override
    public int compareTo(Timer other) {
        return Long.compare(deadlineNanos - other.deadlineNanos, 0);
    }
}
