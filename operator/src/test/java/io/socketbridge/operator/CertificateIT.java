package io.socketbridge.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.socketbridge.contract.Snapshot;
import io.socketbridge.operator.identity.PodSubject;
import io.socketbridge.operator.identity.TestLeaf;
import io.socketbridge.operator.identity.TestRequest;
import io.socketbridge.operator.identity.TestRoot;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who gets a certificate, for what, and what it is good for at the operator. */
@QuarkusTest
@QuarkusTestResource(OperatorOnApiServer.class)
@SuppressWarnings("NullAway.Init") // JUnit and Quarkus set the fields.
class CertificateIT {

    KubernetesClient client;

    @ConfigProperty(name = "socketbridge.webhook.url")
    String url;

    private TestNamespace namespace;

    @BeforeEach
    void makeBridge() {
        namespace = new TestNamespace(client, url);
        namespace.bridge("db", "db", "web");
    }

    @Test
    void aPodGetsACertificateForItsEndsOfBridges() throws Exception {
        namespace.bridge("cache", "web", "db");
        Pod web = namespace.pod("web", "web");
        try (FakeSidecar sidecar = namespace.sidecar(web)) {
            TestLeaf issued = sidecar.certificate();

            assertThat(issued.chain()).as("the root is not sent").hasSize(1);
            assertThat(issued.isVouchedForBy(namespace.trustPem())).isTrue();
            assertThat(issued.leaf().getPublicKey()).isEqualTo(issued.keys().getPublic());
            assertThat(names(issued.leaf()))
                    .containsExactlyInAnyOrder(
                            "spiffe://cluster.local/ns/" + namespace.name() + "/sa/default",
                            "client.db." + namespace.name() + ".socketbridge.internal",
                            "server.cache." + namespace.name() + ".socketbridge.internal");
            assertThat(issued.leaf().getSubjectX500Principal().getName("RFC1779"))
                    .contains("CN=web", web.getMetadata().getUid());
            assertThat(Duration.between(
                            Instant.now(), issued.leaf().getNotAfter().toInstant()))
                    .isBetween(Duration.ofHours(23), Duration.ofHours(24));
            assertThat(sidecar.open()).isEqualTo(200);
            assertThat(sidecar.await(_ -> true).trust()).isEqualTo(namespace.trustPem());
        }
    }

    @Test
    void withoutAGoodTokenThereIsNone() {
        Pod web = namespace.pod("web", "web");
        assertThat(ask("")).isEqualTo(401);
        assertThat(ask("no token")).isEqualTo(401);
        assertThat(ask(namespace.pods().token(web, "https://kubernetes.default.svc")))
                .isEqualTo(401);
        assertThat(ask(namespace.pods().unboundToken())).isEqualTo(401);
        try (FakeSidecar known = namespace.sidecar(web)) {
            TestLeaf leaf = known.certificate();
            try (FakeSidecar certified = namespace.sidecar(leaf)) {
                assertThat(certified
                                .requestCertificate(TestRequest.of(TestRequest.newKeys()))
                                .statusCode())
                        .as("a certificate does not get another")
                        .isEqualTo(401);
            }
        }
    }

    @Test
    void aPodWithoutABridgeGetsNone() {
        Pod stranger = namespace.pod("stranger", "stranger");
        assertThat(ask(namespace.pods().token(stranger))).isEqualTo(403);
        Pod web = namespace.pod("web", "web");
        String token = namespace.pods().token(web);
        assertThat(ask(token)).isEqualTo(200);
        namespace.pods().delete(web);
        await().atMost(Duration.ofSeconds(20)).until(() -> ask(token) != 200);
        assertThat(ask(token)).isIn(401, 403);
    }

    @Test
    void aRequestThatIsNoneIsRefused() {
        Pod web = namespace.pod("web", "web");
        try (FakeSidecar sidecar = namespace.sidecar(web)) {
            assertThat(sidecar.requestCertificate(new byte[] {1, 2, 3}).statusCode())
                    .isEqualTo(400);
            assertThat(sidecar.requestCertificate(TestRequest.ofRsa()).statusCode())
                    .isEqualTo(400);
            assertThat(sidecar.requestCertificate(TestRequest.signedByAnother()).statusCode())
                    .isEqualTo(400);
            assertThat(sidecar.requestCertificate(new byte[4_097]).statusCode()).isEqualTo(413);
        }
    }

