package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socketbridge.contract.Limits;
import io.socketbridge.contract.Listen;
import io.socketbridge.contract.ProxyProtocol;
import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.Target;
import io.socketbridge.contract.WhenUnavailable;
import io.socketbridge.sidecar.relay.ResetReason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is at the other end travels in front of the app's bytes, where it shall. */
@Timeout(60)
class ProxyProtocolIT {

    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    /** TCP over IPv4, from 192.0.2.1:56324 to 198.51.100.2:443. */
    private static final byte[] INET = HexFormat.of().parseHex(SIGNATURE + "2111000cc0000201c6336402dc0401bb");

    private static final Limits QUICK = new Limits(0, 500, 0, 5_000, 60_000, 0);

    @TempDir
    Path directory = Path.of("");

    private Bridge bridge;

    /** A header as the server gets it: its family and, in hex, the addresses and the TLVs. */
    private record Received(int family, String addresses, String tlvs) {}

    @BeforeEach
    void start() throws IOException {
        bridge = new Bridge();
    }

    @AfterEach
    void stop() {
        bridge.close();
    }

    @Test
    void tellsTheServerWhichUserConnected() throws Exception {
        try (ServerSocketChannel server = StreamContract.unixServer(path("s"))) {
            bridge.route(
                            "a",
                            Bridge.listen("unix:" + path("a")),
                            WhenUnavailable.REFUSE,
                            Limits.DEFAULT,
                            v2("unix:" + path("s")))
                    .awaitState("a", RouteState.READY);
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path("a")));
                    SocketChannel served = server.accept()) {
                StreamContract.write(client, new byte[] {42});
                Received header = header(served);
                assertThat(header.family()).isEqualTo(0x31);
                assertThat(destination(header)).isEqualTo(path("a").toString());
                assertThat(header.tlvs()).contains("e00004" + id("uid"), "e10004" + id("gid"), "030004", "050019");
                assertThat(read(served, 1)).containsExactly(42);
            }
        }
    }

    @Test
    void passesOnWhoItWasThroughBothSidecars() throws Exception {
        try (ServerSocketChannel server = StreamContract.unixServer(path("s"))) {
            bridge.route("b", tcp(), WhenUnavailable.REFUSE, Limits.DEFAULT, v2("unix:" + path("s")))
                    .awaitState("b", RouteState.READY);
            bridge.route(
                            "a",
                            Bridge.listen("unix:" + path("a")),
                            WhenUnavailable.REFUSE,
                            Limits.DEFAULT,
                            v2("tcp:127.0.0.1:" + bridge.port("b")))
                    .awaitState("a", RouteState.READY);
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path("a")));
                    SocketChannel served = server.accept()) {
                StreamContract.write(client, new byte[] {42});
                Received header = header(served);
                assertThat(destination(header)).isEqualTo(path("a").toString());
                assertThat(header.tlvs()).contains("e00004" + id("uid"), "e10004" + id("gid"));
                assertThat(read(served, 1)).containsExactly(42);
                StreamContract.write(served, new byte[] {43});
                assertThat(read(client, 1)).containsExactly(43);
            }
        }
    }

    @Test
    void takesAHeaderThatComesByteByByteAndNoByteOfWhatFollows() throws Exception {
        try (ServerSocketChannel server = StreamContract.unixServer(path("s"));
                SocketChannel client = connected(Limits.DEFAULT, v2("unix:" + path("s")))) {
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            for (byte each : INET) {
                StreamContract.write(client, new byte[] {each});
            }
            StreamContract.write(client, new byte[] {42});
            try (SocketChannel served = server.accept()) {
                Received header = header(served);
                assertThat(header.family()).isEqualTo(0x11);
                assertThat(header.addresses()).isEqualTo(HexFormat.of().formatHex(INET, 16, 28));
                assertThat(header.tlvs()).doesNotContain("e00004");
                assertThat(read(served, 1)).containsExactly(42);
            }
        }
    }

    @Test
    void passesOnBytesThatCameTogetherWithTheHeader() throws Exception {
        byte[] rest = StreamContract.random(1, 100_000);
        try (ServerSocketChannel server = StreamContract.unixServer(path("s"));
                SocketChannel client = connected(Limits.DEFAULT, Bridge.targets("unix:" + path("s")))) {
            byte[] all = java.util.Arrays.copyOf(INET, INET.length + rest.length);
            System.arraycopy(rest, 0, all, INET.length, rest.length);
            StreamContract.writeAndEnd(client, all);
            try (SocketChannel served = server.accept()) {
                assertThat(StreamContract.readToEnd(served)).isEqualTo(rest);
            }
        }
    }

    @Test
    void takesTheConnectionItselfWhereARelaySpeaksForItself() throws Exception {
        try (ServerSocketChannel server = StreamContract.unixServer(path("s"));
                SocketChannel client = connected(Limits.DEFAULT, v2("unix:" + path("s")))) {
            StreamContract.write(client, HexFormat.of().parseHex(SIGNATURE + "20000000"));
            try (SocketChannel served = server.accept()) {
                Received header = header(served);
                assertThat(header.family()).isEqualTo(0x11);
                assertThat(header.addresses()).startsWith("7f0000017f000001");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY TCP4 192.0.2.1 198.51.100.2 1 2\r\n", "GET / HTTP/1.1\r\n\r\n", "x"})
    void resetsAConnectionThatBeginsWithAnythingElse(String start) throws Exception {
        try (ServerSocketChannel server = StreamContract.unixServer(path("s"));
                SocketChannel client = connected(Limits.DEFAULT, Bridge.targets("unix:" + path("s")))) {
            assertThat(server.isOpen()).isTrue();
            StreamContract.write(client, start.getBytes(StandardCharsets.US_ASCII));
            assertRejected(client, "signature");
        }
    }

    @Test
    void resetsAConnectionWhoseChecksumIsWrong() throws Exception {
        try (ServerSocketChannel server = StreamContract.unixServer(path("s"));
                SocketChannel client = connected(Limits.DEFAULT, Bridge.targets("unix:" + path("s")))) {
            assertThat(server.isOpen()).isTrue();
            StreamContract.write(
                    client, HexFormat.of().parseHex(SIGNATURE + "21110013c0000201c6336402dc0401bb" + "03000400000001"));
            assertRejected(client, "checksum");
        }
    }

    @Test
    void resetsAConnectionThatPromisesMoreThanIsTaken() throws Exception {
        try (ServerSocketChannel server = StreamContract.unixServer(path("s"));
                SocketChannel client = connected(Limits.DEFAULT, Bridge.targets("unix:" + path("s")))) {
            assertThat(server.isOpen()).isTrue();
            StreamContract.write(client, HexFormat.of().parseHex(SIGNATURE + "2111ffff"));
            assertRejected(client, "too-long");
        }
    }

    @Test
    void resetsAConnectionWhoseHeaderEndsTooSoonOrDoesNotCome() throws Exception {
        try (ServerSocketChannel server = StreamContract.unixServer(path("s"))) {
            assertThat(server.isOpen()).isTrue();
            try (SocketChannel client = connected(QUICK, Bridge.targets("unix:" + path("s")))) {
                StreamContract.write(client, java.util.Arrays.copyOf(INET, 20));
                assertRejected(client, "timeout");
            }
            try (SocketChannel client = connected(Limits.DEFAULT, Bridge.targets("unix:" + path("s")))) {
                StreamContract.writeAndEnd(client, java.util.Arrays.copyOf(INET, 20));
                assertRejected(client, "cut-off");
            }
        }
    }

    @Test
    void saysThatAppsSendNoHeader() {
        bridge.route(
                        "a",
                        Bridge.listen("unix:" + path("a")).accepting(ProxyProtocol.V2),
                        WhenUnavailable.REFUSE,
                        Limits.DEFAULT,
                        List.of())
                .awaitState("a", RouteState.LISTEN_FAILED);
        assertThat(bridge.report("a").message()).contains(path("a").toString(), "PROXY protocol", "tcp:");
    }

    private SocketChannel connected(Limits limits, List<Target> targets) throws IOException {
        bridge.remove("b");
        bridge.route("b", tcp(), WhenUnavailable.REFUSE, limits, targets).awaitState("b", RouteState.READY);
        return SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), bridge.port("b")));
    }

    private static Listen tcp() {
        return Bridge.listen("tcp:127.0.0.1:0").accepting(ProxyProtocol.V2);
    }

    private static List<Target> v2(String address) {
        return List.of(new Target(address, "", ProxyProtocol.V2));
    }

    private void assertRejected(SocketChannel client, String reason) {
        assertThatThrownBy(() -> client.read(ByteBuffer.allocate(1)))
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
        assertThat(bridge.meter("b").headersRejected()).containsEntry(reason, 1L);
        assertThat(bridge.meter("b").resets()).containsEntry(ResetReason.PROXY_HEADER, 1L);
        bridge.awaitActive("b", 0);
    }

    private static Received header(SocketChannel from) throws IOException {
        byte[] fixed = read(from, 16);
        assertThat(HexFormat.of().formatHex(fixed, 0, 13)).isEqualTo(SIGNATURE + "21");
        byte[] rest = read(from, ByteBuffer.wrap(fixed).getShort(14));
        int addresses = fixed[13] == 0x31 ? 216 : 12;
        return new Received(
                fixed[13],
                HexFormat.of().formatHex(rest, 0, addresses),
                HexFormat.of().formatHex(rest, addresses, rest.length));
    }

    private static byte[] read(SocketChannel from, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            assertThat(from.read(bytes)).isPositive();
        }
        return bytes.array();
    }

    private static String destination(Received header) {
        byte[] name = HexFormat.of().parseHex(header.addresses().substring(2 * 108));
        return new String(name, StandardCharsets.UTF_8).replace("\0", "");
    }

    /** This process's own user or group, as the header has it. */
    private static String id(String name) throws IOException {
        int id = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:" + name);
        return HexFormat.of().toHexDigits(id);
    }

    private Path path(String name) {
        return directory.resolve(name);
    }
}
