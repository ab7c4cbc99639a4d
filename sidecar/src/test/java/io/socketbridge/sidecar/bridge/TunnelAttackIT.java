package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socketbridge.contract.Access;
import io.socketbridge.contract.Limits;
import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.Tunnel;
import io.socketbridge.contract.WhenUnavailable;
import io.socketbridge.sidecar.identity.Credentials;
import io.socketbridge.sidecar.relay.Peer;
import io.socketbridge.sidecar.relay.ProxyHeader;
import io.socketbridge.sidecar.tls.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever reaches a tunnel's port and is not a client of the bridge gets nowhere, and keeps nobody else from it. */
@Timeout(120)
class TunnelAttackIT {

    private static final String DB = TunnelServer.DB;
    private static final String WEB_ID = TunnelServer.WEB_ID;
    private static final String TLS = "TLSv1.3";
    private static final String PROTOCOL = "socketbridge/1";
    private static final int OPEN = TunnelServer.OPEN;
    private static final int ACCEPT = 0x02;
    private static final byte[] DENIED = TunnelServer.reset(TunnelServer.DENIED);
    private static final long UID = TunnelServer.UID;

    @AutoClose
    private final TunnelServer db = new TunnelServer();

    private final TestAuthority authority = db.authority;
    private final int port = db.port;

    @BeforeEach
    void start() throws IOException {
        db.app.configureBlocking(false);
    }

    @Test
    void whoIsAClientIsLetIn() throws Exception {
        assertThat(answer(db.web(), DB)[0]).isEqualTo((byte) ACCEPT);
        assertThat(db.app.accept()).isNotNull().satisfies(SocketChannel::close);
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
        assertDenied(db.web(), "unknown.shop.socketbridge.internal");
    }

    @Test
    void accessNarrowsWhoMayConnectToServiceAccounts() throws Exception {
        db.allow(new Tunnel(DB, "client." + DB, List.of("spiffe://cluster.local/ns/shop/sa/batch"), Access.ALL));
        assertDenied(db.web(), DB);
    }

    @Test
    void accessNarrowsWhoMayConnectToUsersAndGroups() throws Exception {
        db.allow(new Tunnel(DB, "client." + DB, List.of(), new Access(List.of(UID + 1), List.of())));
        assertDenied(db.web(), DB);
        db.allow(new Tunnel(DB, "client." + DB, List.of(), new Access(List.of(UID), List.of(UID + 1))));
        assertDenied(db.web(), DB);
        db.allow(new Tunnel(DB, "client." + DB, List.of(), new Access(List.of(UID), List.of(UID))));
        assertThat(answer(db.web(), DB)[0]).isEqualTo((byte) ACCEPT);
    }

    @Test
    void whoDoesNotSayWhichUserItIsForIsDeniedWhereUsersAreListed() throws Exception {
        db.allow(new Tunnel(DB, "client." + DB, List.of(), new Access(List.of(0L), List.of())));
        try (Stranger client = Stranger.connect(port, db.web(), DB, TLS, PROTOCOL)) {
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
        try (Stranger client = Stranger.connect(port, db.web(), DB, "TLSv1.2", PROTOCOL)) {
            assertThatThrownBy(client::shakeHands).isInstanceOf(IOException.class);
        }
        assertClientsGoOn();
    }

    @Test
    void anotherProtocolIsRefused() throws Exception {
        try (Stranger client = Stranger.connect(port, db.web(), DB, TLS, "http/1.1")) {
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
        try (Stranger client = Stranger.connect(port, db.web(), DB, TLS, PROTOCOL)) {
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
            try (Stranger client = Stranger.connect(port, db.web(), DB, TLS, PROTOCOL)) {
                if (random.nextBoolean()) {
                    client.send(OPEN, TunnelServer.header());
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

    private byte[] answer(Credentials credentials, String serverName) throws IOException, GeneralSecurityException {
        try (Stranger client = Stranger.connect(port, credentials, serverName, TLS, PROTOCOL)) {
            client.send(OPEN, TunnelServer.header());
            return client.readFrame();
        }
    }

    private void assertDenied(Credentials credentials, String serverName) throws Exception {
        assertThat(answer(credentials, serverName)).isEqualTo(DENIED);
        assertThat(db.app.accept()).as("what the app sees").isNull();
    }

    private void assertRefused(@Nullable Credentials credentials) throws Exception {
        try (Stranger client = Stranger.connect(port, credentials, DB, TLS, PROTOCOL)) {
            assertThatThrownBy(() -> {
                        client.send(OPEN, TunnelServer.header());
                        client.readFrame();
                    })
                    .isInstanceOf(IOException.class);
        }
        assertThat(db.app.accept()).as("what the app sees").isNull();
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
        assertThat(answer(db.web(), DB)[0]).isEqualTo((byte) ACCEPT);
    }

    @Test
    void aServerThatIsNoServerOfTheBridgeGetsNoConnection() throws Exception {
        String own = "unix:" + db.path("a");
        Tunnel expected = new Tunnel(DB, "server.other.shop.socketbridge.internal", List.of(), Access.ALL);
        db.bridge.route(
                "client",
                Bridge.listen(own),
                WhenUnavailable.REFUSE,
                Limits.DEFAULT,
                expected,
                Bridge.targets("tunnel:127.0.0.1:" + port));
        db.bridge.awaitState("client", RouteState.READY);
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(db.path("a")))) {
            client.write(ByteBuffer.wrap(new byte[] {1}));
            Bridge.await(
                    () -> db.bridge.meter("client").dialFailures().containsKey("identity"),
                    () -> "failures are " + db.bridge.meter("client").dialFailures());
        }
        assertThat(db.app.accept()).as("what the app sees").isNull();
    }
}
