package io.socketbridge.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.socketbridge.contract.Snapshot;
import io.socketbridge.operator.identity.TestLeaf;
import io.socketbridge.operator.identity.TestRoot;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** One authority takes another's place while sidecars are there. */
@QuarkusTest
@QuarkusTestResource(OperatorOnApiServer.class)
@TestProfile(RotationIT.Quick.class)
@SuppressWarnings("NullAway.Init") // JUnit and Quarkus set the fields.
class RotationIT {

    private static final Duration DEADLINE = Duration.ofSeconds(60);

    /** Terms under which a rotation takes half a minute. */
    public static final class Quick implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "socketbridge.identity.leaf-lifetime", "20s",
                    "socketbridge.identity.announce-time", "3s",
                    "socketbridge.identity.clock-skew", "1s",
                    "socketbridge.identity.authority-lifetime", "1h");
        }
    }

    KubernetesClient client;

    @ConfigProperty(name = "socketbridge.webhook.url")
    String url;

    @TestHTTPResource(value = "/", management = true)
    String management;

    @Test
    void whoIsThereHearsOfTheNewAuthorityBeforeItSignsAndOfTheOldOneAsLongAsItsLeavesLive() throws IOException {
        TestNamespace namespace = new TestNamespace(client, url);
        namespace.bridge("db", "db", "web");
        Pod web = namespace.pod("web", "web");
        try (FakeSidecar sidecar = namespace.sidecar(web)) {
            assertThat(sidecar.open()).isEqualTo(200);
            String old = sidecar.await(_ -> true).trust();
            assertThat(TestRoot.certificates(old)).hasSize(1);
            TestLeaf before = sidecar.certificate();

            annotate("once");
            Snapshot announced = sidecar.await(snapshot -> authorities(snapshot) == 2);
            assertThat(announced.trust()).startsWith(old);
            assertThat(sidecar.certificate().isVouchedForBy(old))
                    .as("the old one signs while the new one is announced")
                    .isTrue();
            await().atMost(DEADLINE).until(() -> namespace.trustPem().equals(announced.trust()));

            TestLeaf after = await().atMost(DEADLINE).until(sidecar::certificate, leaf -> !leaf.isVouchedForBy(old));
            Snapshot both = sidecar.await(snapshot -> authorities(snapshot) == 2);
            assertThat(before.isVouchedForBy(both.trust())).isTrue();
            assertThat(after.isVouchedForBy(both.trust())).isTrue();
            try (FakeSidecar renewed = namespace.sidecar(after)) {
                await().atMost(DEADLINE).ignoreExceptions().until(() -> renewed.open() == 200);
            }

            // The stream was taken over by the one above, as a pod has one.
            assertThat(sidecar.open()).isEqualTo(200);
            Snapshot end = sidecar.await(snapshot -> authorities(snapshot) == 1);
            assertThat(after.isVouchedForBy(end.trust())).isTrue();
            assertThat(before.isVouchedForBy(end.trust())).isFalse();
            await().atMost(DEADLINE).until(() -> namespace.trustPem().equals(end.trust()));
            await().atMost(DEADLINE).until(() -> webhookTrust().equals(end.trust()));
            try (FakeSidecar late = namespace.sidecar(web)) {
                assertThat(late.open())
                        .as("the operator's own is by the new one")
                        .isEqualTo(200);
            }
            assertThat(rotatedFor()).isEqualTo("once");
            assertThat(events())
                    .containsSubsequence(
                            "AuthorityRotationStarted", "AuthorityDistributed", "AuthoritySigns", "AuthorityRetired");
            assertThat(metric("socketbridge_authority_expiration_timestamp_seconds"))
                    .isEqualTo(TestRoot.certificates(end.trust())
                            .getFirst()
                            .getNotAfter()
                            .toInstant()
                            .getEpochSecond());
            assertThat(metric("socketbridge_authorities_trusted")).isOne();
        }
    }

    @Test
    void whoDeletesTheSecretGetsAnotherAuthorityAtOnceAndWithoutOverlap() {
        TestNamespace namespace = new TestNamespace(client, url);
        namespace.bridge("db", "db", "web");
        Pod web = namespace.pod("web", "web");
        try (FakeSidecar sidecar = namespace.sidecar(web)) {
            assertThat(sidecar.open()).isEqualTo(200);
            String old = sidecar.await(_ -> true).trust();
            TestLeaf before = sidecar.certificate();

            client.secrets()
                    .inNamespace("socketbridge-system")
                    .withName("socketbridge-authority")
                    .delete();

            Snapshot after = sidecar.await(snapshot -> !snapshot.trust().equals(old));
            assertThat(authorities(after)).isOne();
            assertThat(before.isVouchedForBy(after.trust())).isFalse();
            assertThat(sidecar.certificate().isVouchedForBy(after.trust())).isTrue();
            await().atMost(DEADLINE).until(() -> namespace.trustPem().equals(after.trust()));
        }
    }

    /** What became of the authority, in this order. */
    private List<String> events() {
        return client.events().v1().events().inNamespace("socketbridge-system").list().getItems().stream()
                .filter(event -> event.getRegarding().getName().equals("socketbridge-authority"))
                .sorted(Comparator.comparing(event -> event.getEventTime().getTime()))
                .map(io.fabric8.kubernetes.api.model.events.v1.Event::getReason)
                .toList();
    }

    private long metric(String name) throws IOException {
        try (InputStream metrics =
                URI.create(management).resolve("/metrics").toURL().openStream()) {
            return new String(metrics.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                    .map(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private void annotate(String value) {
        client.secrets()
                .inNamespace("socketbridge-system")
                .withName("socketbridge-authority")
                .edit(secret -> new SecretBuilder(secret)
                        .editMetadata()
                        .addToAnnotations("socketbridge.io/rotate", value)
                        .endMetadata()
                        .build());
    }

    private String rotatedFor() {
        return decoded(client.secrets()
                .inNamespace("socketbridge-system")
                .withName("socketbridge-authority")
                .get()
                .getData()
                .getOrDefault("rotated-for", ""));
    }

    private String webhookTrust() {
        return decoded(client.admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName("socketbridge")
                .get()
                .getWebhooks()
                .getFirst()
                .getClientConfig()
                .getCaBundle());
    }

    private static String decoded(String text) {
        return new String(Base64.getDecoder().decode(text), StandardCharsets.US_ASCII);
    }

    private static int authorities(Snapshot snapshot) {
        List<X509Certificate> trusted = TestRoot.certificates(snapshot.trust());
        return trusted.size();
    }
}
