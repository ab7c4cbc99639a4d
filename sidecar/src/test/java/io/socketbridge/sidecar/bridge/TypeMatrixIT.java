package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.contract.Framing;
import io.socketbridge.contract.Limits;
import io.socketbridge.contract.Overflow;
import io.socketbridge.contract.Oversize;
import io.socketbridge.contract.RecordHeaders;
import io.socketbridge.contract.Records;
import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.SocketType;
import io.socketbridge.contract.UnixAddress;
import io.socketbridge.contract.WhenUnavailable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every pair of socket types, with programs at both ends that know nothing of what is between them: records of random sizes go both ways,
 * and each comes back whole and in order. {@code docs/types.md} says of each pair what else it keeps.
 */
@Timeout(120)
class TypeMatrixIT {

    private static final String APP = "src/test/resources/apps/records.py";

    @TempDir
    Path directory = Path.of("");

    private final List<Process> processes = new ArrayList<>();
    private Bridge bridge;

    @BeforeEach
    void start() throws IOException {
        bridge = new Bridge();
    }

    @AfterEach
    void stop() {
        processes.forEach(Process::destroyForcibly);
        bridge.close();
    }

    /** All sixteen, and those in which a stream meets records once more with the other framing. */
    static Stream<Arguments> pairs() {
        List<Arguments> pairs = new ArrayList<>();
        for (SocketType client : SocketType.values()) {
            for (SocketType server : SocketType.values()) {
                pairs.add(Arguments.of(client, server, Framing.LENGTH_PREFIX));
                if (client.hasRecords() != server.hasRecords()) {
                    pairs.add(Arguments.of(client, server, Framing.NEWLINE));
                }
            }
        }
        return pairs.stream();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void carriesRecordsBothWaysThroughATunnel(SocketType client, SocketType server, Framing framing) throws Exception {
        carries(client, server, framing, "tunnel:127.0.0.1:0", "tunnel:127.0.0.1:");
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void carriesRecordsBothWaysOverTcp(SocketType client, SocketType server, Framing framing) throws Exception {
        carries(client, server, framing, "tcp:127.0.0.1:0", "tcp:127.0.0.1:");
    }

    private void carries(SocketType client, SocketType server, Framing framing, String listen, String connect)
            throws Exception {
        Records records = client.hasRecords() || server.hasRecords() ? spoken(framing) : Records.NONE;
        Process serving = app("server", server, framing, directory.resolve("s"));
        assertThat(serving.inputReader().readLine()).isEqualTo("listening");
        route("server", listen, address(server, "s"), records);
        bridge.awaitState("server", RouteState.READY);
        route("client", address(client, "c"), connect + bridge.port("server"), records);
        bridge.awaitState("client", RouteState.READY);

        long seed = new Random().nextLong(1_000_000);
        Process asking = app("client", client, framing, directory.resolve("c"), Long.toString(seed));
        String said = new String(asking.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(asking.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(said).as("seed %d", seed).startsWith("300 records of up to ").endsWith(" bytes came back\n");
    }

    private static Records spoken(Framing framing) {
        return new Records(
                Records.DEFAULT_MOST_BYTES,
                Oversize.REJECT,
                framing,
                Framing.HEADED,
                Overflow.BLOCK,
                RecordHeaders.HIDDEN);
    }

    private void route(String id, String listen, String target, Records records) {
        bridge.route(
                id, Bridge.listen(listen), WhenUnavailable.REFUSE, Limits.DEFAULT, records, Bridge.targets(target));
    }

    private String address(SocketType type, String name) {
        return new UnixAddress(type, directory.resolve(name).toString()).toString();
    }

    private Process app(String role, SocketType type, Framing framing, Path path, String... more) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("python3", APP, role, type.text(), framing.text(), path.toString()));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        processes.add(process);
        return process;
    }
}
