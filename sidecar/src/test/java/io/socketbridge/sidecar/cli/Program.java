package io.socketbridge.sidecar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** {@code bin/socketbridge} as built, at work; its output goes to a file. */
final class Program implements AutoCloseable {

    static final Duration DEADLINE = Duration.ofSeconds(30);

    private final Process process;
    private final Path output;

    private Program(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /**
     * Starts it.
     *
     * @param before what it is started by, such as {@code strace}
     */
    static Program start(Path directory, List<String> before, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of("..", "bin", "socketbridge").toString());
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(directory, "output", ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return new Program(builder.start(), output);
    }

    static ServerSocketChannel server() throws IOException {
        return ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
    }

    static String address(ServerSocketChannel server) throws IOException {
        return "tcp:127.0.0.1:" + ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    String output() throws IOException {
        return Files.readString(output, StandardCharsets.UTF_8);
    }

    void awaitOutput(String part) {
        Awaitility.await()
                .atMost(DEADLINE)
                .untilAsserted(() -> assertThat(output()).contains(part));
    }

    Process process() {
        return process;
    }

    /** Sends SIGTERM, and expects that it ends with this status. */
    void end(int status) throws InterruptedException, IOException {
        process.destroy();
        awaitEnd(status);
    }

    void awaitEnd(int status) throws InterruptedException, IOException {
        assertThat(process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS))
                .as(output())
                .isTrue();
        assertThat(process.exitValue()).as(output()).isEqualTo(status);
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