    @Test
    void aTokenGetsItsOwnPodsNamesWhoeverAsks() throws Exception {
        Pod web = namespace.pod("web", "web");
        Pod db = namespace.pod("db-0", "db");
        KeyPair keys = TestRequest.newKeys();
        try (FakeSidecar thief = namespace.sidecar(web)) {
            String claim = "CN=db-0,UID=" + db.getMetadata().getUid();
            String answer =
                    thief.requestCertificate(TestRequest.claiming(claim, keys)).body();
            X509Certificate leaf = TestRoot.certificates(answer).getFirst();

            assertThat(leaf.getSubjectX500Principal().getName("RFC1779"))
                    .contains("CN=web", web.getMetadata().getUid())
                    .doesNotContain(db.getMetadata().getUid());
            assertThat(names(leaf))
                    .contains("client.db." + namespace.name() + ".socketbridge.internal")
                    .doesNotContain("server.db." + namespace.name() + ".socketbridge.internal");
        }
    }

    @Test
    void aTokenIsNotAcceptedFromTheAddressOfAnotherPod() {
        String token = namespace.pods().token(namespace.pod("web", "web"));
        Pod thief = namespace.pods().start(namespace.pod("thief", "web"), "127.0.0.1");
        try {
            await().atMost(Duration.ofSeconds(20)).until(() -> ask(token) == 403);
            assertThat(ask(namespace.pods().token(thief))).isEqualTo(200);
        } finally {
            namespace.pods().delete(thief);
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> ask(token) == 200);
    }

    @Test
    void aCertificateOpensTheStreamOfItsPodWithoutAToken() {
        Pod web = namespace.pod("web", "web");
        Pod db = namespace.pod("db-0", "db");
        try (FakeSidecar unknown = namespace.sidecar(db);
                FakeSidecar other = namespace.sidecar(web);
                FakeSidecar sidecar = namespace.sidecar(unknown.certificate())) {
            assertThat(sidecar.open()).isEqualTo(200);
            Snapshot snapshot = sidecar.await(next -> !next.routes().isEmpty());
            assertThat(snapshot.routes().getFirst().bridge()).isEqualTo(namespace.name() + "/db");
            assertThat(snapshot.routes().getFirst().listen().address()).startsWith("t");
            assertThat(sidecar.reportReady(snapshot)).isEqualTo(204);
            assertThat(other.open()).as("a token goes on to be good").isEqualTo(200);
        }
    }

    @Test
    void anotherAuthoritysCertificateAndOneThatHasExpiredAreNotLetIn() {
        Pod web = namespace.pod("web", "web");
        PodSubject subject = new PodSubject(
                namespace.name(), "default", "web", web.getMetadata().getUid(), List.of());
        assertNotLetIn(TestLeaf.byStranger(subject));
        assertNotLetIn(byTheAuthority(subject, Instant.now().minus(Duration.ofDays(3))));
        try (FakeSidecar good = namespace.sidecar(byTheAuthority(subject, Instant.now()))) {
            assertThat(good.open()).isEqualTo(200);
        }
    }

    @Test
    void aCertificateOfAPodThatIsGoneIsNotLetIn() {
        PodSubject subject = new PodSubject(namespace.name(), "default", "web", "another-uid", List.of());
        namespace.pod("web", "web");
        try (FakeSidecar sidecar = namespace.sidecar(byTheAuthority(subject, Instant.now()))) {
            assertThat(sidecar.open()).isEqualTo(403);
        }
    }

    private int ask(String token) {
        try (FakeSidecar sidecar = namespace.sidecar(token)) {
            return sidecar.requestCertificate(TestRequest.of(TestRequest.newKeys()))
                    .statusCode();
        }
    }

    private void assertNotLetIn(TestLeaf leaf) {
        try (FakeSidecar sidecar = namespace.sidecar(leaf)) {
            assertThatThrownBy(sidecar::open).hasRootCauseInstanceOf(java.io.IOException.class);
        }
    }

    /** What the authority would have issued at another time. */
    private TestLeaf byTheAuthority(PodSubject subject, Instant at) {
        Secret secret = client.secrets()
                .inNamespace("socketbridge-system")
                .withName("socketbridge-authority")
                .get();
        return TestLeaf.by(text(secret, "tls.key"), text(secret, "tls.crt"), subject, at);
    }

    private static String text(Secret secret, String field) {
        return new String(Base64.getDecoder().decode(secret.getData().get(field)), StandardCharsets.US_ASCII);
    }

    private static List<String> names(X509Certificate leaf) throws Exception {
        return leaf.getSubjectAlternativeNames().stream()
                .map(name -> String.valueOf(name.get(1)))
                .toList();
    }
}
