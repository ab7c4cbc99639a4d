package io.socketbridge.operator.plan;

import static io.socketbridge.operator.plan.Bridges.bridge;
import static io.socketbridge.operator.plan.Bridges.client;
import static io.socketbridge.operator.plan.Bridges.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.contract.Framing;
import io.socketbridge.contract.Limits;
import io.socketbridge.contract.Overflow;
import io.socketbridge.contract.Oversize;
import io.socketbridge.contract.ProxyProtocol;
import io.socketbridge.contract.RecordHeaders;
import io.socketbridge.contract.Records;
import io.socketbridge.contract.Route;
import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.SocketType;
import io.socketbridge.contract.Tunnel;
import io.socketbridge.contract.UdpAddress;
import io.socketbridge.contract.WhenUnavailable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the sidecars at both ends are told of sockets that are no streams. */
class RecordRoutesTest {

    private static final ObservedPod SERVER = Pods.running("log-0", "log", "10.0.0.1", "f");
    private static final ObservedPod CLIENT = Pods.running("web-0", "web", "10.0.0.2", "f");

    private static final RecordHeaders HEADERS = new RecordHeaders(true, true, RecordHeaders.END_OF_MESSAGE, 3);

    private static final RecordPolicy POLICY =
            new RecordPolicy(4_096, Oversize.TRUNCATE, Optional.of(Framing.NEWLINE), Overflow.DROP_NEWEST, HEADERS);

    @ParameterizedTest
    @CsvSource({
        "STREAM, unix:/s/log, unix:/run/log/log",
        "DATAGRAM, unix-dgram:/s/log, unix-dgram:/run/log/log",
        "SEQ_PACKET, unix-seqpacket:/s/log, unix-seqpacket:/run/log/log",
        "RAW, unix-dgram:/s/log, unix-dgram:/run/log/log"
    })
    void inTunnelsEachTypeHasItsSockets(SocketType type, String listening, String served) {
        Bridge log = between(type, type, Transport.DEFAULT);

        assertThat(clientRoute(log).listen().address()).isEqualTo(listening);
        assertThat(clientRoute(log).targets())
                .singleElement()
                .satisfies(target -> assertThat(target.address()).isEqualTo("tunnel:10.0.0.1:15820"));
        assertThat(serverRoute(log).listen().address()).isEqualTo("tunnel:0.0.0.0:15820");
        assertThat(serverRoute(log).targets())
                .singleElement()
                .satisfies(target -> assertThat(target.address()).isEqualTo(served));
        assertThat(List.of(clientRoute(log), serverRoute(log)))
                .allSatisfy(route -> assertThat(route.records().areCarried()).isEqualTo(type.hasRecords()));
    }

    @Test
    void bothEndsCarryRecordsWhereOneIsAStream() {
        Bridge log = Bridges.with(POLICY, between(SocketType.SEQ_PACKET, SocketType.STREAM, Transport.DEFAULT));

        assertThat(clientRoute(log).records())
                .isEqualTo(new Records(
                        4_096, Oversize.TRUNCATE, Framing.NEWLINE, Framing.HEADED, Overflow.DROP_NEWEST, HEADERS));
        assertThat(serverRoute(log).records())
                .as("a stream's app sees no headers")
                .isEqualTo(new Records(
                        4_096,
                        Oversize.TRUNCATE,
                        Framing.NEWLINE,
                        Framing.HEADED,
                        Overflow.DROP_NEWEST,
                        RecordHeaders.HIDDEN));
    }

    @Test
    void aServiceIsSpokenToAsTheFramingHasIt() {
        Bridge log = Bridges.with(
                POLICY, bridge("log", 1, Bridges.address("h", 5), client(SocketType.DATAGRAM, "web", "/s/log")));

        assertThat(clientRoute(log).records().wire()).isEqualTo(Framing.NEWLINE);
        assertThat(clientRoute(log).targets())
                .singleElement()
                .satisfies(target -> assertThat(target.address()).isEqualTo("tcp:h:5"));
    }

