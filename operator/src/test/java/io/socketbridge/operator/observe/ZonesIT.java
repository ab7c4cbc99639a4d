package io.socketbridge.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.socketbridge.operator.OperatorOnApiServer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is known of nodes, with a real API server. */
@QuarkusTest
@QuarkusTestResource(OperatorOnApiServer.class)
@SuppressWarnings("NullAway.Init") // JUnit and Quarkus set the fields.
class ZonesIT {

    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final String LABEL = "topology.kubernetes.io/zone";

    private final AtomicInteger changes = new AtomicInteger();

    KubernetesClient client;

    @Test
    void eachNodeIsInTheZoneOfItsLabelForAsLongAsItIsThere() {
        Zones zones = new Zones(client, changes::incrementAndGet);
        try {
            assertThat(zones.isSettled()).as("nobody has asked").isTrue();
            node("zones-1", "a");
            await().atMost(DEADLINE).until(() -> "a".equals(zones.known().get("zones-1")));
            await().atMost(DEADLINE).until(zones::isSettled);
            label("zones-1", "b");
            await().atMost(DEADLINE).until(() -> "b".equals(zones.known().get("zones-1")));
            int before = changes.get();
            client.nodes()
                    .withName("zones-1")
                    .edit(node -> new NodeBuilder(node)
                            .editMetadata()
                            .addToLabels("other", "label")
                            .endMetadata()
                            .build());
            node("zones-2", "a");
            await().atMost(DEADLINE).until(() -> "a".equals(zones.known().get("zones-2")));
            assertThat(changes).as("another label is no news").hasValue(before + 1);
            client.nodes().withName("zones-1").delete();
            await().atMost(DEADLINE).until(() -> !zones.known().containsKey("zones-1"));
            assertThat(changes).hasValue(before + 2);
        } finally {
            zones.stop();
            client.nodes().withName("zones-2").delete();
        }
    }

    @Test
    void nobodyWaitsForNodesThatMayNotBeSeen() {
        try (KubernetesClient stranger = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(client.getConfiguration())
                        .withClientCertData(null)
                        .withClientCertFile(null)
                        .withClientKeyData(null)
                        .withClientKeyFile(null)
                        .withOauthToken("nobody's")
                        .build())
                .build()) {
            Zones zones = new Zones(stranger, changes::incrementAndGet);
            assertThat(zones.known()).isEmpty();
            await().atMost(DEADLINE).until(zones::isSettled);
            assertThat(zones.known()).isEmpty();
            zones.stop();
        }
    }

    private void node(String name, String zone) {
        client.resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToLabels(LABEL, zone)
                        .endMetadata()
                        .build())
                .create();
    }

    private void label(String name, String zone) {
        client.nodes()
                .withName(name)
                .edit(node -> new NodeBuilder(node)
                        .editMetadata()
                        .addToLabels(LABEL, zone)
                        .endMetadata()
                        .build());
    }
}
