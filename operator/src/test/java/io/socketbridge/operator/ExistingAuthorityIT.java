package io.socketbridge.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.socketbridge.contract.Snapshot;
import io.socketbridge.operator.identity.TestLeaf;
import io.socketbridge.operator.identity.TestRoot;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** An authority that somebody else keeps in a Secret. */
@QuarkusTest
@QuarkusTestResource(OperatorOnApiServer.class)
@TestProfile(ExistingAuthorityIT.Existing.class)
@SuppressWarnings("NullAway.Init") // JUnit and Quarkus set the fields.
class ExistingAuthorityIT {

    private static final Duration DEADLINE = Duration.ofSeconds(60);

    /** With the Secret that {@link OperatorOnApiServer} makes. */
    public static final class Existing implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "socketbridge.identity.authority-secret", TestNamespace.INTERMEDIATE,
                    "socketbridge.identity.leaf-lifetime", "20s",
                    "socketbridge.identity.announce-time", "3s",
                    "socketbridge.identity.clock-skew", "1s");
        }
    }

    KubernetesClient client;

    @ConfigProperty(name = "socketbridge.webhook.url")
    String url;

    @Test
    void signsAndIsFollowedWhenItIsAnother() {
        TestNamespace namespace = new TestNamespace(client, url);
        namespace.bridge("db", "db", "web");
        Pod web = namespace.pod("web", "web");
        try (FakeSidecar sidecar = namespace.sidecar(web)) {
            assertThat(sidecar.open()).isEqualTo(200);
            String root = sidecar.await(_ -> true).trust();
            assertThat(subject(root, 0)).isEqualTo("CN=a root");
            TestLeaf first = sidecar.certificate();
            assertThat(first.chain()).as("the leaf and the intermediate").hasSize(2);
            assertThat(first.isVouchedForBy(root)).isTrue();
            assertThat(own("tls.key")).as("the operator has no key of its own").isEmpty();
            try (FakeSidecar certified = namespace.sidecar(first)) {
                assertThat(certified.open()).isEqualTo(200);
            }

            assertThat(sidecar.open()).isEqualTo(200);
            TestRoot next = TestRoot.create("next root");
            replace(TestNamespace.intermediateSecret(next, "next intermediate"));
            Snapshot both = sidecar.await(
                    snapshot -> TestRoot.certificates(snapshot.trust()).size() == 2);
            assertThat(subject(both.trust(), 0)).isEqualTo("CN=next root");
            assertThat(first.isVouchedForBy(both.trust())).isTrue();
            TestLeaf second = sidecar.certificate();
            assertThat(second.isVouchedForBy(next.pem())).isTrue();
            assertThat(second.chain().getLast().getSubjectX500Principal().getName())
                    .isEqualTo("CN=next intermediate");

            Map<String, String> broken = new HashMap<>(next.intermediate("whose key is another's"));
            broken.put("tls.key", next.intermediate("other").getOrDefault("tls.key", ""));
            Secret secret = TestNamespace.intermediateSecret(next, "x");
            secret.setStringData(broken);
            replace(secret);
            assertThat(sidecar.certificate().isVouchedForBy(next.pem()))
                    .as("what cannot be used does not take the place of what can")
                    .isTrue();
            replace(TestNamespace.intermediateSecret(next, "last intermediate"));
            await().atMost(DEADLINE)
                    .until(() -> sidecar.certificate()
                            .chain()
                            .getLast()
                            .getSubjectX500Principal()
                            .getName()
                            .equals("CN=last intermediate"));

            Snapshot end = sidecar.await(
                    snapshot -> TestRoot.certificates(snapshot.trust()).size() == 1);
            assertThat(end.trust()).isEqualTo(next.pem());
            await().atMost(DEADLINE).until(() -> namespace.trustPem().equals(next.pem()));
        }
    }

    private void replace(Secret secret) {
        client.resource(secret).update();
    }

    private String own(String field) {
        return client.secrets()
                .inNamespace("socketbridge-system")
                .withName("socketbridge-authority")
                .get()
                .getData()
                .getOrDefault(field, "");
    }

    private static String subject(String trustPem, int index) {
        return TestRoot.certificates(trustPem)
                .get(index)
                .getSubjectX500Principal()
                .getName();
    }
}
