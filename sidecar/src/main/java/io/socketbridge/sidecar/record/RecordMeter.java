package io.socketbridge.sidecar.record;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What became of a route's records; any thread may count and read. */
public final class RecordMeter {

    /** Dropped: larger than may be. */
    public static final String TOO_LARGE = "too-large";

    /** Dropped: its connection ended or was cut before all of it had come. */
    public static final String INCOMPLETE = "incomplete";

    /** Dropped: its connection was cut before it could be written to the app. */
    public static final String CUT_OFF = "cut-off";

    private final LongAdder readRecords = new LongAdder();
    private final LongAdder readBytes = new LongAdder();
    private final LongAdder writtenRecords = new LongAdder();
    private final LongAdder writtenBytes = new LongAdder();
    private final LongAdder truncated = new LongAdder();
    private final Map<String, LongAdder> dropped = new ConcurrentHashMap<>();

    /** One was read from the app's socket. */
    public void read(long bytes) {
        readRecords.increment();
        readBytes.add(bytes);
    }

    /** One was written to the app's socket. */
    public void written(long bytes) {
        writtenRecords.increment();
        writtenBytes.add(bytes);
    }

    /** One was cut to the size that it may have. */
    public void truncated() {
        truncated.increment();
    }

    /**
     * Some were dropped.
     *
     * @param reason a stable word for metrics, of which there are few
     */
    public void dropped(String reason, long count) {
        if (count > 0) {
            dropped.computeIfAbsent(reason, absent -> new LongAdder()).add(count);
        }
    }

    /** Records read from the app's socket. */
    public long readRecords() {
        return readRecords.sum();
    }

    /** Their payloads' bytes. */
    public long readBytes() {
        return readBytes.sum();
    }

    /** Records written to the app's socket. */
    public long writtenRecords() {
        return writtenRecords.sum();
    }

    /** Their payloads' bytes. */
    public long writtenBytes() {
        return writtenBytes.sum();
    }

    /** Records that were cut to the size that they may have. */
    public long truncatedCount() {
        return truncated.sum();
    }

    /** Records that were dropped, by reason. */
    public Map<String, Long> dropped() {
        Map<String, Long> sums = new TreeMap<>();
        dropped.forEach((reason, count) -> sums.put(reason, count.sum()));
        return sums;
    }
}
