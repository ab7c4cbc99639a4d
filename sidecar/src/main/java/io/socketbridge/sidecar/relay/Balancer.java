package io.socketbridge.sidecar.relay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * In which order a connection tries a relay's targets: the nearest first, and those that are equally near in turn. A target is <i>ejected</i>
 * when connecting to it has failed several times in a row: for some time it is tried only where all others have failed, so that nobody is
 * refused who could be served. When that time is over, one connection gives it a trial; while that fails the time doubles. Any thread may call.
 *
 * @see <a href="https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/outlier">Outlier detection, in Envoy</a>
 */
final class Balancer {

    /** So many failures in a row are no accident. */
    static final int FAILURES = 3;

    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

    /** What says nothing of the target: it was reached and refuses this client, or this sidecar has not what it needs. */
    private static final Set<String> OURS = Set.of("denied", "no-certificate", Dialer.RESOURCES);

    private final Observer observer;
    private final LongSupplier nanoTime;
    private final AtomicInteger turns;

    /** By address, those to which the last attempt has failed. Changed under the object's lock. */
    private final Map<String, Trouble> troubles = new ConcurrentHashMap<>();

    /** Of all targets; guarded by this. */
    private Set<String> addresses = Set.of();

    /** Is told of what a person wants to know. Called without a lock, on any thread. */
    interface Observer {

        /**
         * A target was ejected, or is again after a trial.
         *
         * @param again whether it was before
         * @param pause for how long
         */
        void ejected(String address, boolean again, Duration pause, String lastFailure);

        /** A target that was ejected was reached. */
        void back(String address);
    }

    /** Owned by the lock of the balancer. */
    private static final class Trouble {

        private int failures;

        /** Null while it is not ejected. */
        private @Nullable Duration pause;

        private long untilNanos;

        /** Whether a connection tries it though it is ejected. */
        private boolean onTrial;

        boolean isEjected() {
            return pause != null;
        }

        boolean isDue(long nowNanos) {
            return nowNanos - untilNanos >= 0;
        }

        void pauseFor(Duration duration, long nowNanos) {
            pause = duration;
            untilNanos = nowNanos + duration.toNanos();
        }
    }

    Balancer(Observer observer) {
        // Not all clients begin with the same target.
        this(observer, System::nanoTime, ThreadLocalRandom.current().nextInt());
    }

    /** @param firstTurn which of several is the first */
    Balancer(Observer observer, LongSupplier nanoTime, int firstTurn) {
        this.observer = observer;
        this.nanoTime = nanoTime;
        this.turns = new AtomicInteger(firstTurn);
    }

    /** Sets which targets there are; what is known of those that stay is kept. */
    synchronized void update(List<Destination> destinations) {
        Set<String> now = new HashSet<>();
        destinations.forEach(each -> now.add(each.address()));
        addresses = now;
        troubles.keySet().retainAll(now);
    }

    /**
     * The order for another connection.
     *
     * @param destinations those with the same distance are together, the nearest first
     */
    List<Destination> order(List<Destination> destinations) {
        int turn = turns.getAndIncrement();
        if (destinations.size() < 2) {
            return destinations;
        }
        List<Destination> ordered = new ArrayList<>(destinations.size());
        if (troubles.isEmpty()) {
            addInTurn(destinations, turn, ordered);
        } else {
            orderTroubled(destinations, turn, ordered);
        }
        return ordered;
    }

    private synchronized void orderTroubled(List<Destination> destinations, int turn, List<Destination> ordered) {
        long now = nanoTime.getAsLong();
        List<Destination> good = new ArrayList<>(destinations.size());
        List<Destination> passedOver = new ArrayList<>();
        for (Destination each : destinations) {
            Trouble trouble = troubles.get(each.address());
            (trouble == null || !trouble.isEjected() || trouble.isDue(now) ? good : passedOver).add(each);
        }
        addInTurn(good, turn, ordered);
        addInTurn(passedOver, turn, ordered);
        Trouble first = troubles.get(ordered.getFirst().address());
        if (first != null && first.pause != null && first.isDue(now)) {
            // The others pass it over until it is known what becomes of this one.
            first.onTrial = true;
            first.pauseFor(first.pause, now);
        }
    }

    private static void addInTurn(List<Destination> destinations, int turn, List<Destination> ordered) {
        int from = 0;
        while (from < destinations.size()) {
            int to = from;
            while (to < destinations.size()
                    && destinations.get(to).distance() == destinations.get(from).distance()) {
                to++;
            }
            for (int i = 0; i < to - from; i++) {
                ordered.add(destinations.get(from + Math.floorMod(turn + i, to - from)));
            }
            from = to;
        }
    }

    /** A connection has reached a target. */
    void reached(Destination destination) {
        if (troubles.isEmpty()) {
            return;
        }
        Trouble before;
        synchronized (this) {
            before = troubles.remove(destination.address());
        }
        if (before != null && before.isEjected()) {
            observer.back(destination.address());
        }
    }

    /**
     * A connection has not reached a target.
     *
     * @param reason as {@link Dialer.Outcome} tells it
     */
    void failed(Destination destination, String reason, String message) {
        if (OURS.contains(reason)) {
            return;
        }
        boolean again;
        Duration pause;
        synchronized (this) {
            if (!addresses.contains(destination.address())) {
                return;
            }
            Trouble trouble = troubles.computeIfAbsent(destination.address(), address -> new Trouble());
            trouble.failures++;
            again = trouble.isEjected();
            pause = pauseAfterFailure(trouble);
            if (pause == null) {
                return;
            }
            trouble.onTrial = false;
            trouble.pauseFor(pause, nanoTime.getAsLong());
        }
        observer.ejected(destination.address(), again, pause, message);
    }

    /** For how long it is ejected now; null where that is not changed. What was begun before an ejection fails after it, and says nothing new. */
    private @Nullable Duration pauseAfterFailure(Trouble trouble) {
        if (trouble.pause != null) {
            Duration doubled = trouble.pause.multipliedBy(2);
            return trouble.onTrial ? (doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE) : null;
        }
        return trouble.failures >= FAILURES && mayEjectOneMore() ? FIRST_PAUSE : null;
    }

    /** At most half of the targets, rounded up, and never the only one: the others have to bear what it would have. */
    private boolean mayEjectOneMore() {
        int most = addresses.size() < 2 ? 0 : (addresses.size() + 1) / 2;
        return troubles.values().stream().filter(Trouble::isEjected).count() < most;
    }
}
