package io.socketbridge.sidecar.loop;

import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * What a loop will do later, the earliest first. Most timers are cancelled long before their time: they are taken out together once they are
 * more than the others, which costs little for each and bounds how many there are. Owned by one loop.
 */
final class Timers {

    /** So few cancelled ones are not worth a look. */
    private static final int FEW = 64;

    private final PriorityQueue<Timer> queue = new PriorityQueue<>();

    /** How many in the queue are cancelled. */
    private int cancelled;

    Timer add(long deadlineNanos, Runnable task) {
        Timer timer = new Timer(this, deadlineNanos, task);
        queue.add(timer);
        return timer;
    }

    /** The earliest; null if there is none. */
    @Nullable
    Timer first() {
        Timer first = queue.peek();
        while (first != null && first.isCancelled()) {
            queue.remove();
            cancelled--;
            first = queue.peek();
        }
        return first;
    }

    /** Takes out the earliest if its time has come, else null. */
    @Nullable
    Timer takeDue(long nowNanos) {
        Timer first = first();
        if (first == null || !first.isDue(nowNanos)) {
            return null;
        }
        queue.remove();
        return first;
    }

    /** One that is in the queue was cancelled. */
    void cancelled() {
        cancelled++;
        if (cancelled > FEW && 2 * cancelled > queue.size()) {
            queue.removeIf(Timer::isCancelled);
            cancelled = 0;
        }
    }

    /** How many are kept, cancelled ones among them. */
    int size() {
        return queue.size();
    }
}
