package io.socketbridge.sidecar.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class LogLimitTest {

    private final List<String> lines = new ArrayList<>();

    @Test
    void writesTheFirstLineAndNoneOfThoseThatFollowAtOnce() {
        LogLimit limit = new LogLimit(Duration.ofHours(1));
        for (int i = 0; i < 1_000; i++) {
            limit.write(lines::add);
        }
        assertThat(lines).containsExactly("");
    }

    @Test
    void saysHowManyWereLeftOut() {
        LogLimit limit = new LogLimit(Duration.ofMillis(300));
        Awaitility.await().until(() -> {
            limit.write(lines::add);
            return lines.size() == 2;
        });
        assertThat(lines.get(1)).matches(" \\(and \\d+ more like this since the last line\\)");
    }
}
