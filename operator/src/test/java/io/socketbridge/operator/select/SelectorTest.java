package io.socketbridge.operator.select;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.operator.select.Requirement.Operator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SelectorTest {

    private static final Map<String, String> WEB = Map.of("app", "web", "tier", "front");

    @Test
    void allLabelsMustMatch() {
        assertThat(Selector.of(Map.of("app", "web")).matches(WEB)).isTrue();
        assertThat(Selector.of(Map.of("app", "web", "tier", "front")).matches(WEB))
                .isTrue();
        assertThat(Selector.of(Map.of("app", "web", "tier", "back")).matches(WEB))
                .isFalse();
        assertThat(Selector.of(Map.of("zone", "a")).matches(WEB)).isFalse();
    }

    @Test
    void anEmptySelectorSelectsNone() {
        assertThat(new Selector(Map.of(), List.of()).matches(WEB)).isFalse();
    }

    @Test
    void expressionsAreThoseOfKubernetes() {
        assertThat(by("tier", Operator.IN, "front", "back").matches(WEB)).isTrue();
        assertThat(by("tier", Operator.IN, "back").matches(WEB)).isFalse();
        assertThat(by("zone", Operator.IN, "a").matches(WEB)).isFalse();
        assertThat(by("tier", Operator.NOT_IN, "back").matches(WEB)).isTrue();
        assertThat(by("tier", Operator.NOT_IN, "front").matches(WEB)).isFalse();
        assertThat(by("zone", Operator.NOT_IN, "a").matches(WEB)).isTrue();
        assertThat(by("tier", Operator.EXISTS).matches(WEB)).isTrue();
        assertThat(by("zone", Operator.EXISTS).matches(WEB)).isFalse();
        assertThat(by("zone", Operator.DOES_NOT_EXIST).matches(WEB)).isTrue();
        assertThat(by("tier", Operator.DOES_NOT_EXIST).matches(WEB)).isFalse();
    }

    @Test
    void itReadsAsKubectlWouldTakeIt() {
        Selector selector = new Selector(
                Map.of("b", "2", "a", "1"),
                List.of(
                        new Requirement("c", Operator.IN, List.of("x", "y")),
                        new Requirement("d", Operator.DOES_NOT_EXIST, List.of())));

        assertThat(selector).hasToString("a=1,b=2,c in (x,y),!d");
    }

    private static Selector by(String key, Operator operator, String... values) {
        return new Selector(Map.of(), List.of(new Requirement(key, operator, List.of(values))));
    }
}
