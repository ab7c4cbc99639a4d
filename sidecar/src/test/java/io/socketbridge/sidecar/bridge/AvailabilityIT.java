package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socketbridge.contract.Listen;
import io.socketbridge.contract.ProxyProtocol;
import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.UnixAddress;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is refused when, what becomes of socket files, and how routes change while they are at work. */
@Timeout(60)
class AvailabilityIT {

    private static final String BIND_AND_WAIT = """
            import socket, sys
            app = socket.socket(socket.AF_UNIX)
            app.bind(sys.argv[1])
            print("bound", flush=True)
            sys.stdin.read()
            """;

    @TempDir
    Path directory = Path.of("");

    private Bridge bridge;

    @BeforeEach
    void start() throws IOException {
        bridge = new Bridge();
    }

    @AfterEach
    void stop() {
        bridge.close();
    }

    @Test
    void refusesAtOnceWhileThereIsNoTarget() {
        bridge.route("a", "unix:" + path("a")).awaitState("a", RouteState.NO_TARGET);
        assertThat(path("a")).exists();
        assertRefused(at("a"));
    }

    @Test
    void refusesAtOnceWhileTheAppsSocketIsMissing() {
        bridge.route("a", "unix:" + path("a"), "unix:" + path("s")).awaitState("a", RouteState.SOCKET_MISSING);
        assertRefused(at("a"));
        assertThat(bridge.report("a").message()).contains(path("s").toString());
    }

    @Test
    void refusesOnTcpTooWhileTheAppsSocketIsMissing() {
        bridge.route("a", "tcp:127.0.0.1:0", "unix:" + path("s")).awaitState("a", RouteState.SOCKET_MISSING);
        assertRefused(new InetSocketAddress(InetAddress.getLoopbackAddress(), bridge.port("a")));
    }

    @Test
    void followsTheAppThatGoesAndComesBackWithANewSocket() throws Exception {
        bridge.route("a", "unix:" + path("a"), "unix:" + path("s"));
        for (int i = 0; i < 3; i++) {
            try (ServerSocketChannel server = StreamContract.unixServer(path("s"))) {
                bridge.awaitState("a", RouteState.READY);
                assertEchoes(server, at("a"));
            }
            bridge.awaitState("a", RouteState.NOT_LISTENING);
            assertRefused(at("a"));
            Files.delete(path("s"));
            bridge.awaitState("a", RouteState.SOCKET_MISSING);
        }
    }

    @Test
    void saysThatTheTargetIsNoSocket() throws IOException {
        Files.createFile(path("s"));
        bridge.route("a", "unix:" + path("a"), "unix:" + path("s")).awaitState("a", RouteState.NOT_A_SOCKET);
    }

    @Test
    void connectsAbstractNames() throws Exception {
        String name = "@socketbridge-test-" + ProcessHandle.current().pid();
        try (ServerSocketChannel server = StreamContract.unixServer(path("s"))) {
            bridge.route("b", "unix:" + name, "unix:" + path("s")).awaitState("b", RouteState.READY);
            bridge.route("a", "unix:" + path("a"), "unix:" + name).awaitState("a", RouteState.READY);
            assertEchoes(server, at("a"));
            bridge.remove("b").awaitState("a", RouteState.NOT_LISTENING);
        }
    }

    @Test
    void replacesTheFileThatADeadProcessLeft() throws Exception {
        StreamContract.unixServer(path("a")).close();
        assertThat(path("a")).exists();
        try (ServerSocketChannel server = StreamContract.tcpServer()) {
            bridge.route("a", "unix:" + path("a"), "tcp:127.0.0.1:" + StreamContract.port(server))
                    .awaitState("a", RouteState.READY);
            assertEchoes(server, at("a"));
        }
    }

    @Test
    void leavesALiveSocketAloneAndTakesItsPlaceOnceItIsGone() throws Exception {
        try (ServerSocketChannel other = StreamContract.unixServer(path("a"))) {
            bridge.route("a", "unix:" + path("a"), "tcp:127.0.0.1:1").awaitState("a", RouteState.ADDRESS_IN_USE);
            assertThat(bridge.report("a").message()).contains(path("a").toString(), "left alone");
            SocketChannel.open(at("a")).close();
            other.accept().close();
        }
        bridge.awaitState("a", RouteState.READY);
    }

    @Test
    void leavesASocketAloneThatIsBoundAndOnWhichNobodyListensYet() throws Exception {
        Process app =
                new ProcessBuilder("python3", "-c", BIND_AND_WAIT, path("a").toString()).start();
        try {
            assertThat(app.inputReader().readLine()).isEqualTo("bound");
            bridge.route("a", "unix:" + path("a"), "tcp:127.0.0.1:1").awaitState("a", RouteState.ADDRESS_IN_USE);
        } finally {
            app.destroyForcibly();
        }
        bridge.awaitState("a", RouteState.READY);
    }

