package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socketbridge.contract.Access;
import io.socketbridge.contract.Limits;
import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.Tunnel;
import io.socketbridge.contract.WhenUnavailable;
import io.socketbridge.sidecar.identity.Credentials;
import io.socketbridge.sidecar.identity.Identity;
import io.socketbridge.sidecar.relay.Peer;
import io.socketbridge.sidecar.relay.ProxyHeader;
import io.socketbridge.sidecar.tls.TestAuthority;
import io.socketbridge.sidecar.tls.Tls;
import io.socketbridge.sidecar.tls.TlsEngine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever reaches a tunnel's port and is not a client of the bridge gets nowhere, and keeps nobody else from it. */
@Timeout(120)
class TunnelAttackIT {

    private static final String DB = "db.shop.socketbridge.internal";
    private static final String WEB_ID = "spiffe://cluster.local/ns/shop/sa/web";
    private static final String TLS = "TLSv1.3";
    private static final String PROTOCOL = "socketbridge/1";
    private static final int OPEN = 0x01;
    private static final int ACCEPT = 0x02;
    private static final byte[] DENIED = {0x07, 0, 0, 1, 1};
    private static final long UID = 1_000;

    @TempDir
    Path directory = Path.of("");

    private final TestAuthority authority = new TestAuthority("the one");
    private Bridge bridge;
    private ServerSocketChannel server;
    private int port;

    @BeforeEach
    void start() throws IOException {
        server = StreamContract.unixServer(directory.resolve("s"));
        server.configureBlocking(false);
        bridge = new Bridge(new Tls(
                new Identity(authority.credentials("spiffe://cluster.local/ns/shop/sa/db", "server." + DB)),
                TlsEngine.BORINGSSL,
                Clock.systemUTC()));
        serve(new Tunnel(DB, "client." + DB, List.of(), Access.ALL));
        port = bridge.port("db");
    }

    private void serve(Tunnel tunnel) {
        bridge.route(
                        "db",
                        Bridge.listen("tunnel:127.0.0.1:" + port),
                        WhenUnavailable.REFUSE,
                        Limits.DEFAULT,
                        tunnel,
                        Bridge.targets("unix:" + directory.resolve("s")))
                .awaitState("db", RouteState.READY);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        bridge.close();
    }

    @Test
    void whoIsAClientIsLetIn() throws Exception {
        assertThat(answer(web(), DB)[0]).isEqualTo((byte) ACCEPT);
        assertThat(server.accept()).isNotNull().satisfies(SocketChannel::close);
    }

    @Test
    void aPodThatIsNoClientOfTheBridgeIsDeniedThoughItsServiceAccountIsTheSame() throws Exception {
        assertDenied(authority.credentials(WEB_ID, "client.other.shop.socketbridge.internal"), DB);
    }

    @Test
    void aServersCertificateIsNoClients() throws Exception {
        assertDenied(authority.credentials(WEB_ID, "server." + DB), DB);
    }

    @Test
    void aBridgeOfTheSameNameInAnotherNamespaceIsAnotherBridge() throws Exception {
        assertDenied(authority.credentials(WEB_ID, "client.db.other.socketbridge.internal"), DB);
    }

    @Test
    void aBridgeThatIsNotHereCannotBeToldFromOneThatDenies() throws Exception {
        assertDenied(web(), "unknown.shop.socketbridge.internal");
    }

    @Test
    void accessNarrowsWhoMayConnectToServiceAccounts() throws Exception {
        serve(new Tunnel(DB, "client." + DB, List.of("spiffe://cluster.local/ns/shop/sa/batch"), Access.ALL));
        assertDenied(web(), DB);
    }

    @Test
    void accessNarrowsWhoMayConnectToUsersAndGroups() throws Exception {
        serve(new Tunnel(DB, "client." + DB, List.of(), new Access(List.of(UID + 1), List.of())));
        assertDenied(web(), DB);
        serve(new Tunnel(DB, "client." + DB, List.of(), new Access(List.of(UID), List.of(UID + 1))));
        assertDenied(web(), DB);
        serve(new Tunnel(DB, "client." + DB, List.of(), new Access(List.of(UID), List.of(UID))));
        assertThat(answer(web(), DB)[0]).isEqualTo((byte) ACCEPT);
    }

