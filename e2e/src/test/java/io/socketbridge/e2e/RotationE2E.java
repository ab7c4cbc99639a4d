package io.socketbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.socketbridge.e2e.harness.AppPod;
import io.socketbridge.e2e.harness.Await;
import io.socketbridge.e2e.harness.Cluster;
import io.socketbridge.e2e.harness.Load;
import io.socketbridge.e2e.harness.Script;
import io.socketbridge.e2e.harness.TestNamespace;
import io.socketbridge.e2e.harness.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** Certificates and authorities that follow one another, with connections in use all the time. */
@Isolated("other tests need an operator, and certificates that live")
class RotationE2E {

    @RegisterExtension
    static final TestNamespace NAMESPACE = TestNamespace.named("rotation");

    private static final String SERVER_SOCKET = "/run/app/echo.sock";
    private static final String CLIENT_SOCKET = "/sockets/echo.sock";
    private static final Duration LEAF_LIFETIME = Duration.ofSeconds(20);

    /** Under which an authority takes another's place within half a minute. */
    private static final Map<String, String> QUICK = Map.of(
            "SOCKETBRIDGE_IDENTITY_LEAF_LIFETIME", LEAF_LIFETIME.toSeconds() + "s",
            "SOCKETBRIDGE_IDENTITY_ANNOUNCE_TIME", "3s",
            "SOCKETBRIDGE_IDENTITY_CLOCK_SKEW", "1s");

    @BeforeAll
    static void makeThemShortLived() {
        Cluster.get().setOperatorEnvironment(QUICK);
    }

    @AfterAll
    static void makeThemAsUsual() {
        Cluster.get().removeOperatorEnvironment(QUICK.keySet());
    }

    @Test
    void neitherRenewedCertificatesNorNewAuthoritiesCostAConnectionOrAByte() {
        NAMESPACE.apply("""
                apiVersion: socketbridge.io/v1alpha1
                kind: SocketBridge
                metadata:
                  name: echo
                spec:
                  server:
                    selector: {matchLabels: {app: server}}
                    path: %s
                  clients:
                  - selector: {matchLabels: {app: client}}
                    path: %s
                """.formatted(SERVER_SOCKET, CLIENT_SOCKET));
        NAMESPACE.bridge("echo").awaitProgrammed();
        Cluster cluster = Cluster.get();
        NAMESPACE.apply(Workload.running("server", Script.python("echo.py", SERVER_SOCKET))
                .on(cluster.firstNode())
                .deployment(1));
        AppPod server = NAMESPACE.bridgedPod("server");
        Await.untilAsserted(
                "a server",
                () -> assertThat(NAMESPACE.bridge("echo").status().get("endpoints"))
                        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                        .hasSize(1));
        NAMESPACE.apply(
                Load.on(CLIENT_SOCKET, "client", 4, 0).on(cluster.secondNode()).deployment(1));
        AppPod client = NAMESPACE.bridgedPod("client");
        Load load = Load.of(client);
        load.awaitMore(20);
        Instant began = Instant.now();

        rotate("once");
        rotate("and again");
        Await.untilAsserted(
                "one authority",
                () -> assertThat(secret().get().getData()).doesNotContainKeys("next.crt", "retiring.crt"));
        String alone = text("tls.crt");
        Await.untilAsserted(
                "everybody to trust that one alone",
                () -> assertThat(NAMESPACE
                                .client()
                                .configMaps()
                                .inNamespace(NAMESPACE.name())
                                .withName("socketbridge-trust")
                                .get()
                                .getData()
                                .get("ca.crt"))
                        .isEqualToIgnoringWhitespace(alone));
        load.awaitMore(50);

        assertThat(expiry())
                .isBetween(Instant.now().minusSeconds(2), Instant.now().plus(LEAF_LIFETIME));
        assertThat(NAMESPACE.bridge("echo").condition("Certified"))
                .hasValueSatisfying(certified ->
                        assertThat(certified.isTrue()).as("%s", certified).isTrue());
        long lives = Duration.between(began, Instant.now()).dividedBy(LEAF_LIFETIME);
        assertThat(renewals(server)).isGreaterThan(lives);
        assertThat(renewals(client)).isGreaterThan(lives);
        load.endWithoutAFailure();
        assertThat(load.last("long")).as("those that lasted from first to last").isEqualTo(4);
        assertThat(server.sidecarRestarts() + client.sidecarRestarts()).isZero();
    }

    /** Has another authority sign. */
    private static void rotate(String why) {
        String before = text("tls.crt");
        secret().edit(there -> new SecretBuilder(there)
                .editMetadata()
                .addToAnnotations("socketbridge.io/rotate", why + " " + Instant.now())
                .endMetadata()
                .build());
        Await.until("another authority to sign", () -> !text("tls.crt").equals(before));
    }

    private static Instant expiry() {
        return NAMESPACE.bridge("echo").status().get("certificates") instanceof Map<?, ?> certificates
                ? Instant.parse(String.valueOf(certificates.get("earliestExpiry")))
                : Instant.EPOCH;
    }

    private static long renewals(AppPod pod) {
        return (long) pod.metric("socketbridge_certificate_renewals_total");
    }

    private static String text(String field) {
        return new String(
                java.util.Base64.getDecoder().decode(secret().get().getData().get(field)),
                java.nio.charset.StandardCharsets.US_ASCII);
    }

    private static Resource<Secret> secret() {
        return NAMESPACE
                .client()
                .secrets()
                .inNamespace(Cluster.OPERATOR_NAMESPACE)
                .withName("socketbridge-authority");
    }
}