    @Test
    void takesAnotherPortWhenItsOwnWasTakenBeforeItListened() throws Exception {
        bridge.route("a", new Listen("tcp:127.0.0.1:0", "", true, ProxyProtocol.NONE), "unix:" + path("s"))
                .awaitState("a", RouteState.SOCKET_MISSING);
        int port = bridge.port("a");
        try (ServerSocketChannel other =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                ServerSocketChannel server = StreamContract.unixServer(path("s"))) {
            bridge.awaitState("a", RouteState.READY);
            assertThat(bridge.port("a")).isNotEqualTo(port);
            assertEchoes(server, new InetSocketAddress(InetAddress.getLoopbackAddress(), bridge.port("a")));
            assertThat(other.isOpen()).isTrue();
        }
    }

    @Test
    void leavesAFileAloneThatIsNoSocket() throws IOException {
        Files.writeString(path("a"), "precious");
        bridge.route("a", "unix:" + path("a"), "tcp:127.0.0.1:1").awaitState("a", RouteState.ADDRESS_IN_USE);
        assertThat(bridge.report("a").message()).contains("not a socket");
        bridge.remove("a");
        assertThat(path("a")).hasContent("precious");
    }

    @Test
    void saysWhyItCannotListen() {
        bridge.route("a", "unix:" + path("none/a"), "tcp:127.0.0.1:1").awaitState("a", RouteState.LISTEN_FAILED);
        assertThat(bridge.report("a").message()).contains("bind", "ENOENT", "directory does not exist");
        bridge.route("b", "nonsense", "tcp:127.0.0.1:1").awaitState("b", RouteState.LISTEN_FAILED);
        assertThat(bridge.report("b").message()).contains("nonsense");
    }

