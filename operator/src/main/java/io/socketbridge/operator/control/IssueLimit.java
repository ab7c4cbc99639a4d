package io.socketbridge.operator.control;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How often a pod may ask for a certificate. Safe for use by many threads. */
final class IssueLimit {

    /** A pod needs one a day, and another when it gets a bridge; to sign one takes less than a millisecond. */
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** Those that are older than the interval are forgotten when there are so many. */
    private static final int MANY = 10_000;

    /** When each pod last asked and was let, by its unique id. */
    private final Map<String, Instant> last = new ConcurrentHashMap<>();

    /** Whether the pod may ask now. */
    boolean admits(String uid, Instant now) {
        if (last.size() >= MANY) {
            last.values().removeIf(then -> isOver(then, now));
        }
        Instant admitted = last.compute(uid, (_, then) -> then == null || isOver(then, now) ? now : then);
        // Compared by identity: two requests may come in the same instant.
        return isSame(admitted, now);
    }

    private static boolean isOver(Instant then, Instant now) {
        // A clock that was set back does not lock anybody out.
        return Duration.between(then, now).abs().compareTo(INTERVAL) >= 0;
    }

    @SuppressWarnings("ReferenceEquality")
    private static boolean isSame(Instant admitted, Instant now) {
        return admitted == now;
    }
}