    @Test
    void datagramsOverUdpHaveAPortOfTheirOwn() {
        Bridge log = between(SocketType.DATAGRAM, SocketType.DATAGRAM, new Transport.Udp(514));

        assertThat(serverRoute(log).listen().address()).isEqualTo("udp:0.0.0.0:514");
        assertThat(serverRoute(log).listen().anyPort()).isFalse();
        assertThat(serverRoute(log).tunnel()).isEqualTo(Tunnel.NONE);
        assertThat(clientRoute(log, "udp:0.0.0.0:514").targets())
                .singleElement()
                .satisfies(target -> assertThat(target.address()).isEqualTo("udp:10.0.0.1:514"));
        assertThat(clientRoute(log, "tcp:0.0.0.0:514").targets())
                .as("it does not listen as the bridge has it yet")
                .isEmpty();
        assertThat(serverRoute(between(SocketType.DATAGRAM, SocketType.DATAGRAM, new Transport.Udp(0)))
                        .listen()
                        .anyPort())
                .isTrue();
    }

    @Test
    void aServiceMayBeReachedByUdp() {
        Bridge log = bridge(
                "log",
                1,
                new Server.Service(new UdpAddress("statsd.example.com", 8_125)),
                client(SocketType.DATAGRAM, "web", "/s/log"));

        assertThat(clientRoute(log).targets())
                .singleElement()
                .satisfies(target -> assertThat(target.address()).isEqualTo("udp:statsd.example.com:8125"));
        assertThat(log.server().summary()).isEqualTo("statsd.example.com:8125");
    }

    @Test
    void rawRecordsOverIpHaveAProtocolAndTheirPodsAPrivilege() {
        Bridge log = between(SocketType.RAW, SocketType.RAW, new Transport.Ip(253, true));

        assertThat(serverRoute(log).listen().address()).isEqualTo("raw:0.0.0.0:253/header");
        assertThat(clientRoute(log, "raw:0.0.0.0:253/header").targets())
                .singleElement()
                .satisfies(target -> assertThat(target.address()).isEqualTo("raw:10.0.0.1:253/header"));
        assertThat(clientRoute(log, "raw:0.0.0.0:253").targets()).isEmpty();
        assertThat(clientRoute(log, "raw:0.0.0.0:254/header").targets()).isEmpty();
        Bridge tunnelled = between(SocketType.RAW, SocketType.RAW, Transport.DEFAULT);
        for (ObservedPod pod : List.of(SERVER, CLIENT)) {
            PodPlan raw = view(log, "").planFor(pod);
            PodPlan unprivileged = view(tunnelled, "").planFor(pod);
            assertThat(raw.needsRawSockets()).isTrue();
            assertThat(unprivileged.needsRawSockets()).isFalse();
            assertThat(raw.fingerprint()).as("it is another pod").isNotEqualTo(unprivileged.fingerprint());
        }
    }

    /** Their kernels give packets of IPv6 without the header. */
    @Test
    void onPodsOfIpv6WholePacketsAreNotServed() {
        Bridge log = between(SocketType.RAW, SocketType.RAW, new Transport.Ip(253, true));
        ObservedPod server = Pods.running("log-0", "log", "fd00::1", "f");
        NamespaceView view = Views.shop(
                List.of(log),
                List.of(server, CLIENT),
                Map.of(server.uid(), Pods.report("shop/log/server", RouteState.READY, "raw:0.0.0.0:253/header")));

        assertThat(SnapshotPlan.of(server, view).routes())
                .singleElement()
                .satisfies(route -> assertThat(route.listen().address()).isEqualTo("raw:0.0.0.0:253/header"));
        assertThat(SnapshotPlan.of(CLIENT, view).routes())
                .singleElement()
                .satisfies(route -> assertThat(route.targets()).isEmpty());
    }

