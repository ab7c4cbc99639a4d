package io.socketbridge.sidecar.tunnel;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what became of those who have connected to the ports on which this process takes tunnels. Any thread may call. */
final class Handshakes {

    /** One for each, from the beginning. */
    private final Map<Result, LongAdder> counts = new EnumMap<>(Result.class);

    /** What became of one. */
    enum Result {
        /** A client of the bridge that it asked for. */
        ALLOWED,
        /** Somebody whose certificate is good, and who is no client of the bridge that was asked for. */
        NOT_ALLOWED,
        /** The same, where that bridge has no server here. */
        UNKNOWN_BRIDGE,
        /** The handshake failed. */
        FAILED,
        /** It took too long. */
        TIMEOUT,
        /** It had to make room for another. */
        DISPLACED,
        /** This end could not begin one. */
        ERROR
    }

    Handshakes() {
        for (Result result : Result.values()) {
            counts.put(result, new LongAdder());
        }
    }

    void count(Result result) {
        Objects.requireNonNull(counts.get(result)).increment();
    }

    /** How many there were, by a stable word for what became of them. */
    Map<String, Long> read() {
        Map<String, Long> sums = new TreeMap<>();
        counts.forEach((result, count) ->
                sums.put(result.name().toLowerCase(Locale.ROOT).replace('_', '-'), count.sum()));
        return sums;
    }
}
