package io.socketbridge.operator.status;

import static io.socketbridge.operator.plan.Bridges.bridge;
import static io.socketbridge.operator.plan.Bridges.client;
import static io.socketbridge.operator.plan.Bridges.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.contract.SocketType;
import io.socketbridge.operator.plan.Bridge;
import io.socketbridge.operator.plan.Bridges;
import io.socketbridge.operator.plan.Client;
import io.socketbridge.operator.plan.Transport;
import org.junit.jupiter.api.Test;

class LosslessTest {

    @Test
    void itIsTrueWhereNothingIsLost() {
        assertThat(Lossless.of(
                        between(SocketType.DATAGRAM, Transport.DEFAULT, SocketType.DATAGRAM, SocketType.DATAGRAM)))
                .isEqualTo(new Condition(
                        "Lossless",
                        true,
                        "Lossless",
                        "Datagram to Datagram: datagrams arrive whole and in order, and answers reach who asked"));
    }

    @Test
    void whatIsLostIsSaidOnceOfEachPairAndOfNoOthers() {
        Condition condition = Lossless.of(between(
                SocketType.SEQ_PACKET,
                Transport.DEFAULT,
                SocketType.DATAGRAM,
                SocketType.SEQ_PACKET,
                SocketType.DATAGRAM));

        assertThat(condition.status()).isEqualTo(Condition.Status.FALSE);
        assertThat(condition.reason()).isEqualTo("Lossy");
        assertThat(condition.message())
                .startsWith("Datagram to SeqPacket: a Datagram socket has no connections")
                .doesNotContain("SeqPacket to SeqPacket")
                .containsOnlyOnce("Datagram to SeqPacket");
    }

    @Test
    void packetsMayGetLost() {
        assertThat(Lossless.of(between(SocketType.DATAGRAM, new Transport.Udp(0), SocketType.DATAGRAM))
                        .message())
                .startsWith("Datagram to Datagram: the network may lose packets");
    }

    @Test
    void ofABridgeThatIsNotActedOnItIsUnknown() {
        Condition condition =
                Lossless.of(Bridges.refused(between(SocketType.STREAM, Transport.DEFAULT, SocketType.STREAM)));

        assertThat(condition.status().text()).isEqualTo("Unknown");
        assertThat(condition.reason()).isEqualTo("NotAccepted");
    }

    @Test
    void aPrivilegeIsSaidWhereTheBridgeIsAccepted() {
        assertThat(Accepted.of(between(SocketType.RAW, new Transport.Ip(253, false), SocketType.RAW))
                        .message())
                .isEqualTo(
                        "the bridge is acted on; the sidecars of its pods run as root with the capability NET_RAW, and"
                                + " no other, which namespace shop has to allow");
    }

    private static Bridge between(SocketType server, Transport transport, SocketType... clients) {
        Client[] all = new Client[clients.length];
        for (int i = 0; i < clients.length; i++) {
            all[i] = client(clients[i], "web", "/s/log" + i);
        }
        return bridge("log", 1, server(server, "log", "/run/log/log", transport), all);
    }
}
