package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socketbridge.contract.Limits;
import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.WhenUnavailable;
import io.socketbridge.sidecar.relay.ResetReason;
import java.io.IOException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A machine that vanishes without a word is noticed. Needs root: the machine is a network namespace. */
@Timeout(90)
class DeadPeerIT {

    /** Echoes the first byte of each connection, and reads no more. */
    private static final String SERVER = """
            import socket
            server = socket.create_server(("0.0.0.0", 7000))
            print("listening", flush=True)
            kept = []
            while True:
                connection = server.accept()[0]
                connection.sendall(connection.recv(1))
                kept.append(connection)
            """;

    private static final Limits LIMITS = new Limits(0, 10_000, 0, 5_000, Limits.LEAST_DEAD_PEER_TIMEOUT_MILLIS, 0);

    @TempDir
    Path directory = Path.of("");

    /** The kernel lets go of a name only some time after it was deleted, so each test has its own. */
    private final String machine = "sb" + ProcessHandle.current().pid() + "-" + System.nanoTime() / 1_000_000 % 100_000;

    private final Bridge bridge;
    private @Nullable Process server;

    DeadPeerIT() throws IOException {
        bridge = new Bridge();
    }

    @BeforeEach
    void start() throws Exception {
        run("ip", "netns", "add", machine);
        run("ip", "link", "add", machine, "type", "veth", "peer", "name", "eth0", "netns", machine);
        run("ip", "address", "add", "198.18.77.1/30", "dev", machine);
        run("ip", "link", "set", machine, "up");
        run("ip", "-n", machine, "address", "add", "198.18.77.2/30", "dev", "eth0");
        run("ip", "-n", machine, "link", "set", "eth0", "up");
        server = new ProcessBuilder("ip", "netns", "exec", machine, "python3", "-c", SERVER)
                .redirectErrorStream(true)
                .start();
        assertThat(server.inputReader().readLine()).isEqualTo("listening");
        bridge.route(
                        "a",
                        Bridge.listen("unix:" + directory.resolve("a")),
                        WhenUnavailable.REFUSE,
                        LIMITS,
                        Bridge.targets("tcp:198.18.77.2:7000"))
                .awaitState("a", RouteState.READY);
    }

    @AfterEach
    void stop() throws Exception {
        bridge.close();
        if (server != null) {
            server.destroyForcibly().waitFor();
        }
        // A namespace's end takes its time, and its address would be there twice.
        run("ip", "link", "delete", machine);
        run("ip", "netns", "delete", machine);
    }

    @Test
    void tellsAnAppThatWaitsForAnAnswer() throws Exception {
        try (SocketChannel client = connected()) {
            vanish();
            assertReset(client);
        }
    }

    @Test
    void tellsAnAppWhoseBytesAreNotAnswered() throws Exception {
        try (SocketChannel client = connected()) {
            vanish();
            StreamContract.write(client, new byte[100]);
            assertReset(client);
        }
    }

    @Test
    void tellsAnAppThatWaitsForAReaderWhoHadStopped() throws Exception {
        try (SocketChannel client = connected()) {
            client.configureBlocking(false);
            ByteBuffer bytes = ByteBuffer.allocate(100_000);
            Bridge.await(
                    () -> {
                        write(client, bytes.clear());
                        return bridge.meter("a").blockedToTargetSeconds() > 2;
                    },
                    () -> "the reader never stopped");
            vanish();
            Bridge.await(() -> !bridge.meter("a").resets().isEmpty(), () -> "it was not noticed");
            assertNoticed();
            client.configureBlocking(true);
            assertReset(client);
        }
    }

    private SocketChannel connected() throws IOException {
        SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("a")));
        StreamContract.write(client, new byte[] {1});
        assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(1);
        return client;
    }

    private void vanish() throws Exception {
        run("ip", "-n", machine, "link", "set", "eth0", "down");
    }

    private void assertReset(SocketChannel client) {
        assertThatThrownBy(() -> client.read(ByteBuffer.allocate(1)))
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
        assertNoticed();
    }

    private void assertNoticed() {
        assertThat(bridge.meter("a").resets()).containsOnlyKeys(ResetReason.DEAD_PEER);
        bridge.awaitActive("a", 0);
    }

    private static void write(SocketChannel client, ByteBuffer bytes) {
        try {
            client.write(bytes);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}
