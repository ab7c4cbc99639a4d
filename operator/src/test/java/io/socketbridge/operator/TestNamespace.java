package io.socketbridge.operator;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.socketbridge.api.v1alpha1.SocketBridge;
import io.socketbridge.operator.identity.TestLeaf;
import io.socketbridge.operator.identity.TestRoot;
import io.socketbridge.operator.resource.TrustConfigMap;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A new namespace with bridges and pods, and their sidecars. */
final class TestNamespace {

    /** Where the tests put an existing authority. */
    static final String INTERMEDIATE = "socketbridge-intermediate";

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final KubernetesClient client;
    private final URI operator;
    private final String name = "identity-" + COUNT.incrementAndGet();
    private final TestPods pods;

    TestNamespace(KubernetesClient client, String operator) {
        this.client = client;
        this.operator = URI.create(operator);
        this.pods = new TestPods(client, name);
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
        client.resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName("default")
                        .withNamespace(name)
                        .endMetadata()
                        .build())
                .create();
    }

    /** The Secret that cert-manager would write. */
    static Secret intermediateSecret(TestRoot root, String intermediate) {
        return new SecretBuilder()
                .withNewMetadata()
                .withName(INTERMEDIATE)
                .withNamespace("socketbridge-system")
                .endMetadata()
                .withType("kubernetes.io/tls")
                .withStringData(root.intermediate(intermediate))
                .build();
    }

    String name() {
        return name;
    }

    TestPods pods() {
        return pods;
    }

    /** A bridge from pods of one label to pods of another; acted on when this returns. */
    void bridge(String bridge, String server, String clients) {
        client.resource("""
                apiVersion: socketbridge.io/v1alpha1
                kind: SocketBridge
                metadata: {name: %1$s, namespace: %2$s}
                spec:
                  server: {selector: {matchLabels: {app: %3$s}}, path: /run/%1$s/%1$s.sock}
                  clients:
                  - {selector: {matchLabels: {app: %4$s}}, path: /sockets/%1$s.sock}
                """.formatted(bridge, name, server, clients)).create();
        await().atMost(Duration.ofSeconds(20)).until(() -> isProgrammed(bridge));
    }

    Pod pod(String pod, String app) {
        return pods.create(TestPods.pod(pod, Map.of("app", app)));
    }

    /** What pods trust. */
    String trustPem() {
        return Optional.ofNullable(client.configMaps()
                        .inNamespace(name)
                        .withName(TrustConfigMap.NAME)
                        .get())
                .map(configMap -> configMap.getData().getOrDefault("ca.crt", ""))
                .orElse("");
    }

    /** The pod's sidecar, by its token. */
    FakeSidecar sidecar(Pod pod) {
        return sidecar(pods.token(pod));
    }

    FakeSidecar sidecar(String token) {
        return new FakeSidecar(operator, TestLeaf.context(trustPem(), Optional.empty()), token);
    }

    /** A sidecar that has a certificate. */
    FakeSidecar sidecar(TestLeaf leaf) {
        return FakeSidecar.of(operator, trustPem(), leaf);
    }

    private boolean isProgrammed(String bridge) {
        return Stream.ofNullable(client.resources(SocketBridge.class)
                        .inNamespace(name)
                        .withName(bridge)
                        .get())
                .flatMap(there -> Stream.ofNullable(there.getStatus()))
                .flatMap(status -> Stream.ofNullable(status.conditions()))
                .flatMap(List::stream)
                .anyMatch(condition -> condition.type().equals("Programmed")
                        && condition.status().equals("True"));
    }
}
