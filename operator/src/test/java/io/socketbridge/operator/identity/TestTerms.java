package io.socketbridge.operator.identity;

import java.time.Duration;

/** Terms as they are by default. */
final class TestTerms {

    static final IssuingTerms DEFAULT = new IssuingTerms(
            "cluster.local", Duration.ofHours(24), Duration.ofDays(365), Duration.ofHours(1), Duration.ofMinutes(5));

    private TestTerms() {}
}
