package io.socketbridge.sidecar.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code bin/socketbridge} as built. */
@Timeout(120)
class ProgramIT {

    @TempDir
    Path directory = Path.of("");

    private record Ended(int status, String output) {}

    @Test
    void showsWhatThereIs() throws Exception {
        assertThat(run("--help").output()).contains("relay", "run", "sidecar", "unix:@NAME", "Exit codes");
        assertThat(run("relay", "--help").output()).contains("LISTEN", "CONNECT", "--threads", "--mode");
        assertThat(run("--version").output()).contains("socketbridge 0.");
    }

    @Test
    void refusesWhatItDoesNotUnderstand() throws Exception {
        assertRefused(run("relay", "unix:x", "tcp:a:1"), "unix:x", "not absolute");
        assertRefused(
                run("relay", "sctp:a:1", "tcp:a:1"), "sctp:a:1", "does not start with a known scheme", "udp:HOST:PORT");
        assertRefused(run("relay", "unix:/x", "tcp:a:1", "--mode", "99"), "--mode '99'");
        assertRefused(run("relay", "unix:/x"), "CONNECT");
        assertRefused(run("run"), "--config");
        assertRefused(run(), "a command is missing");
    }

    @Test
    void failsWithAReasonWhenTheAddressCannotBeHad() throws Exception {
        Ended ended = run("relay", "unix:" + directory.resolve("none/a"), "tcp:127.0.0.1:1");
        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.output()).contains("bind", "ENOENT");
        Ended config = run("run", "--config", directory.resolve("none").toString());
        assertThat(config.status()).isEqualTo(1);
        assertThat(config.output()).contains(directory.resolve("none").toString());
    }

    @Test
    void relaysUntilItIsToldToStopAndLeavesNothing() throws Exception {
        assertRelays("relay", "unix:" + directory.resolve("a"), "tcp:127.0.0.1:");
    }

    @Test
    void runsTheRoutesOfAFile() throws Exception {
        Path config = directory.resolve("config.json");
        try (ServerSocketChannel server = server()) {
            Files.writeString(config, """
                    {"routes": [{"id": "a", "listen": {"address": "unix:%s", "mode": "0600"},
                                 "targets": [{"address": "tcp:127.0.0.1:%d"}]}]}
                    """.formatted(directory.resolve("a"), port(server)));
            assertServes(server, start("run", "--threads", "1", "--config", config.toString()));
        }
    }

    @Test
    void letsOpenConnectionsEndBeforeItEnds() throws Exception {
        try (ServerSocketChannel server = server()) {
            Process process = start(
                    "relay",
                    "--drain-timeout",
                    "60",
                    "unix:" + directory.resolve("a"),
                    "tcp:127.0.0.1:" + port(server));
            try {
                awaitServing(server);
                try (SocketChannel client = SocketChannel.open(address());
                        SocketChannel served = server.accept()) {
                    process.destroy();
                    await().atMost(Duration.ofSeconds(20)).until(() -> !Files.exists(directory.resolve("a")));
                    client.write(ByteBuffer.wrap(new byte[] {1}));
                    assertThat(served.read(ByteBuffer.allocate(2))).isEqualTo(1);
                    assertThat(process.isAlive()).isTrue();
                }
                assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isZero();
            } finally {
                process.destroyForcibly();
            }
        }
    }

    @Test
    void trainsForTheImage() throws Exception {
        Ended ended = run("train");
        assertThat(ended.status()).as(ended.output()).isZero();
    }

    private void assertRelays(String command, String listen, String target) throws Exception {
        try (ServerSocketChannel server = server()) {
            assertServes(server, start(command, listen, target + port(server)));
        }
    }

    private void assertServes(ServerSocketChannel server, Process process) throws Exception {
        try {
            awaitServing(server);
            try (SocketChannel client = SocketChannel.open(address());
                    SocketChannel served = server.accept()) {
                client.write(ByteBuffer.wrap(new byte[] {1}));
                assertThat(served.read(ByteBuffer.allocate(2))).isEqualTo(1);
            }
            process.destroy();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            assertThat(directory.resolve("a")).doesNotExist();
        } finally {
            process.destroyForcibly();
        }
    }

    private UnixDomainSocketAddress address() {
        return UnixDomainSocketAddress.of(directory.resolve("a"));
    }

    private void awaitServing(ServerSocketChannel server) throws IOException {
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
            SocketChannel.open(address()).close();
            return true;
        });
        server.accept().close();
    }

    private static void assertRefused(Ended ended, String... parts) {
        assertThat(ended.status()).as(ended.output()).isEqualTo(2);
        assertThat(ended.output()).contains(parts);
    }

    private Ended run(String... arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), output);
    }

    private Process start(String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(Path.of("..", "bin", "socketbridge").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder.start();
    }

    private static ServerSocketChannel server() throws IOException {
        return ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private static int port(ServerSocketChannel server) throws IOException {
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }
}
