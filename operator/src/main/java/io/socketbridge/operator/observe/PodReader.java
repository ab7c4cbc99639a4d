package io.socketbridge.operator.observe;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.socketbridge.contract.SidecarPod;
import io.socketbridge.operator.plan.ObservedPod;
import io.socketbridge.operator.plan.Rollout;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Reads of a pod what matters here. */
final class PodReader {

    private PodReader() {}

    static ObservedPod read(Pod pod) {
        ObjectMeta metadata = pod.getMetadata();
        Map<String, String> annotations =
                Optional.ofNullable(metadata.getAnnotations()).orElse(Map.of());
        PodStatus status = Optional.ofNullable(pod.getStatus()).orElseGet(PodStatus::new);
        return new ObservedPod(
                metadata.getName(),
                metadata.getUid(),
                Optional.ofNullable(metadata.getLabels()).orElse(Map.of()),
                Instant.parse(metadata.getCreationTimestamp()),
                Optional.ofNullable(pod.getSpec()).map(PodSpec::getNodeName).filter(node -> !node.isEmpty()),
                Optional.ofNullable(status.getPodIP()).filter(ip -> !ip.isEmpty()),
                Optional.ofNullable(annotations.get(Rollout.INJECTED_ANNOTATION)),
                Optional.ofNullable(annotations.get(Rollout.ANNOTATION)),
                sidecarStarted(status),
                ready(status),
                metadata.getDeletionTimestamp() != null,
                isFinished(pod));
    }

    /** Whether all its containers have ended for good. */
    static boolean isFinished(Pod pod) {
        return Optional.ofNullable(pod.getStatus())
                .map(PodStatus::getPhase)
                .filter(phase -> phase.equals("Succeeded") || phase.equals("Failed"))
                .isPresent();
    }

    private static boolean sidecarStarted(PodStatus status) {
        return status.getInitContainerStatuses().stream()
                .filter(container -> container.getName().equals(SidecarPod.CONTAINER))
                .map(ContainerStatus::getStarted)
                .anyMatch(Boolean.TRUE::equals);
    }

    private static boolean ready(PodStatus status) {
        return status.getConditions().stream()
                .anyMatch(condition -> "Ready".equals(condition.getType()) && "True".equals(condition.getStatus()));
    }
}
