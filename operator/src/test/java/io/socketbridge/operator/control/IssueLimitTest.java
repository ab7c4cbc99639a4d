package io.socketbridge.operator.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class IssueLimitTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final IssueLimit limit = new IssueLimit();

    @Test
    void aPodAsksOnceInASecondAndOthersAreNotItsBusiness() {
        assertThat(limit.admits("a", NOW)).isTrue();
        assertThat(limit.admits("a", NOW.plusMillis(999))).isFalse();
        assertThat(limit.admits("b", NOW.plusMillis(999))).isTrue();
        assertThat(limit.admits("a", NOW.plusSeconds(1)))
                .as("those that were refused do not count")
                .isTrue();
    }

    @Test
    void aClockThatWasSetBackLocksNobodyOut() {
        assertThat(limit.admits("a", NOW)).isTrue();
        assertThat(limit.admits("a", NOW.minusSeconds(3_600))).isTrue();
    }
}
