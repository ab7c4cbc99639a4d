package io.socketbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.socketbridge.e2e.harness.Await;
import io.socketbridge.e2e.harness.Cluster;
import io.socketbridge.e2e.harness.RedisApp;
import io.socketbridge.e2e.harness.TestNamespace;
import io.socketbridge.e2e.harness.Workload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A bridge that comes to workloads that were there before it, goes, and comes again. */
class BridgeLifecycleE2E {

    @RegisterExtension
    static final TestNamespace NAMESPACE = TestNamespace.named("lifecycle");

    private static final String BRIDGE = RedisApp.bridge("cache", "client", "redis");

    @Test
    void workloadsAreRolledWhenTheirBridgeComesAndGoesAndNothingIsLeftBehind() {
        Cluster cluster = Cluster.get();
        NAMESPACE.apply(
                RedisApp.server("redis")
                        .withVolumeAt("/run/app")
                        .on(cluster.firstNode())
                        .deployment(1),
                Workload.idle("client").on(cluster.secondNode()).deployment(1));
        String before = NAMESPACE.pod("client").name();
        NAMESPACE.pod("redis");

        NAMESPACE.apply(BRIDGE);
        assertThat(NAMESPACE.bridgedPod("client").name()).isNotEqualTo(before);
        RedisApp.awaitAnswer(NAMESPACE.bridgedPod("client"));
        NAMESPACE.bridge("cache").awaitReady();
        assertThat(NAMESPACE
                        .client()
                        .configMaps()
                        .inNamespace(NAMESPACE.name())
                        .list()
                        .getItems())
                .extracting(map -> map.getMetadata().getName())
                .contains("socketbridge-trust");
        assertThat(webhooks()).contains(NAMESPACE.name());

        NAMESPACE.bridge("cache").delete();
        Await.untilAsserted("no trace of the bridge", this::assertNoTrace);

        NAMESPACE.apply(BRIDGE);
        RedisApp.awaitAnswer(NAMESPACE.bridgedPod("client"));
        NAMESPACE.bridge("cache").awaitReady();
    }

    private void assertNoTrace() {
        assertThat(NAMESPACE.allPods()).hasSize(2).allSatisfy(pod -> {
            assertThat(pod.getMetadata().getDeletionTimestamp()).isNull();
            assertThat(pod.getSpec().getInitContainers()).isEmpty();
            assertThat(pod.getSpec().getVolumes())
                    .extracting(Volume::getName)
                    .noneMatch(name -> name.startsWith("socketbridge"));
            assertThat(pod.getMetadata().getAnnotations().keySet()).noneMatch(key -> key.contains("socketbridge.io"));
            assertThat(pod.getMetadata().getLabels().keySet()).noneMatch(key -> key.contains("socketbridge.io"));
        });
        assertThat(NAMESPACE
                        .client()
                        .configMaps()
                        .inNamespace(NAMESPACE.name())
                        .list()
                        .getItems())
                .extracting(map -> map.getMetadata().getName())
                .noneMatch(name -> name.startsWith("socketbridge"));
        assertThat(NAMESPACE
                        .client()
                        .secrets()
                        .inNamespace(NAMESPACE.name())
                        .list()
                        .getItems())
                .isEmpty();
        assertThat(webhooks()).doesNotContain(NAMESPACE.name());
        assertThat(NAMESPACE
                        .client()
                        .namespaces()
                        .withName(NAMESPACE.name())
                        .get()
                        .getMetadata()
                        .getLabels()
                        .keySet())
                .containsExactlyInAnyOrder(
                        "kubernetes.io/metadata.name",
                        "pod-security.kubernetes.io/enforce",
                        "pod-security.kubernetes.io/warn",
                        "socketbridge.io/test");
    }

    private String webhooks() {
        return Serialization.asYaml(
                NAMESPACE
                        .client()
                        .admissionRegistration()
                        .v1()
                        .mutatingWebhookConfigurations()
                        .list()
                        .getItems()
                        .stream()
                        .filter(configuration ->
                                configuration.getMetadata().getName().startsWith("socketbridge"))
                        .flatMap(configuration -> configuration.getWebhooks().stream())
                        .map(webhook -> webhook.getNamespaceSelector())
                        .toList());
    }
}
