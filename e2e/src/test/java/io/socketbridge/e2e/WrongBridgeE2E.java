package io.socketbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.socketbridge.e2e.harness.Await;
import io.socketbridge.e2e.harness.Bridge;
import io.socketbridge.e2e.harness.Cluster;
import io.socketbridge.e2e.harness.RedisApp;
import io.socketbridge.e2e.harness.TestNamespace;
import io.socketbridge.e2e.harness.Workload;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a person is told who asks for something that cannot be. */
class WrongBridgeE2E {

    @RegisterExtension
    static final TestNamespace NAMESPACE = TestNamespace.named("wrong");

    private static final String SERVER = "server: {selector: {matchLabels: {app: redis}}, path: /run/app/redis.sock}";
    private static final String CLIENTS =
            "clients: [{selector: {matchLabels: {app: client}}, path: /sockets/redis.sock}]";

    static Stream<Arguments> wrongSpecs() {
        String pathOf108Bytes = "/" + "x".repeat(107);
        return Stream.of(
                wrong(
                        "relative path",
                        CLIENTS,
                        "server: {selector: {matchLabels: {app: redis}}, path: run/redis.sock}",
                        "path 'run/redis.sock' is not absolute"),
                wrong(
                        "path of 108 bytes",
                        SERVER,
                        "clients: [{selector: {matchLabels: {app: client}}, path: " + pathOf108Bytes + "}]",
                        "107"),
                wrong("no server", CLIENTS, "type: Stream", "server is missing"),
                wrong("a server that is none", CLIENTS, "server: {}", "server says neither selector nor address"),
                wrong(
                        "two kinds of server",
                        CLIENTS,
                        "server: {selector: {matchLabels: {app: redis}}, path: /run/app/redis.sock, address: {host: redis, port: 1}}",
                        "server has both selector and address"),
                wrong("unknown type", SERVER + "\n" + CLIENTS, "type: Carrier", "type 'Carrier' is not supported"),
                wrong("port 0", CLIENTS, "server: {address: {host: redis, port: 0}}", "spec.server.address.port"),
                wrong(
                        "empty selector",
                        CLIENTS,
                        "server: {selector: {}, path: /run/app/redis.sock}",
                        "selector is empty"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongSpecs")
    void isRefusedWithASentenceThatNamesWhatIsWrong(String mistake, String spec, String mentioned) {
        String yaml = """
                apiVersion: socketbridge.io/v1alpha1
                kind: SocketBridge
                metadata:
                  name: wrong
                spec:
                %s
                """.formatted(spec.indent(2).stripTrailing());

        assertThatThrownBy(() -> NAMESPACE.apply(yaml))
                .as(mistake)
                .isInstanceOfSatisfying(KubernetesClientException.class, refusal -> {
                    assertThat(refusal.getCode()).isEqualTo(422);
                    assertThat(refusal.getStatus().getDetails().getCauses())
                            .as("one mistake, one sentence")
                            .singleElement()
                            .satisfies(cause -> {
                                System.out.println(
                                        "[e2e] " + mistake + ": " + cause.getField() + ": " + cause.getMessage());
                                assertThat(cause.getField() + ": " + cause.getMessage())
                                        .contains(mentioned);
                            });
                });
    }

    @Test
    void ofTwoBridgesThatClaimOnePathInOnePodTheYoungerIsToldSo() {
        NAMESPACE.apply(RedisApp.bridge("older", "client", "redis"));
        NAMESPACE.bridge("older").awaitProgrammed();
        NAMESPACE.apply(
                RedisApp.server("redis").on(Cluster.get().firstNode()).deployment(1),
                Workload.idle("client").on(Cluster.get().secondNode()).deployment(1));
        RedisApp.awaitAnswer(NAMESPACE.bridgedPod("client"));

        NAMESPACE.apply(RedisApp.bridge("younger", "client", "somewhere-else"));

        Bridge younger = NAMESPACE.bridge("younger");
        Await.untilAsserted(
                "the conflict in the younger bridge's status",
                () -> assertThat(Stream.of("Accepted", "Programmed")
                                .flatMap(type -> younger.condition(type).stream())
                                .filter(condition -> !condition.isTrue()))
                        .as("%s", younger.status())
                        .anySatisfy(condition -> assertThat(condition.message())
                                .contains("/sockets/redis.sock")
                                .contains("older")));
        Await.untilAsserted(
                "an Event about the conflict",
                () -> assertThat(NAMESPACE
                                .client()
                                .v1()
                                .events()
                                .inNamespace(NAMESPACE.name())
                                .list()
                                .getItems())
                        .filteredOn(event ->
                                "younger".equals(event.getInvolvedObject().getName()))
                        .anySatisfy(event -> {
                            assertThat(event.getType()).isEqualTo("Warning");
                            assertThat(event.getMessage())
                                    .contains("/sockets/redis.sock")
                                    .contains("older");
                        }));
        RedisApp.awaitAnswer(NAMESPACE.bridgedPod("client"));
        NAMESPACE.bridge("older").awaitReady();
    }

    private static Arguments wrong(String mistake, String right, String wrong, String mentioned) {
        return Arguments.of(mistake, right + "\n" + wrong, mentioned);
    }
}
