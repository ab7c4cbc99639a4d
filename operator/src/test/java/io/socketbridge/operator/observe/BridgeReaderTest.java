package io.socketbridge.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.socketbridge.api.v1alpha1.SocketBridge;
import io.socketbridge.contract.Verdict;
import io.socketbridge.operator.plan.Bridge;
import io.socketbridge.operator.plan.Problem;
import io.socketbridge.operator.plan.Server;
import io.socketbridge.operator.plan.Transport;
import io.socketbridge.operator.resource.Installation;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            type: Datagram, server: {selector: {matchLabels: {a: b}}, path: /run/l/l}                      | unix-dgram:/run/l/l     | unix-dgram:/s/l     | Lossless
            type: SeqPacket, server: {selector: {matchLabels: {a: b}}, path: /run/l/l}                     | unix-seqpacket:/run/l/l | unix-seqpacket:/s/l | Lossless
            type: Raw, server: {selector: {matchLabels: {a: b}}, path: /run/l/l}                           | unix-dgram:/run/l/l     | unix-dgram:/s/l     | Lossless
            type: SeqPacket, framing: Newline, server: {selector: {matchLabels: {a: b}}, path: /run/l/l, type: Stream} | unix:/run/l/l | unix-seqpacket:/s/l | Lossy
            type: SeqPacket, framing: LengthPrefix, server: {address: {host: h, port: 1}}                  | tcp:h:1                 | unix-seqpacket:/s/l | Lossless
            type: Datagram, transport: {protocol: UDP}, server: {address: {host: h, port: 1}}              | udp:h:1                 | unix-dgram:/s/l     | Lossy
            type: Raw, raw: {ipProtocol: 1}, transport: {protocol: IP}, server: {address: {host: h}}       | raw:h:1                 | unix-dgram:/s/l     | Lossy
            """)
    void eachEndHasTheSocketOfItsType(String fields, String server, String client, String verdict) {
        Bridge bridge = readFields(fields, "");

        assertThat(bridge.problems()).isEmpty();
        assertThat(
                        switch (bridge.server()) {
                            case Server.Pods pods -> pods.path();
                            case Server.Service service -> service.address();
                        })
                .hasToString(server);
        assertThat(bridge.clients().getFirst().path()).hasToString(client);
        assertThat(bridge.encounters())
                .singleElement()
                .satisfies(encounter -> assertThat(Verdict.of(encounter).word()).isEqualTo(verdict));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            type: Carrier, server: {address: {host: h, port: 1}} |                | InvalidSpec  | type 'Carrier' is not supported: the allowed values are: Stream, Datagram, SeqPacket, Raw
            server: {address: {host: h, port: 1}}                | type: Carrier  | InvalidSpec  | clients[].type 'Carrier' is not supported
            type: Datagram, server: {address: {host: h, port: 1}} |               | TypesRefused | framing is missing, as records meet a stream of bytes (Datagram to Stream)
            type: Datagram, server: {address: {host: h, port: 1}, type: Datagram} | | InvalidSpec | server.type Datagram does not go with server.address and transport.protocol TCP, which is Stream
            server: {selector: {matchLabels: {a: b}}, path: /run/l/l}, transport: {protocol: UDP, tls: Disabled} | | TypesRefused | transport.protocol UDP carries Datagram alone
            type: Datagram, server: {selector: {matchLabels: {a: b}}, path: /run/l/l}, transport: {protocol: UDP} | | TypesRefused | transport.protocol UDP has no encryption in this version
            type: Raw, raw: {ipProtocol: 1}, transport: {protocol: IP}, server: {selector: {matchLabels: {a: b}}, path: /run/l/l} | | TypesRefused | transport.protocol IP has no encryption in this version
            type: Datagram, transport: {protocol: UDP}, server: {address: {host: h}} |    | InvalidSpec | spec.server.address.port is missing
            """)
    void typesThatDoNotGoTogetherAreNotActedOn(
            String fields, @Nullable String ofClient, String reason, String message) {
        assertThat(readFields(fields, Objects.requireNonNullElse(ofClient, "")).problems())
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.reason()).isEqualTo(reason);
                    assertThat(problem.message()).contains(message);
                });
    }

    @Test
    void aStreamServerHasClientsThatAreAllStreamsOrNone() {
        String server = "framing: Newline, server: {selector: {matchLabels: {a: b}}, path: /run/l/l}";

        assertThat(readClients(server, "type: Stream", "type: Datagram").problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("make a bridge for each of the two"));
        assertThat(readClients(server, "type: SeqPacket", "type: Datagram").problems())
                .isEmpty();
        assertThat(readClients(
                                "type: Datagram, framing: Newline, server: {selector: {matchLabels: {a: b}}, path: /run/l/l}",
                                "type: Stream",
                                "type: Datagram")
                        .problems())
                .isEmpty();
    }

    private static Bridge readFields(String fields, String ofClient) {
        return readClients(fields, ofClient);
    }

    private static Bridge readClients(String fields, String... clients) {
        String all = Stream.of(clients)
                .map(client -> "{selector: {matchLabels: {app: web}}, path: /s/l"
                        + (client.isEmpty() ? "" : ", " + client) + "}")
                .collect(Collectors.joining(", "));
        return READER.read(Serialization.unmarshal("""
                apiVersion: socketbridge.io/v1alpha1
                kind: SocketBridge
                metadata: {name: log, namespace: shop, creationTimestamp: "2026-01-02T03:04:05Z"}
                spec: {%s, clients: [%s]}
                """.formatted(fields, all), SocketBridge.class));
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
