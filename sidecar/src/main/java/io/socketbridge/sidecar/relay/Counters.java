package io.socketbridge.sidecar.relay;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts by a key of which there are few; any thread may count and read. */
final class Counters<K extends Comparable<K>> {

    private final Map<K, LongAdder> counts = new ConcurrentHashMap<>();

    void increment(K key) {
        // Mostly it is there, and then no lambda is made for nothing.
        LongAdder count = counts.get(key);
        (count == null ? counts.computeIfAbsent(key, absent -> new LongAdder()) : count).increment();
    }

    /** Those that are not zero. */
    Map<K, Long> read() {
        Map<K, Long> sums = new TreeMap<>();
        counts.forEach((key, count) -> sums.put(key, count.sum()));
        return sums;
    }
}
