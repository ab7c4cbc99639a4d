package io.socketbridge.sidecar.relay;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** How many durations fell between which bounds; any thread may observe and read, and neither waits for the other. */
public final class Histogram {

    /** From what stays on a machine to what waited for a retransmission or for a server that was away. */
    private static final double[] BOUNDS_SECONDS = {
        0.0001,
        0.00025,
        0.0005,
        0.001,
        0.0025,
        0.005,
        0.01,
        0.025,
        0.05,
        0.1,
        0.25,
        0.5,
        1,
        2.5,
        5,
        10,
        30,
        60,
        300,
        1800,
        3600,
        Double.POSITIVE_INFINITY
    };

    private static final double NANOS = Duration.ofSeconds(1).toNanos();

    private final long[] boundsNanos = new long[BOUNDS_SECONDS.length];
    private final LongAdder[] counts = new LongAdder[BOUNDS_SECONDS.length];
    private final LongAdder sumNanos = new LongAdder();

    Histogram() {
        for (int i = 0; i < counts.length; i++) {
            boundsNanos[i] = (long) (BOUNDS_SECONDS[i] * NANOS); // infinity becomes the largest long
            counts[i] = new LongAdder();
        }
    }

    void observe(long nanos) {
        int bucket = 0;
        while (nanos > boundsNanos[bucket]) {
            bucket++;
        }
        counts[bucket].increment();
        sumNanos.add(nanos);
    }

    /** The upper bounds of the buckets, inclusive, in seconds; the last is infinite. */
    public static double[] boundsSeconds() {
        return BOUNDS_SECONDS.clone();
    }

    /** How many fell into each bucket, and not into one before it. */
    public long[] counts() {
        long[] sums = new long[counts.length];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = counts[i].sum();
        }
        return sums;
    }

    /** All durations together. */
    public double sumSeconds() {
        return sumNanos.sum() / NANOS;
    }
}
