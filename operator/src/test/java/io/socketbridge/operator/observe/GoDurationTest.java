package io.socketbridge.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {

    @ParameterizedTest
    @CsvSource({
        "500ms, PT0.5S",
        "10s, PT10S",
        "5m, PT5M",
        "1h30m, PT1H30M",
        "1h2m3s4ms, PT1H2M3.004S",
        "0s, PT0S",
        "90m, PT1H30M",
        "30s1m, PT1M30S",
        "1s1s, PT2S",
        "99999h, PT99999H"
    })
    void partsAddUp(String text, Duration expected) {
        assertThat(GoDuration.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "10",
                "s",
                "10 s",
                "10s ",
                "-1s",
                "+1s",
                "1.5s",
                "1d",
                "1us",
                "10S",
                "123456s",
                "1s1s1s1s1s"
            })
    void anythingElseIsNone(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GoDuration.parse(text))
                .withMessageStartingWith("'" + text + "' is not a duration");
    }
}
