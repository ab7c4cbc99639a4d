package io.socketbridge.e2e.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A SocketBridge in the cluster, read as a user's own program would read it: as YAML, without the operator's classes. */
public final class Bridge {

    static final ResourceDefinitionContext KIND = new ResourceDefinitionContext.Builder()
            .withGroup("socketbridge.io")
            .withVersion("v1alpha1")
            .withKind("SocketBridge")
            .withPlural("socketbridges")
            .withNamespaced(true)
            .build();

    private final String namespace;
    private final String name;

    Bridge(String namespace, String name) {
        this.namespace = namespace;
        this.name = name;
    }

    /**
     * One entry of {@code status.conditions}.
     *
     * @param type such as {@code Ready}
     * @param status {@code True}, {@code False} or {@code Unknown}
     * @param reason one word for programs
     * @param message a sentence for people
     */
    public record Condition(String type, String status, String reason, String message) {

        /** Whether the status is {@code True}. */
        public boolean isTrue() {
            return "True".equals(status);
        }
    }

    /** Waits until the operator has seen the newest version of the bridge, and a connection would be served. */
    public Bridge awaitReady() {
        Await.untilAsserted("SocketBridge " + name + " to be Ready", () -> {
            assertThat(condition("Ready"))
                    .hasValueSatisfying(ready -> assertThat(ready)
                            .as("%s", status())
                            .extracting(Condition::status)
                            .isEqualTo("True"));
            assertThat(status().get("observedGeneration")).isEqualTo(generation());
        });
        return this;
    }

    /** Waits until pods that are made from now on get their sidecars. */
    public Bridge awaitProgrammed() {
        Await.untilAsserted(
                "SocketBridge " + name + " to be Programmed",
                () -> assertThat(condition("Programmed"))
                        .hasValueSatisfying(programmed -> assertThat(programmed)
                                .as("%s", status())
                                .extracting(Condition::status)
                                .isEqualTo("True")));
        return this;
    }

    /** A condition, if the operator has written it for the newest version of the bridge. */
    public Optional<Condition> condition(String type) {
        if (!(status().get("conditions") instanceof List<?> conditions)) {
            return Optional.empty();
        }
        return conditions.stream()
                .map(entry -> (Map<?, ?>) entry)
                .filter(entry -> type.equals(entry.get("type")))
                .map(entry -> new Condition(
                        type,
                        String.valueOf(entry.get("status")),
                        String.valueOf(entry.get("reason")),
                        String.valueOf(entry.get("message"))))
                .findFirst();
    }

    /** All of {@code status}; empty before the operator has written it. */
    public Map<?, ?> status() {
        return get().getAdditionalProperties().get("status") instanceof Map<?, ?> status ? status : Map.of();
    }

    /** Changes something about it, as {@code kubectl patch --type merge} does. */
    public void patch(String yaml) {
        handle().patch(PatchContext.of(PatchType.JSON_MERGE), yaml);
    }

    public void delete() {
        handle().delete();
    }

    private Object generation() {
        return Math.toIntExact(get().getMetadata().getGeneration());
    }

    private GenericKubernetesResource get() {
        GenericKubernetesResource bridge = handle().get();
        if (bridge == null) {
            throw new AssertionError("There is no SocketBridge " + namespace + "/" + name + ".");
        }
        return bridge;
    }

    private Resource<GenericKubernetesResource> handle() {
        return Cluster.get()
                .client()
                .genericKubernetesResources(KIND)
                .inNamespace(namespace)
                .withName(name);
    }
}
