package io.socketbridge.sidecar.identity;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Counts certificates, and why there was none. Any thread may call. */
public final class EnrolmentMeter {

    private final LongAdder obtained = new LongAdder();
    private final Map<EnrolmentException.Reason, LongAdder> failures =
            new EnumMap<>(Stream.of(EnrolmentException.Reason.values())
                    .collect(Collectors.toMap(Function.identity(), reason -> new LongAdder())));

    /** How many certificates there have been. */
    public long obtainedCount() {
        return obtained.sum();
    }

    /** How many attempts failed, by reason; every reason is there. */
    public Map<EnrolmentException.Reason, Long> failures() {
        Map<EnrolmentException.Reason, Long> counts = new EnumMap<>(EnrolmentException.Reason.class);
        failures.forEach((reason, count) -> counts.put(reason, count.sum()));
        return counts;
    }

    /** There is another certificate. */
    public void obtained() {
        obtained.increment();
    }

    /** An attempt failed. */
    public void failed(EnrolmentException.Reason reason) {
        LongAdder count = failures.get(reason);
        if (count != null) {
            count.increment();
        }
    }
}
