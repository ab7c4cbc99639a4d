package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socketbridge.contract.RouteState;
import io.socketbridge.sidecar.relay.ResetReason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection that is cut is never taken for one that has ended. */
@Timeout(60)
class CutOffIT {

    private static final String SEND_DESCRIPTOR = """
            import socket, sys
            app = socket.socket(socket.AF_UNIX)
            app.connect(sys.argv[1])
            socket.send_fds(app, [b"have this"], [0])
            try:
                print("read", app.recv(1))
            except OSError as e:
                print(type(e).__name__)
            """;

    @TempDir
    Path directory = Path.of("");

    private Bridge bridge;
    private final List<Process> processes = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        bridge = new Bridge();
    }

    @AfterEach
    void stop() {
        processes.forEach(Process::destroyForcibly);
        bridge.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 1_000, 20_000, 40_000, 65_536, 300_000, 30_000_000})
    void tellsTheAppOfAResetInMidAnswer(int request) throws Exception {
        try (ServerSocketChannel server = StreamContract.tcpServer()) {
            bridge.route("a", "unix:" + path("a"), "tcp:127.0.0.1:" + StreamContract.port(server))
                    .awaitState("a", RouteState.READY);
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path("a")));
                    SocketChannel served = server.accept()) {
                askAndBeginToAnswer(client, served, request);
                served.setOption(StandardSocketOptions.SO_LINGER, 0);
                served.close();
                assertReset(client);
            }
        }
    }

    @Test
    void tellsTheAppNothingButTheEndWhenThatIsWhatCame() throws Exception {
        try (ServerSocketChannel server = StreamContract.tcpServer()) {
            bridge.route("a", "unix:" + path("a"), "tcp:127.0.0.1:" + StreamContract.port(server))
                    .awaitState("a", RouteState.READY);
            for (int i = 0; i < 200; i++) {
                try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path("a")));
                        SocketChannel served = server.accept()) {
                    askAndBeginToAnswer(client, served, 1 + i * 37);
                    served.close();
                    assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tellsBothAppsWhenASidecarIsKilledInMidAnswer(boolean clientsSide) throws Exception {
        try (ServerSocketChannel server = StreamContract.unixServer(path("s"))) {
            Process serving = relay("tcp:127.0.0.1:0", "unix:" + path("s"));
            String address = serving.inputReader()
                    .lines()
                    .filter(line -> line.contains("listening on tcp:"))
                    .findFirst()
                    .orElseThrow()
                    .replaceAll(".*listening on ", "");
            Process connecting = relay("unix:" + path("a"), address);
            Awaitility.await().atMost(Bridge.DEADLINE).ignoreExceptions().until(() -> {
                SocketChannel.open(UnixDomainSocketAddress.of(path("a"))).close();
                return true;
            });
            server.accept().close();
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path("a")));
                    SocketChannel served = server.accept()) {
                askAndBeginToAnswer(client, served, 500);
                (clientsSide ? connecting : serving).destroyForcibly();
                assertReset(client);
                assertReset(served);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1_000, 100_000})
    void tellsAnAppNoEndThatHasOnlyReadButAResetOnceItWrites(int answer) throws Exception {
        try (ServerSocketChannel server = StreamContract.tcpServer()) {
            bridge.route("a", "unix:" + path("a"), "tcp:127.0.0.1:" + StreamContract.port(server))
                    .awaitState("a", RouteState.READY);
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path("a")));
                    SocketChannel served = server.accept()) {
                StreamContract.write(served, StreamContract.random(1, answer));
                read(client, answer);
                served.setOption(StandardSocketOptions.SO_LINGER, 0);
                served.close();
                Bridge.await(
                        () -> bridge.table.routes().getFirst().meter().resets().containsKey(ResetReason.PEER),
                        () -> "it was not reset");
                client.configureBlocking(false);
                assertThat(client.read(ByteBuffer.allocate(1))).isZero();
                client.write(ByteBuffer.allocate(1));
                client.configureBlocking(true);
                assertReset(client);
            }
        }
    }

    @Test
    void keepsAWriterGoingThatWaitsForRoomInASmallSendBuffer() throws Exception {
        try (ServerSocketChannel server = StreamContract.tcpServer()) {
            bridge.route("a", "unix:" + path("a"), "tcp:127.0.0.1:" + StreamContract.port(server))
                    .awaitState("a", RouteState.READY);
            try (SocketChannel client = SocketChannel.open(java.net.StandardProtocolFamily.UNIX);
                    Selector selector = Selector.open()) {
                client.setOption(StandardSocketOptions.SO_SNDBUF, 4096);
                client.connect(UnixDomainSocketAddress.of(path("a")));
                try (SocketChannel served = server.accept()) {
                    client.configureBlocking(false);
                    client.register(selector, SelectionKey.OP_WRITE);
                    byte[] all = StreamContract.random(1, 300_000);
                    ByteBuffer rest = ByteBuffer.wrap(all);
                    ByteBuffer got = ByteBuffer.allocate(all.length);
                    // Asks for room before each write, and lets each arrive before the next.
                    while (rest.hasRemaining()) {
                        assertThat(selector.select(5_000))
                                .as("room after %d bytes", rest.position())
                                .isEqualTo(1);
                        selector.selectedKeys().clear();
                        client.write(rest);
                        while (got.position() < rest.position()) {
                            served.read(got);
                        }
                    }
                    assertThat(got.array()).isEqualTo(all);
                }
            }
        }
    }

    @Test
    void deliversTheAnswerBeforeItSaysThatNobodyReadsAnyMore() throws Exception {
        try (ServerSocketChannel server = StreamContract.unixServer(path("s"))) {
            bridge.route("a", "tcp:127.0.0.1:0", "unix:" + path("s")).awaitState("a", RouteState.READY);
            byte[] answer = StreamContract.random(1, 2_000_000);
            try (SocketChannel client =
                    SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), bridge.port("a")))) {
                try (SocketChannel served = server.accept()) {
                    StreamContract.write(served, answer);
                }
                // The server is gone, and its answer is still on its way when the client writes once more.
                StreamContract.write(client, new byte[] {1});
                ByteBuffer got = ByteBuffer.allocate(answer.length);
                while (got.hasRemaining()) {
                    assertThat(client.read(got))
                            .as("after %d bytes", got.position())
                            .isPositive();
                }
                assertThat(got.array()).isEqualTo(answer);
            }
        }
    }

    /**
     * The server goes in the midst of the sidecar's writing. Then the kernel may say so with a write of which it has taken a part, and say it
     * no more; or the server has just read what had come by then. The app may hear of it while it still writes, and then only once.
     */
    @Test
    void tellsTheAppThatMuchOfItsRequestWasNeverRead() throws Exception {
        try (ServerSocketChannel server = StreamContract.unixServer(path("s"))) {
            bridge.route("a", "unix:" + path("a"), "unix:" + path("s")).awaitState("a", RouteState.READY);
            byte[] request = StreamContract.random(1, 350_000);
            for (int i = 0; i < 500; i++) {
                try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path("a")));
                        SocketChannel served = server.accept()) {
                    FutureTask<Boolean> asking = new FutureTask<>(() -> wasTaken(client, request));
                    Thread.ofVirtual().start(asking);
                    read(served, 1 + i * 997 % (request.length - 10_000));
                    served.close();
                    if (asking.get()) {
                        assertReset(client);
                    }
                }
            }
        }
    }

    /** Whether all could be written; where not, that it was no longer read is what the writer was told. */
    private static boolean wasTaken(SocketChannel client, byte[] request) {
        try {
            StreamContract.write(client, request);
            return true;
        } catch (IOException e) {
            assertThat(e).hasMessageMatching("Broken pipe|Connection reset.*");
            return false;
        }
    }

    @Test
    void tellsAWriterWhoDoesNotReadTheAnswer() throws Exception {
        try (ServerSocketChannel server = StreamContract.unixServer(path("s"))) {
            bridge.route("a", "unix:" + path("a"), "unix:" + path("s")).awaitState("a", RouteState.READY);
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path("a")));
                    SocketChannel served = server.accept()) {
                served.configureBlocking(false);
                ByteBuffer answer = ByteBuffer.wrap(StreamContract.random(1, 5_000_000));
                Thread answering = Thread.ofVirtual().start(() -> answerUntilARequestComes(served, answer));
                assertThatThrownBy(() -> StreamContract.write(client, new byte[64_000_000]))
                        .isInstanceOf(IOException.class);
                answering.join();
            }
        }
    }

    /** Goes away then, without having read all of it. */
    private static void answerUntilARequestComes(SocketChannel served, ByteBuffer answer) {
        try (served;
                Selector selector = Selector.open()) {
            served.register(selector, SelectionKey.OP_READ);
            selector.select();
            while (served.write(answer) > 0) {
                assertThat(answer.hasRemaining()).isTrue();
            }
            served.read(ByteBuffer.allocate(1));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void refusesDescriptorsAndSaysSo() throws Exception {
        assertRefused(SEND_DESCRIPTOR, ResetReason.DESCRIPTORS);
    }

    /** Runs a program that connects and sends what cannot be carried: neither the JDK nor a shell can. */
    private void assertRefused(String program, ResetReason reason) throws Exception {
        try (ServerSocketChannel server = StreamContract.tcpServer()) {
            bridge.route("a", "unix:" + path("a"), "tcp:127.0.0.1:" + StreamContract.port(server))
                    .awaitState("a", RouteState.READY);
            Process app = new ProcessBuilder("python3", "-c", program, path("a").toString())
                    .redirectErrorStream(true)
                    .start();
            processes.add(app);
            try (SocketChannel served = server.accept()) {
                assertReset(served);
            }
            assertThat(new String(app.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("ConnectionResetError\n");
            assertThat(bridge.table.routes().getFirst().meter().resets()).containsOnlyKeys(reason);
        }
    }

    private static void askAndBeginToAnswer(SocketChannel client, SocketChannel served, int request)
            throws IOException {
        byte[] asked = StreamContract.random(1, request);
        Thread asking = Thread.ofVirtual().start(() -> {
            try {
                StreamContract.write(client, asked);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        assertThat(read(served, request)).isEqualTo(asked);
        try {
            asking.join();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        StreamContract.write(served, new byte[] {1, 2, 3});
        read(client, 3);
    }

    private static byte[] read(SocketChannel channel, int count) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(count);
        while (all.hasRemaining()) {
            assertThat(channel.read(all)).isPositive();
        }
        return all.array();
    }

    private static void assertReset(SocketChannel channel) {
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1)))
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    private Process relay(String listen, String connect) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of("..", "bin", "socketbridge").toString(), "relay", "--threads", "1", listen, connect)
                .redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private Path path(String name) {
        return directory.resolve(name);
    }
}
