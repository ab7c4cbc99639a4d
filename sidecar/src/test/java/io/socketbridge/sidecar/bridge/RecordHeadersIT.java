package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.contract.Framing;
import io.socketbridge.contract.Overflow;
import io.socketbridge.contract.Oversize;
import io.socketbridge.contract.RecordHeaders;
import io.socketbridge.contract.Records;
import io.socketbridge.contract.RouteState;
import io.socketbridge.sidecar.linux.NativeSeqPacket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers that apps write in front of their records, and read. */
@Timeout(120)
class RecordHeadersIT {

    private static final Path EXAMPLE = Path.of("..", "examples", "seqpacket-headers");

    private static final RecordHeaders BOTH = new RecordHeaders(true, true, RecordHeaders.END_OF_MESSAGE, 0);

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
    @ValueSource(strings = {"tcp", "tunnel"})
    void theExampleSaysWhatItsPageSays(String between) throws Exception {
        Path client = directory.resolve("client");
        Process compiler = run("cc", "-Wall", "-Wextra", "-Werror", "-o", client.toString(), file("client.c"));
        assertThat(output(compiler)).isEmpty();
        Path heard = directory.resolve("heard");
        processes.add(new ProcessBuilder("python3", file("server.py"), path("s"))
                .redirectErrorStream(true)
                .redirectOutput(heard.toFile())
                .start());
        Bridge.await(() -> Files.exists(directory.resolve("s")), () -> "the server has not started");
        bridges(between, BOTH, BOTH);
        Process app = run(client.toString(), path("a"));
        String answers = output(app);
        assertThat(answers)
                .isEqualTo("0: datastream 7, control 0x10: TO BE OR NOT TO BE\n1: datastream 8, control 0x30: STOP\n");
        assertThat(Files.readString(EXAMPLE.resolve("README.md"))).contains("```\n" + answers + "```\n");
        assertThat(app.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(app.exitValue()).isZero();
        assertThat(heard).content(StandardCharsets.UTF_8).isEqualTo("""
                        0: datastream 7, control 0x00: to be\s
                        1: datastream 7, control 0x00: or not\s
                        2: datastream 7, control 0x10: to be
                        3: datastream 8, control 0x30: stop
                        """);
    }

    @Test
    void anAppThatWritesNoHeadersHasTheDefaultOnesOfItsOwnEnd() throws Exception {
        try (NativeSeqPacket server = NativeSeqPacket.listen("unix-seqpacket:" + path("s"))) {
            bridges("tunnel", new RecordHeaders(false, false, RecordHeaders.ATTENTION, 5), BOTH);
            try (NativeSeqPacket client = NativeSeqPacket.connect("unix-seqpacket:" + path("a"));
                    NativeSeqPacket served = server.accept()) {
                client.send(new byte[] {'x'});
                client.send(new byte[0]);
                assertThat(served.receive()).hasValue(new byte[] {0x20, 5, 0, 0, 'x'});
                assertThat(served.receive()).hasValue(new byte[] {0x20, 5, 0, 1});
                served.send(new byte[] {0x10, 3, 9, 9, 'y'});
                assertThat(client.receive()).hasValue(new byte[] {'y'});
            }
        }
    }

    private void bridges(String between, RecordHeaders client, RecordHeaders server) {
        bridge.route("b", records(server), between + ":127.0.0.1:0", "unix-seqpacket:" + path("s"))
                .awaitState("b", RouteState.READY);
        bridge.route("a", records(client), "unix-seqpacket:" + path("a"), between + ":127.0.0.1:" + bridge.port("b"))
                .awaitState("a", RouteState.READY);
    }

    private static Records records(RecordHeaders headers) {
        return new Records(Records.DEFAULT_MOST_BYTES, Oversize.REJECT, Framing.LENGTH_PREFIX, Overflow.BLOCK, headers);
    }

    private Process run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        processes.add(process);
        return process;
    }

    private static String output(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String file(String name) {
        return EXAMPLE.resolve(name).toString();
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }
}
