package io.socketbridge.sidecar.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {

    private final DurationText text = new DurationText();

    @ParameterizedTest
    @CsvSource({"0, 0", "10, 10000", "500ms, 500", "10s, 10000", "5m, 300000", "1h, 3600000"})
    void readsSecondsAndUnits(String written, long millis) {
        assertThat(text.convert(written)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5s", "10 s", "10d", "s", "99999999999"})
    void refusesAnythingElse(String written) {
        assertThatThrownBy(() -> text.convert(written)).hasMessageContaining("'" + written + "'");
    }

    @Test
    void saysWhatIsAllowed() {
        assertThatThrownBy(() -> text.convert("soon")).hasMessageContaining("500ms, 10s, 5m or 1h");
    }
}
