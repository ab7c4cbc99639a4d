package io.socketbridge.operator.plan;

import java.util.List;
import java.util.Optional;

/**
 * Whether a workload has to replace its pods, said by the annotation {@link #ANNOTATION} of its pod template: each value
 * makes the workload's own controller replace them once.
 */
public final class Rollout {

    /** On a workload's pod template, and so on its pods: the rollout that they are of. */
    public static final String ANNOTATION = "socketbridge.io/rollout";

    /** On a pod: the fingerprint of the plan that it was injected with. */
    public static final String INJECTED_ANNOTATION = "socketbridge.io/injected";

    /** A rollout that changed nothing is repeated, because the webhook may have been out of reach; but not for ever. */
    private static final int ATTEMPTS = 4;

    private Rollout() {}

    /** What to do with a workload's template. */
    public sealed interface Step {

        /** Nothing: all pods are as they should be, or on their way. */
        record Stay() implements Step {}

        /**
         * Set the annotation.
         *
         * @param value to this
         */
        record Annotate(String value) implements Step {}

        /** Take the annotation away, which replaces the pods just as well. */
        record Remove() implements Step {}
    }

    /**
     * What a workload needs.
     *
     * @param template the annotation's value on its template, if it is there
     * @param pods its live pods
     * @param desired the fingerprint that they should have
     */
    public static Step next(Optional<String> template, List<ObservedPod> pods, String desired) {
        boolean ineffective = pods.stream()
                .anyMatch(pod -> !isCurrent(pod, desired) && pod.rollout().equals(template));
        if (!ineffective) {
            return new Step.Stay();
        }
        int attempt = template.map(value -> attemptAt(value, desired)).orElse(0) + 1;
        if (attempt > ATTEMPTS) {
            return new Step.Stay();
        }
        if (attempt > 1) {
            return new Step.Annotate(desired + "." + attempt);
        }
        return desired.equals(PodPlan.NOTHING) && template.isPresent() ? new Step.Remove() : new Step.Annotate(desired);
    }

    /**
     * Pods that their workload's controller will not replace by itself: one of a StatefulSet waits for a pod of an earlier template to
     * become ready, which one without its sidecar may never be. They serve nobody.
     *
     * @param template the annotation's value on its template, if it is there
     * @param pods its live pods
     * @param desired the fingerprint that they should have
     * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback">forced rollback</a>
     */
    public static List<ObservedPod> stuck(Optional<String> template, List<ObservedPod> pods, String desired) {
        return pods.stream()
                .filter(pod -> pod.isLive() && !pod.ready())
                .filter(pod -> !isCurrent(pod, desired) && !pod.rollout().equals(template))
                .toList();
    }

    /** Whether a pod is as a new one would be. */
    public static boolean isCurrent(ObservedPod pod, String desired) {
        return pod.injected().orElse(PodPlan.NOTHING).equals(desired);
    }

    /** How many rollouts towards this fingerprint the template has seen. */
    private static int attemptAt(String template, String desired) {
        if (template.equals(desired)) {
            return 1;
        }
        String prefix = desired + ".";
        return template.startsWith(prefix) && template.length() == prefix.length() + 1
                ? template.charAt(prefix.length()) - '0'
                : 0;
    }
}
