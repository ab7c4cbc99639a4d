package io.socketbridge.operator.resource;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.socketbridge.operator.plan.Rollout;
import java.util.Map;
import java.util.Optional;

/** What the operator wants of a workload, for server-side apply: one annotation of its pod template, or nothing. */
public final class RolloutPatch {

    private RolloutPatch() {}

    /** The workload with this value of the annotation, or without it. */
    public static GenericKubernetesResource of(
            String apiVersion, String kind, String namespace, String name, Optional<String> value) {
        GenericKubernetesResourceBuilder builder = new GenericKubernetesResourceBuilder()
                .withApiVersion(apiVersion)
                .withKind(kind)
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata();
        value.ifPresent(rollout -> builder.addToAdditionalProperties(
                "spec",
                Map.of("template", Map.of("metadata", Map.of("annotations", Map.of(Rollout.ANNOTATION, rollout))))));
        return builder.build();
    }
}
