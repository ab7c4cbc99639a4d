package io.socketbridge.operator.plan;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What of a pod matters here.
 *
 * @param name its name
 * @param uid its unique id
 * @param labels its labels
 * @param created when it was created
 * @param node the node that it is on, if it is on one yet
 * @param ip its address, if it has one yet
 * @param injected the fingerprint of the plan that it was injected with, if it was
 * @param rollout the rollout that its workload's template named when it was made, if any
 * @param sidecarStarted whether the kubelet sees its sidecar as started
 * @param ready whether the kubelet of a reachable node says that it is ready
 * @param terminating whether it is being deleted
 * @param finished whether all its containers have ended for good
 */
public record ObservedPod(
        String name,
        String uid,
        Map<String, String> labels,
        Instant created,
        Optional<String> node,
        Optional<String> ip,
        Optional<String> injected,
        Optional<String> rollout,
        boolean sidecarStarted,
        boolean ready,
        boolean terminating,
        boolean finished) {

    public ObservedPod {
        labels = Map.copyOf(labels);
    }

    /** Whether it is neither finished nor going away. */
    public boolean isLive() {
        return !terminating && !finished;
    }

    /** Whether it is going away, and may still serve. */
    public boolean isEnding() {
        return terminating && !finished;
    }

    /** Whether it serves, or is about to, and must therefore have said so. */
    boolean shouldHaveReported() {
        return isLive() && injected.isPresent() && sidecarStarted;
    }
}