    @Test
    void whoDoesNotSayWhichUserItIsForIsDeniedWhereUsersAreListed() throws Exception {
        serve(new Tunnel(DB, "client." + DB, List.of(), new Access(List.of(0L), List.of())));
        try (Stranger client = Stranger.connect(port, web(), DB, TLS, PROTOCOL)) {
            client.send(OPEN, new ProxyHeader(Peer.UNKNOWN, "").encode());
            assertThat(client.readFrame()).isEqualTo(DENIED);
        }
    }

    @Test
    void aLeafOfAnotherAuthorityIsRefusedWithinTheHandshake() throws Exception {
        assertRefused(new TestAuthority("the one").credentials(WEB_ID, "client." + DB));
    }

    @Test
    void anExpiredLeafIsRefused() throws Exception {
        Instant now = Instant.now();
        assertRefused(authority.credentials(
                List.of(authority.certificate()),
                now.minus(Duration.ofHours(2)),
                now.minus(Duration.ofSeconds(1)),
                WEB_ID,
                "client." + DB));
    }

    @Test
    void aLeafThatIsNotValidYetIsRefused() throws Exception {
        Instant now = Instant.now();
        assertRefused(authority.credentials(
                List.of(authority.certificate()),
                now.plus(Duration.ofHours(1)),
                now.plus(Duration.ofHours(2)),
                WEB_ID,
                "client." + DB));
    }

    @Test
    void aLeafWithoutASpiffeIdIsRefused() throws Exception {
        assertRefused(authority.credentials("", "client." + DB));
    }

    @Test
    void whoHasNoCertificateIsRefused() throws Exception {
        assertRefused(null);
    }

    @Test
    void tls12IsRefused() throws Exception {
        try (Stranger client = Stranger.connect(port, web(), DB, "TLSv1.2", PROTOCOL)) {
            assertThatThrownBy(client::shakeHands).isInstanceOf(IOException.class);
        }
        assertClientsGoOn();
    }

    @Test
    void anotherProtocolIsRefused() throws Exception {
        try (Stranger client = Stranger.connect(port, web(), DB, TLS, "http/1.1")) {
            assertThatThrownBy(() -> {
                        client.shakeHands();
                        client.readFrame();
                    })
                    .isInstanceOf(IOException.class);
        }
        assertClientsGoOn();
    }

