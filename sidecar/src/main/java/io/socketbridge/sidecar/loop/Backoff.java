package io.socketbridge.sidecar.loop;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long to wait between attempts that fail: ever longer, and by chance, so that many do not come at once. Not for several threads. */
public final class Backoff {

    private final Duration least;
    private final Duration longest;
    private Duration limit;

    /**
     * @param least each wait is at least so long, and the first at most twice
     * @param longest by no more than this is a wait longer than the least
     */
    public Backoff(Duration least, Duration longest) {
        this.least = least;
        this.longest = longest;
        this.limit = least;
    }

    /** The wait after another failure: from the least to that and the limit, which doubles. */
    public Duration next() {
        Duration wait = Duration.ofNanos(ThreadLocalRandom.current().nextLong(limit.toNanos() + 1));
        Duration doubled = limit.multipliedBy(2);
        limit = doubled.compareTo(longest) < 0 ? doubled : longest;
        return least.plus(wait);
    }

    /** The next failure is the first one. */
    public void reset() {
        limit = least;
    }
}