    @Test
    void twoServersOfOnePodCannotHaveTheSameProtocolAndOfUdpAndTcpTheSamePort() {
        Bridge older = serving("older", 9, "/run/a/a", new Transport.Ip(253, false));
        Bridge younger = serving("younger", 1, "/run/b/b", new Transport.Ip(253, true));
        Bridge other = serving("other", 1, "/run/c/c", new Transport.Ip(254, false));

        assertThat(PodPlan.of(List.of(older, younger, other), SERVER.labels()).conflicts())
                .singleElement()
                .satisfies(conflict -> {
                    assertThat(conflict.reason()).isEqualTo("ProtocolConflict");
                    assertThat(conflict.sentence("log-0"))
                            .startsWith("pod log-0: IP protocol 253 is already claimed by the older bridge shop/older");
                });
        Bridge tcp = serving("tcp", 9, "/run/a/a", new Transport.Plain(514));
        Bridge udp = serving("udp", 5, "/run/b/b", new Transport.Udp(514));
        Bridge again = serving("again", 1, "/run/c/c", new Transport.Udp(514));
        assertThat(PodPlan.of(List.of(tcp, udp, again), SERVER.labels()).conflicts())
                .singleElement()
                .satisfies(conflict -> {
                    assertThat(conflict.loser().bridge().name()).isEqualTo("again");
                    assertThat(conflict.what()).isEqualTo("UDP port 514");
                });
    }

    @Test
    void aFlowOfDatagramsAgesWhereItComesFrom() {
        Bridge log = between(SocketType.DATAGRAM, SocketType.DATAGRAM, Transport.DEFAULT);
        assertThat(clientRoute(log).limits().idleTimeoutMillis()).isEqualTo(60_000);
        assertThat(serverRoute(log).limits().idleTimeoutMillis()).isZero();

        Bridge said = Bridges.with(
                new ConnectionPolicy(
                        WhenUnavailable.REFUSE,
                        new Limits(0, 500, 5_000, 1_000, 6_000, 0),
                        ProxyProtocol.NONE,
                        TrafficDistribution.ANY,
                        0),
                log);
        assertThat(clientRoute(said).limits().idleTimeoutMillis()).isEqualTo(5_000);
        assertThat(serverRoute(said).limits().idleTimeoutMillis()).isZero();

        Bridge udp = between(SocketType.DATAGRAM, SocketType.DATAGRAM, new Transport.Udp(0));
        assertThat(serverRoute(udp).limits().idleTimeoutMillis()).isEqualTo(60_000);
        Bridge stream = between(SocketType.STREAM, SocketType.DATAGRAM, Transport.DEFAULT);
        assertThat(clientRoute(stream).limits()).isEqualTo(Limits.DEFAULT);
        assertThat(serverRoute(stream).limits()).isEqualTo(Limits.DEFAULT);
    }

    private static Bridge between(SocketType client, SocketType server, Transport transport) {
        return bridge("log", 1, server(server, "log", "/run/log/log", transport), client(client, "web", "/s/log"));
    }

    private static Bridge serving(String name, int age, String path, Transport transport) {
        return bridge(name, age, server(SocketType.RAW, "log", path, transport), client("nobody", "/s/x"));
    }

    private static Route clientRoute(Bridge bridge) {
        return clientRoute(bridge, "tunnel:0.0.0.0:15820");
    }

    private static Route clientRoute(Bridge bridge, String serverListens) {
        return SnapshotPlan.of(CLIENT, view(bridge, serverListens)).routes().getFirst();
    }

    private static Route serverRoute(Bridge bridge) {
        return SnapshotPlan.of(SERVER, view(bridge, "")).routes().getFirst();
    }

    private static NamespaceView view(Bridge bridge, String serverListens) {
        return Views.shop(
                List.of(bridge),
                List.of(SERVER, CLIENT),
                Map.of(SERVER.uid(), Pods.report("shop/log/server", RouteState.READY, serverListens)));
    }
}