    @Test
    void cleartextIsRefused() throws Exception {
        assertCut("socketbridge/1 db.shop.socketbridge.internal\n".getBytes(StandardCharsets.US_ASCII));
        assertCut("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void garbageIsRefused() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            byte[] garbage = new byte[1 + random.nextInt(40_000)];
            random.nextBytes(garbage);
            garbage[0] = i % 2 == 0 ? 0x16 : garbage[0];
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream().write(garbage);
                socket.shutdownOutput();
                readToEnd(socket);
            } catch (IOException e) {
                assertThat(e).as("seed %d", seed).hasMessageMatching("(?i).*(reset|broken pipe).*");
            }
        }
        assertClientsGoOn();
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0x00_000000,
                0x0C_000000,
                0xFF_000001,
                0x01_000000,
                0x01_FFFFFF,
                0x03_000001,
                0x03_00FFFD,
                0x05_000001,
                0x06_000000,
                0x08_000000,
                0x02_000000,
                0x09_FFFFFF
            })
    void aFrameThatMayNotComeEndsTheTunnelBeforeItsPayloadIsRead(int header) throws Exception {
        try (Stranger client = Stranger.connect(port, web(), DB, TLS, PROTOCOL)) {
            client.sendRaw(ByteBuffer.allocate(5).putInt(header).put((byte) 'x').array());
            assertThatThrownBy(client::readFrame).isInstanceOf(IOException.class);
        }
        assertClientsGoOn();
    }

    @Test
    void framesThatNobodyCouldMeanNeverHarmTheOthers() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 60; i++) {
            try (Stranger client = Stranger.connect(port, web(), DB, TLS, PROTOCOL)) {
                if (random.nextBoolean()) {
                    client.send(OPEN, header());
                }
                for (int frames = random.nextInt(20); frames > 0; frames--) {
                    byte[] payload = new byte[random.nextInt(100)];
                    random.nextBytes(payload);
                    client.send(random.nextInt(14), payload);
                }
            } catch (IOException e) {
                assertThat(e).as("seed %d", seed).isNotNull();
            }
        }
        assertClientsGoOn();
    }

    @Test
    void tenThousandHalfOpenHandshakesKeepNobodyOut() throws Exception {
        List<SocketChannel> halfOpen = new ArrayList<>();
        try {
            byte[] beginning = {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xFC, 3, 3};
            for (int i = 0; i < 10_000; i++) {
                SocketChannel each = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                halfOpen.add(each);
                if (i % 2 == 0) {
                    each.write(ByteBuffer.wrap(beginning));
                }
                if (halfOpen.size() > 2_000) {
                    halfOpen.removeFirst().close();
                }
            }
            assertClientsGoOn();
        } finally {
            for (SocketChannel each : halfOpen) {
                each.close();
            }
        }
    }

    @Test
    void whoIsSlowInItsHandshakeIsCutOff() throws Exception {
        try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), port);
                Socket slow = new Socket(InetAddress.getLoopbackAddress(), port)) {
            slow.getOutputStream().write(0x16);
            readToEnd(silent);
            readToEnd(slow);
        }
        assertClientsGoOn();
    }

    private Credentials web() {
        return authority.credentials(WEB_ID, "client." + DB);
    }

    private static byte[] header() {
        return new ProxyHeader(new Peer(new Peer.Addresses.Unix("", "/sockets/db.sock"), UID, UID), "").encode();
    }

    private byte[] answer(Credentials credentials, String serverName) throws IOException, GeneralSecurityException {
        try (Stranger client = Stranger.connect(port, credentials, serverName, TLS, PROTOCOL)) {
            client.send(OPEN, header());
            return client.readFrame();
        }
    }

    private void assertDenied(Credentials credentials, String serverName) throws Exception {
        assertThat(answer(credentials, serverName)).isEqualTo(DENIED);
        assertThat(server.accept()).as("what the app sees").isNull();
    }

    private void assertRefused(@Nullable Credentials credentials) throws Exception {
        try (Stranger client = Stranger.connect(port, credentials, DB, TLS, PROTOCOL)) {
            assertThatThrownBy(() -> {
                        client.send(OPEN, header());
                        client.readFrame();
                    })
                    .isInstanceOf(IOException.class);
        }
        assertThat(server.accept()).as("what the app sees").isNull();
        assertClientsGoOn();
    }

    private void assertCut(byte[] sent) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(sent);
            readToEnd(socket);
        }
        assertClientsGoOn();
    }

    /** Until the other end closes, be it with a reset. */
    private static void readToEnd(Socket socket) throws IOException {
        socket.setSoTimeout(40_000);
        try {
            socket.getInputStream().readAllBytes();
        } catch (java.net.SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    private void assertClientsGoOn() throws Exception {
        assertThat(answer(web(), DB)[0]).isEqualTo((byte) ACCEPT);
    }

    @Test
    void aServerThatIsNoServerOfTheBridgeGetsNoConnection() throws Exception {
        String own = "unix:" + directory.resolve("a");
        Tunnel expected = new Tunnel(DB, "server.other.shop.socketbridge.internal", List.of(), Access.ALL);
        bridge.route(
                "client",
                Bridge.listen(own),
                WhenUnavailable.REFUSE,
                Limits.DEFAULT,
                expected,
                Bridge.targets("tunnel:127.0.0.1:" + port));
        bridge.awaitState("client", RouteState.READY);
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("a")))) {
            client.write(ByteBuffer.wrap(new byte[] {1}));
            Bridge.await(
                    () -> bridge.meter("client").dialFailures().containsKey("identity"),
                    () -> "failures are " + bridge.meter("client").dialFailures());
        }
        assertThat(server.accept()).as("what the app sees").isNull();
    }
}
