package io.socketbridge.sidecar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.NativeDatagramSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program with addresses of datagrams. Needs root, to take a privilege away. */
@Timeout(120)
class DatagramProgramIT {

    private static final List<String> WITHOUT_RAW =
            List.of("setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw");

    @TempDir
    private Path directory;

    @Test
    void carriesDatagramsFromOneSocketToAnother() throws Exception {
        String listen = directory.resolve("a").toString();
        String serve = directory.resolve("s").toString();
        try (NativeDatagramSocket server = NativeDatagramSocket.boundTo(serve);
                Program program = Program.start(
                        directory,
                        List.of(),
                        "relay",
                        "unix-dgram:" + listen,
                        "unix-dgram:" + serve,
                        "--overflow",
                        "drop-oldest")) {
            program.awaitOutput("listening on unix-dgram:" + listen);
            try (NativeDatagramSocket client = new NativeDatagramSocket().connect(listen)) {
                client.send(new byte[] {1, 2, 3});
                assertThat(server.receive().bytes()).containsExactly(1, 2, 3);
            }
            program.end(0);
        }
    }

    @Test
    void saysWhichCapabilityIsMissingAndRefusesWhoeverSends() throws Exception {
        String listen = directory.resolve("a").toString();
        try (Program program =
                        Program.start(directory, WITHOUT_RAW, "relay", "unix-dgram:" + listen, "raw:127.0.0.1:253");
                NativeDatagramSocket client = new NativeDatagramSocket()) {
            program.awaitOutput("need the capability NET_RAW");
            assertThat(client.trySend(new byte[1], listen)).isEqualTo(-Errno.ECONNREFUSED);
        }
    }

    @Test
    void endsWithThatWhereItIsToReceiveSuchPackets() throws Exception {
        try (Program program = Program.start(
                directory,
                WITHOUT_RAW,
                "relay",
                "raw:127.0.0.1:253",
                "unix-dgram:" + directory.resolve("s").toString())) {
            program.awaitEnd(1);
            assertThat(program.output()).contains("raw:127.0.0.1:253", "EPERM", "need the capability NET_RAW");
        }
    }

    @Test
    void refusesToJoinAStreamToPackets() throws Exception {
        try (Program program = Program.start(
                directory, List.of(), "relay", "unix:" + directory.resolve("a").toString(), "udp:127.0.0.1:9")) {
            program.awaitEnd(2);
            assertThat(program.output()).contains("cannot be joined to udp:127.0.0.1:9", "unix-dgram:");
        }
    }
}
