package io.socketbridge.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.operator.plan.Rollout.Step;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RolloutTest {

    private static final Optional<String> NONE = Optional.empty();

    @Test
    void aWorkloadWhosePodsAreRightIsLeftAlone() {
        assertThat(next(NONE, "f", pod(NONE, Optional.of("f")))).isEqualTo(new Step.Stay());
        assertThat(next(Optional.of("f"), "f", pod(Optional.of("f"), Optional.of("f"))))
                .isEqualTo(new Step.Stay());
        assertThat(next(NONE, PodPlan.NOTHING, pod(NONE, NONE))).isEqualTo(new Step.Stay());
    }

    @Test
    void oneThatRanBeforeIsRolledOnce() {
        assertThat(next(NONE, "f", pod(NONE, NONE))).isEqualTo(new Step.Annotate("f"));
        assertThat(next(Optional.of("f"), "f", pod(NONE, NONE))).isEqualTo(new Step.Stay());
        assertThat(next(Optional.of("f"), "f", pod(NONE, NONE), pod(Optional.of("f"), Optional.of("f"))))
                .isEqualTo(new Step.Stay());
    }

    @Test
    void aChangeOfThePlanRollsAgain() {
        assertThat(next(Optional.of("f"), "g", pod(Optional.of("f"), Optional.of("f"))))
                .isEqualTo(new Step.Annotate("g"));
    }

    @Test
    void aRolloutWithoutEffectIsRepeatedAFewTimesAndNotForEver() {
        assertThat(next(Optional.of("f"), "f", pod(Optional.of("f"), NONE))).isEqualTo(new Step.Annotate("f.2"));
        assertThat(next(Optional.of("f.2"), "f", pod(Optional.of("f.2"), NONE))).isEqualTo(new Step.Annotate("f.3"));
        assertThat(next(Optional.of("f.4"), "f", pod(Optional.of("f.4"), NONE))).isEqualTo(new Step.Stay());
    }

    @Test
    void whenTheBridgeIsGoneTheAnnotationGoesToo() {
        assertThat(next(Optional.of("f"), PodPlan.NOTHING, pod(Optional.of("f"), Optional.of("f"))))
                .isEqualTo(new Step.Remove());
        assertThat(next(NONE, PodPlan.NOTHING, pod(Optional.of("f"), Optional.of("f"))))
                .isEqualTo(new Step.Stay());
    }

    @Test
    void oneThatNeverHadTheAnnotationIsRolledByOne() {
        assertThat(next(NONE, PodPlan.NOTHING, pod(NONE, Optional.of("f")))).isEqualTo(new Step.Annotate("none"));
        assertThat(next(Optional.of("none"), "f", pod(Optional.of("none"), NONE)))
                .isEqualTo(new Step.Annotate("f"));
    }

    @Test
    void aPodThatServesNobodyAndIsNotOfThisRolloutIsStuck() {
        ObservedPod waiting = Pods.notReady(pod(NONE, NONE));

        assertThat(Rollout.stuck(Optional.of("f"), List.of(waiting), "f")).containsExactly(waiting);
        assertThat(Rollout.stuck(Optional.of("f"), List.of(pod(NONE, NONE)), "f"))
                .isEmpty();
        assertThat(Rollout.stuck(Optional.of("f"), List.of(Pods.notReady(pod(Optional.of("f"), NONE))), "f"))
                .isEmpty();
    }

    private static Step next(Optional<String> template, String desired, ObservedPod... pods) {
        return Rollout.next(template, List.of(pods), desired);
    }

    private static ObservedPod pod(Optional<String> rollout, Optional<String> injected) {
        return Pods.of(Pods.bare("p", "web"), rollout, injected);
    }
}
