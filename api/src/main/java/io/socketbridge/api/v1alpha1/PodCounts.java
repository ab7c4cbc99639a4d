package io.socketbridge.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/**
 * Counts of pods.
 *
 * @param matched selected, and neither finished nor terminating
 * @param injected of these, those with a sidecar
 * @param ready of these, those whose sidecar serves this bridge
 * @param outdated those without the sidecar, volumes or variables that a new pod would get
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record PodCounts(
        @JsonPropertyDescription("Pods that the selector matches and that are neither finished nor terminating.")
        int matched,

        @JsonPropertyDescription("Pods of these that have a sidecar.")
        int injected,

        @JsonPropertyDescription("Pods of these whose sidecar serves this bridge now.")
        int ready,

        @JsonPropertyDescription(
                "Pods of these without the sidecar, volumes or variables that a new pod would get. Those of a"
                        + " Deployment, StatefulSet or DaemonSet are replaced by a rollout; others are yours to replace.")
        int outdated) {}
