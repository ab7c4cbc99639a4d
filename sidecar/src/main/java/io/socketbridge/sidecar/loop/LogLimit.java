package io.socketbridge.sidecar.loop;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Keeps one kind of line from flooding the log: at most one in an interval is written, and the next that is says how many were not. What
 * others cause must not fill a disk. Any thread may call.
 */
public final class LogLimit {

    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final Duration interval;
    private final AtomicLong nextNanos = new AtomicLong(System.nanoTime());
    private final AtomicLong unwritten = new AtomicLong();

    /** One line in five seconds. */
    public LogLimit() {
        this(INTERVAL);
    }

    LogLimit(Duration interval) {
        this.interval = interval;
    }

    /** Writes a line, or counts it. The writer is given what has to stand behind the line: empty, or how many are left out. */
    public void write(Consumer<String> writer) {
        long now = System.nanoTime();
        long next = nextNanos.get();
        if (now - next < 0 || !nextNanos.compareAndSet(next, now + interval.toNanos())) {
            unwritten.incrementAndGet();
            return;
        }
        long left = unwritten.getAndSet(0);
        writer.accept(left == 0 ? "" : " (and " + left + " more like this since the last line)");
    }
}
