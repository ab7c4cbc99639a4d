package io.socketbridge.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.socketbridge.api.v1alpha1.SocketBridge;
import io.socketbridge.operator.plan.Bridge;
import io.socketbridge.operator.plan.Problem;
import io.socketbridge.operator.plan.Server;
import io.socketbridge.operator.plan.Transport;
import io.socketbridge.operator.resource.Installation;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BridgeReaderTest {

    private static final BridgeReader READER = new BridgeReader(new Installation(
            "socketbridge-system", "socketbridge-operator", Optional.empty(), "sidecar:1", Optional.empty()));

    @Test
    void howItGetsThereIsTheServersBusinessWhereTheServerIsPods() {
        assertThat(read("db", "Disabled", "{selector: {matchLabels: {app: db}}, path: /run/db/db.sock, port: 5433}"))
                .satisfies(bridge -> {
                    assertThat(bridge.problems()).isEmpty();
                    assertThat(bridge.server())
                            .isInstanceOfSatisfying(
                                    Server.Pods.class,
                                    pods -> assertThat(pods.transport()).isEqualTo(new Transport.Plain(5_433)));
                });
        assertThat(read("db", "Disabled", "{address: {host: db.example.com, port: 5432}}"))
                .satisfies(bridge -> {
                    assertThat(bridge.problems()).isEmpty();
                    assertThat(bridge.server()).isInstanceOf(Server.Service.class);
                });
    }

    @Test
    void whatNoSchemaOfThisVersionHasCheckedIsNotActedOn() {
        assertThat(read("db", "Mutual", "{selector: {matchLabels: {app: db}}, path: /run/db/db.sock, port: 5433}")
                        .problems())
                .singleElement()
                .extracting(Problem::reason)
                .isEqualTo("InvalidSpec");
    }

    @Test
    void aNameFitsIntoTheDnsNameOfACertificate() {
        String server = "{selector: {matchLabels: {app: db}}, path: /run/db/db.sock}";

        Bridge longest = read("a".repeat(63), "Mutual", server);
        assertThat(longest.problems()).isEmpty();
        assertThat(longest.serverName()).isEqualTo("a".repeat(63) + ".shop.socketbridge.internal");
        assertThat(read("a".repeat(64), "Mutual", server).problems())
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.reason()).isEqualTo("NameTooLong");
                    assertThat(problem.message()).contains("aaaa' has more than 63 characters");
                });
    }

    private static Bridge read(String name, String tls, String server) {
        return READER.read(Serialization.unmarshal("""
                apiVersion: socketbridge.io/v1alpha1
                kind: SocketBridge
                metadata: {name: %s, namespace: shop, creationTimestamp: "2026-01-02T03:04:05Z"}
                spec:
                  transport: {tls: %s}
                  server: %s
                  clients: [{selector: {matchLabels: {app: web}}, path: /sockets/db.sock}]
                """.formatted(name, tls, server), SocketBridge.class));
    }
}
