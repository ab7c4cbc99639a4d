package io.socketbridge.sidecar.control;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long to wait between attempts that fail: ever longer, and by chance, so that many do not come at once. Not for several threads. */
final class Backoff {

    /** The operator takes no more than one request in a second from a pod. */
    private static final Duration LEAST = Duration.ofSeconds(1);

    private final Duration longest;
    private Duration limit = LEAST;

    Backoff(Duration longest) {
        this.longest = longest;
    }

    /** The wait after another failure: from the least to that and the limit, which doubles. */
    Duration next() {
        Duration wait = Duration.ofNanos(ThreadLocalRandom.current().nextLong(limit.toNanos() + 1));
        Duration doubled = limit.multipliedBy(2);
        limit = doubled.compareTo(longest) < 0 ? doubled : longest;
        return LEAST.plus(wait);
    }

    /** The next failure is the first one. */
    void reset() {
        limit = LEAST;
    }
}
