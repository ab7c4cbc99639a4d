package io.socketbridge.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class VerdictTest {

    /** All 16 cells of the table, over TCP; the two columns are without a framing, and with LengthPrefix. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            STREAM     | STREAM     | Lossless | Lossless
            STREAM     | DATAGRAM   | Refused  | Lossy
            STREAM     | SEQ_PACKET | Refused  | Lossless
            STREAM     | RAW        | Refused  | Lossy
            DATAGRAM   | STREAM     | Refused  | Lossy
            DATAGRAM   | DATAGRAM   | Lossless | Lossless
            DATAGRAM   | SEQ_PACKET | Lossy    | Lossy
            DATAGRAM   | RAW        | Lossless | Lossless
            SEQ_PACKET | STREAM     | Refused  | Lossless
            SEQ_PACKET | DATAGRAM   | Lossy    | Lossy
            SEQ_PACKET | SEQ_PACKET | Lossless | Lossless
            SEQ_PACKET | RAW        | Lossy    | Lossy
            RAW        | STREAM     | Refused  | Lossy
            RAW        | DATAGRAM   | Lossless | Lossless
            RAW        | SEQ_PACKET | Lossy    | Lossy
            RAW        | RAW        | Lossless | Lossless
            """)
    void overTcpEachPairHasItsCell(SocketType client, SocketType server, String plain, String framed) {
        assertThat(Verdict.of(new Encounter(client, server, Optional.empty())).word())
                .isEqualTo(plain);
        assertThat(Verdict.of(new Encounter(client, server, Optional.of(Framing.LENGTH_PREFIX)))
                        .word())
                .isEqualTo(framed);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SEQ_PACKET | NEWLINE | a record with a line feed in it becomes several lines
            SEQ_PACKET | NONE    | the stream's app does not learn where a record ends
            DATAGRAM   | NEWLINE | a record with a line feed in it becomes several lines; a Datagram socket has no connections
            RAW        | LENGTH_PREFIX | a Raw socket has no connections, so its app is not told when the other ends one
            """)
    void aFramingSaysWhatItLosesWhicheverEndTheStreamIs(SocketType other, Framing framing, String lost) {
        assertThat(List.of(
                        Verdict.of(new Encounter(other, SocketType.STREAM, Optional.of(framing))),
                        Verdict.of(new Encounter(SocketType.STREAM, other, Optional.of(framing)))))
                .allSatisfy(verdict -> {
                    assertThat(verdict.word()).isEqualTo("Lossy");
                    assertThat(verdict.reason()).startsWith(lost);
                });
    }

    @Test
    void withoutAFramingItIsSaidWhatToWrite() {
        assertThat(Verdict.of(new Encounter(SocketType.SEQ_PACKET, SocketType.STREAM, Optional.empty())))
                .isEqualTo(new Verdict.Refused(
                        "framing is missing, as records meet a stream of bytes (SeqPacket to Stream): write framing:"
                                + " LengthPrefix (4 bytes of length in front of each record, big-endian), Newline (a"
                                + " record is a line) or None (where records end is lost)"));
    }

    @Test
    void headersThatAnAppWritesReachSequencedPacketsAlone() {
        assertThat(withHeaders(SocketType.SEQ_PACKET, SocketType.SEQ_PACKET).word())
                .isEqualTo("Lossless");
        assertThat(withHeaders(SocketType.SEQ_PACKET, SocketType.STREAM).reason())
                .isEqualTo("the headers that the SeqPacket app writes in front of its records (headers.onOutput) reach"
                        + " nobody");
        assertThat(withHeaders(SocketType.DATAGRAM, SocketType.SEQ_PACKET).reason())
                .startsWith("a Datagram socket has no connections")
                .endsWith("reach nobody");
        assertThat(withHeaders(SocketType.DATAGRAM, SocketType.DATAGRAM).word()).isEqualTo("Lossless");
    }

    /** All 16 cells over each of the two. */
    @ParameterizedTest
    @CsvSource({"UDP, DATAGRAM", "IP, RAW"})
    void whatTheNetworkMayLoseIsForOneTypeAlone(TransportProtocol protocol, SocketType only) {
        for (SocketType client : SocketType.values()) {
            for (SocketType server : SocketType.values()) {
                Verdict verdict =
                        Verdict.of(new Encounter(client, server, Optional.of(Framing.NEWLINE), protocol, false, false));
                if (client == only && server == only) {
                    assertThat(verdict.word()).isEqualTo("Lossy");
                    assertThat(verdict.reason()).contains("may lose packets");
                } else {
                    assertThat(verdict.word()).isEqualTo("Refused");
                    assertThat(verdict.reason())
                            .startsWith("transport.protocol " + protocol + " carries " + only.text() + " alone")
                            .contains(client.text() + " to " + server.text())
                            .contains("set transport.protocol to TCP");
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"UDP, DATAGRAM", "IP, RAW"})
    void thereIsNoEncryptionOfPackets(TransportProtocol protocol, SocketType type) {
        assertThat(Verdict.of(new Encounter(type, type, Optional.empty(), protocol, true, false)))
                .isEqualTo(new Verdict.Refused("transport.protocol " + protocol
                        + " has no encryption in this version, and transport.tls is Mutual: set transport.tls to"
                        + " Disabled, or transport.protocol to TCP"));
    }

    @ParameterizedTest
    @EnumSource(TransportProtocol.class)
    void whichEndIsTheClientMakesNoDifference(TransportProtocol protocol) {
        for (SocketType client : SocketType.values()) {
            for (SocketType server : SocketType.values()) {
                for (Framing framing : Framing.values()) {
                    Encounter there = new Encounter(client, server, Optional.of(framing), protocol, false, true);
                    Encounter back = new Encounter(server, client, Optional.of(framing), protocol, false, true);
                    assertThat(Verdict.of(there).word())
                            .isEqualTo(Verdict.of(back).word());
                    assertThat(Verdict.of(there).reason()).isNotBlank();
                }
            }
        }
    }

    @Test
    void theReadmeHasTheTable() throws IOException {
        assertThat(Files.readString(Path.of("../README.md"))).contains(VerdictTable.matrix());
    }

    private static Verdict withHeaders(SocketType client, SocketType server) {
        return Verdict.of(
                new Encounter(client, server, Optional.of(Framing.LENGTH_PREFIX), TransportProtocol.TCP, true, true));
    }
}
