package io.socketbridge.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 9})
    void isAsFarAwayAsItMayBe(int distance) {
        assertThat(new Target("tcp:10.0.0.1:5", "db-0", ProxyProtocol.NONE, distance).distance())
                .isEqualTo(distance);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 10})
    void isNoFurtherAway(int distance) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Target("tcp:10.0.0.1:5", "db-0", ProxyProtocol.NONE, distance))
                .withMessageContaining("distance " + distance);
    }
}
