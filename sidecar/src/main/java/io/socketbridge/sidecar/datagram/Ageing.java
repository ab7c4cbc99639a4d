package io.socketbridge.sidecar.datagram;

import io.socketbridge.sidecar.loop.EventLoop;
import java.time.Duration;
import java.util.function.Predicate;

/** Ends flows that rest for too long, and looks after them only while there are any. Owned by one loop. */
final class Ageing {

    /** Flows are looked at so often within the time that they may rest. */
    private static final int LOOKS = 4;

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final EventLoop loop;
    private final Flows flows;
    private final FlowMeter meter;
    private final Predicate<DatagramFlow> exempt;
    private final Runnable eachTime;
    private volatile Duration longestRest;
    private boolean due;

    /**
     * @param exempt says which flows cannot be ended now
     * @param eachTime is to be done too, as often as flows are looked at
     */
    Ageing(
            EventLoop loop,
            Flows flows,
            FlowMeter meter,
            Duration longestRest,
            Predicate<DatagramFlow> exempt,
            Runnable eachTime) {
        this.loop = loop;
        this.flows = flows;
        this.meter = meter;
        this.longestRest = longestRest;
        this.exempt = exempt;
        this.eachTime = eachTime;
    }

    /** Changes how long a flow may rest; any thread may call. */
    void allow(Duration rest) {
        longestRest = rest;
    }

    /** There are flows. */
    void begin() {
        if (due) {
            return;
        }
        due = true;
        Duration wait = longestRest.dividedBy(LOOKS);
        wait = wait.compareTo(LONGEST_PAUSE) < 0 ? wait : LONGEST_PAUSE;
        loop.schedule(wait.compareTo(SHORTEST_PAUSE) > 0 ? wait : SHORTEST_PAUSE, this::look);
    }

    private void look() {
        due = false;
        eachTime.run();
        long now = System.nanoTime();
        long mostNanos = longestRest.toNanos();
        flows.inOrder()
                .takeWhile(flow -> now - flow.usedNanos() >= mostNanos)
                .filter(flow -> !flow.isBusy() && !exempt.test(flow))
                .toList()
                .forEach(flow -> {
                    meter.aged();
                    flow.end();
                });
        if (!flows.isEmpty()) {
            begin();
        }
    }
}