    @Test
    void givesTheFileItsModeAndRemovesItInTheEnd() throws IOException {
        bridge.route("a", new Listen("unix:" + path("a"), "0620", false, ProxyProtocol.NONE), "tcp:127.0.0.1:1")
                .awaitState("a", RouteState.READY);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path("a"))))
                .isEqualTo("rw--w----");
        bridge.remove("a");
        assertThat(path("a")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0666", "0600", "0777"})
    void givesTheFileItsModeFromItsFirstMomentOn(String mode) throws Exception {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        AtomicBoolean done = new AtomicBoolean();
        Thread watching = Thread.ofPlatform().start(() -> {
            while (!done.get()) {
                try {
                    Object found = Files.getAttribute(path("a"), "unix:mode");
                    seen.add(Integer.toOctalString((int) found & 0777));
                } catch (IOException e) {
                    // It is not there now.
                }
            }
        });
        for (int i = 0; i < 200; i++) {
            bridge.route("a", new Listen("unix:" + path("a"), mode, false, ProxyProtocol.NONE), "tcp:127.0.0.1:1")
                    .awaitState("a", RouteState.READY)
                    .remove("a");
        }
        done.set(true);
        watching.join();
        assertThat(seen).containsExactly(mode.substring(1));
    }

    @Test
    void keepsTheFileWhenItRefuses() throws Exception {
        try (ServerSocketChannel server = StreamContract.unixServer(path("s"))) {
            bridge.route("a", "unix:" + path("a"), "unix:" + path("s")).awaitState("a", RouteState.READY);
            Object inode = Files.getAttribute(path("a"), "unix:ino");
            server.close();
            bridge.awaitState("a", RouteState.NOT_LISTENING);
            assertThat(Files.getAttribute(path("a"), "unix:ino")).isEqualTo(inode);
            assertRefused(at("a"));
        }
    }

    @Test
    void takesAPathAsLongAsTheKernelDoesAndUnusualBytesInIt() throws Exception {
        String start = directory + "/é ☃\n";
        int room = UnixAddress.MAX_BYTES - start.getBytes(StandardCharsets.UTF_8).length;
        String longest = "unix:" + start + "x".repeat(room);
        try (ServerSocketChannel server = StreamContract.tcpServer()) {
            bridge.route("b", longest, "tcp:127.0.0.1:" + StreamContract.port(server))
                    .awaitState("b", RouteState.READY);
            // The JDK's own sockets take one byte less, so another route connects to it.
            bridge.route("a", "unix:" + path("a"), longest).awaitState("a", RouteState.READY);
            assertEchoes(server, at("a"));
        }
    }

    @Test
    void movesNewConnectionsToANewTargetAndLeavesOldOnesAlone() throws Exception {
        try (ServerSocketChannel one = StreamContract.tcpServer();
                ServerSocketChannel two = StreamContract.tcpServer()) {
            bridge.route("a", "unix:" + path("a"), "tcp:127.0.0.1:" + StreamContract.port(one))
                    .awaitState("a", RouteState.READY);
            try (SocketChannel old = SocketChannel.open(at("a"));
                    SocketChannel served = one.accept()) {
                bridge.route("a", "unix:" + path("a"), "tcp:127.0.0.1:" + StreamContract.port(two));
                assertEchoes(two, at("a"));
                assertExchange(old, served);
                bridge.route("a", "unix:" + path("a")).awaitState("a", RouteState.NO_TARGET);
                assertRefused(at("a"));
                assertExchange(old, served);
            }
        }
    }

    @Test
    void triesTheNextTargetWhenOneRefuses() throws Exception {
        int refusing;
        try (ServerSocketChannel gone = StreamContract.tcpServer()) {
            refusing = StreamContract.port(gone);
        }
        try (ServerSocketChannel server = StreamContract.tcpServer()) {
            bridge.route(
                            "a",
                            "unix:" + path("a"),
                            "tcp:127.0.0.1:" + refusing,
                            "tcp:127.0.0.1:" + StreamContract.port(server))
                    .awaitState("a", RouteState.READY);
            for (int i = 0; i < 4; i++) {
                assertEchoes(server, at("a"));
            }
        }
    }

    @Test
    void takesAnotherPortOnlyWhereAnyWillDo() throws Exception {
        try (ServerSocketChannel taken = StreamContract.tcpServer();
                ServerSocketChannel server = StreamContract.unixServer(path("s"))) {
            String address = "tcp:127.0.0.1:" + StreamContract.port(taken);
            bridge.route("exact", new Listen(address, "", false, ProxyProtocol.NONE), "unix:" + path("s"))
                    .awaitState("exact", RouteState.ADDRESS_IN_USE);
            bridge.route("any", new Listen(address, "", true, ProxyProtocol.NONE), "unix:" + path("s"))
                    .awaitState("any", RouteState.READY);
            assertEchoes(server, new InetSocketAddress(InetAddress.getLoopbackAddress(), bridge.port("any")));
        }
    }

    @Test
    void passesATcpResetOnAsAReset() throws Exception {
        try (ServerSocketChannel server = StreamContract.tcpServer()) {
            bridge.route("a", "tcp:127.0.0.1:0", "tcp:127.0.0.1:" + StreamContract.port(server))
                    .awaitState("a", RouteState.READY);
            SocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), bridge.port("a"));
            try (SocketChannel client = SocketChannel.open(address);
                    SocketChannel served = server.accept()) {
                StreamContract.write(client, new byte[] {1});
                served.setOption(StandardSocketOptions.SO_LINGER, 0);
                served.close();
                assertThatThrownBy(() -> client.read(ByteBuffer.allocate(1))).isInstanceOf(SocketException.class);
            }
        }
    }

    @Test
    void resetsTheNetworkSideWhenAnAppClosesWithUnreadBytes() throws Exception {
        try (ServerSocketChannel server = StreamContract.unixServer(path("s"))) {
            bridge.route("a", "tcp:127.0.0.1:0", "unix:" + path("s")).awaitState("a", RouteState.READY);
            SocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), bridge.port("a"));
            try (SocketChannel client = SocketChannel.open(address)) {
                SocketChannel served = server.accept();
                StreamContract.write(client, new byte[] {1, 2});
                assertThat(served.read(ByteBuffer.allocate(1))).isEqualTo(1);
                served.close();
                assertThatThrownBy(() -> client.read(ByteBuffer.allocate(1))).isInstanceOf(SocketException.class);
            }
        }
    }

    private Path path(String name) {
        return directory.resolve(name);
    }

    private SocketAddress at(String name) {
        return UnixDomainSocketAddress.of(path(name));
    }

    private static void assertRefused(SocketAddress address) {
        assertThatThrownBy(() -> SocketChannel.open(address).close())
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("refused");
    }

    private static void assertEchoes(ServerSocketChannel server, SocketAddress address) throws IOException {
        try (SocketChannel client = SocketChannel.open(address);
                SocketChannel served = server.accept()) {
            assertExchange(client, served);
        }
    }

    private static void assertExchange(SocketChannel client, SocketChannel served) throws IOException {
        StreamContract.write(client, new byte[] {42});
        ByteBuffer one = ByteBuffer.allocate(1);
        assertThat(served.read(one)).isEqualTo(1);
        StreamContract.write(served, one.flip());
        assertThat(client.read(one.clear())).isEqualTo(1);
        assertThat(one.get(0)).isEqualTo((byte) 42);
    }
}
