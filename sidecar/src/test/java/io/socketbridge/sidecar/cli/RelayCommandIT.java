package io.socketbridge.sidecar.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the options of {@code relay} do. */
@Timeout(120)
class RelayCommandIT {

    private static final Pattern ID = Pattern.compile(" connection=([0-9a-f]{8}-[0-9a-f]{16}) ");

    @TempDir
    Path directory = Path.of("");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    --when-unavailable=hope  | --when-unavailable | hope
                    --max-connections=-1     | --max-connections -1 | 0 is for
                    --max-connections=many   | --max-connections | many
                    --connect-timeout=0      | --connect-timeout 0 | at least 1ms
                    --idle-timeout=1d        | --idle-timeout | 1d' is not a duration
                    --drain-timeout=-1s      | --drain-timeout | -1s' is not a duration
                    --dead-peer-timeout=5s   | --dead-peer-timeout 5000ms | at least 6000ms
                    --connect-timeout=2h     | --connect-timeout 7200000ms | at most 1h
                    --idle-timeout=721h      | --idle-timeout 2595600000ms | at most 720h
                    --drain-timeout=999999999h | --drain-timeout | at most 1h
                    --dead-peer-timeout=2h   | --dead-peer-timeout 7200000ms | at most 1h
                    --max-lifetime=721h      | --max-lifetime 2595600000ms | at most 720h
                    --access-log=101         | --access-log 101 | 0-100
                    --accept-proxy-v2        | --accept-proxy-v2 | unix:/a
                    --framing=lines          | --framing | length-prefix, newline or none
                    --framing=headed         | --framing headed | length-prefix, newline or none
                    --max-record=10          | --max-record | unix-seqpacket:
                    --oversize=truncate      | --oversize | unix-seqpacket:
                    --header-control=32      | --header-control | unix-seqpacket:
                    --header-datastream=3    | --header-datastream | unix-seqpacket:
                    --headers-on-input       | --headers-on-input | unix-seqpacket:
                    --headers-on-output      | --headers-on-output | unix-seqpacket:
                    """)
    void saysWhichOptionIsWrongAndWhatIsAllowed(String option, String name, String why) throws Exception {
        try (Program program = Program.start(directory, List.of(), "relay", option, "unix:/a", "tcp:127.0.0.1:1")) {
            program.awaitEnd(2);
            assertThat(program.output()).contains(name, why);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    --max-record=0           | --max-record 0 | from 1 to 16777216
                    --max-record=16777217    | --max-record 16777217 | from 1 to 16777216
                    --max-record=many        | --max-record | many
                    --oversize=keep          | --oversize | keep
                    --header-control=1       | --header-control 1 | attention
                    --header-datastream=256  | --header-datastream 256 | 0-255
                    --framing=newline        | --framing | unix: address
                    --wire-framing=lines     | --wire-framing | length-prefix, newline or none
                    """)
    void saysWhichOptionOfRecordsIsWrongAndWhatIsAllowed(String option, String name, String why) throws Exception {
        try (Program program =
                Program.start(directory, List.of(), "relay", option, "unix-seqpacket:/a", "tcp:127.0.0.1:1")) {
            program.awaitEnd(2);
            assertThat(program.output()).contains(name, why);
        }
    }

    @Test
    void saysThatItMayNotHaveTheDescriptorsForSoManyConnections() throws Exception {
        try (Program program = Program.start(
                directory,
                List.of("prlimit", "--nofile=1000:1000"),
                "relay",
                "--max-connections=400",
                "unix:" + directory.resolve("a"),
                "tcp:127.0.0.1:1")) {
            program.awaitEnd(1);
            assertThat(program.output()).contains("maxConnections", "400", "1000", "1120", "ulimit -n", "340");
        }
    }

    @Test
    void resetsWhatDoesNotEndInTheTimeThatItHasAfterItsTermination() throws Exception {
        try (ServerSocketChannel server = Program.server();
                Program program = Program.start(
                        directory,
                        List.of(),
                        "relay",
                        "--drain-timeout=1500ms",
                        "unix:" + directory.resolve("a"),
                        Program.address(server))) {
            program.awaitOutput("listening on");
            try (SocketChannel client = SocketChannel.open(address());
                    SocketChannel served = server.accept()) {
                client.write(ByteBuffer.wrap(new byte[] {1}));
                assertThat(served.read(ByteBuffer.allocate(1))).isEqualTo(1);
                program.process().destroy();
                Awaitility.await().atMost(Program.DEADLINE).until(() -> !Files.exists(directory.resolve("a")));
                // It goes on, and another signal changes nothing.
                program.process().destroy();
                served.write(ByteBuffer.wrap(new byte[] {2}));
                assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(1);
                assertReset(client);
                assertReset(served);
                program.awaitEnd(0);
                assertThat(program.output().lines().filter(line -> line.contains("ending; 1 connections did not end")))
                        .hasSize(1);
            }
        }
    }

    @Test
    void holdsConnectionsWhileNobodyListens() throws Exception {
        try (Program program = Program.start(
                directory,
                List.of(),
                "relay",
                "--when-unavailable=wait",
                "unix:" + directory.resolve("a"),
                "unix:" + directory.resolve("s"))) {
            program.awaitOutput("wait");
            Awaitility.await().atMost(Program.DEADLINE).until(() -> Files.exists(directory.resolve("a")));
            try (SocketChannel client = connected()) {
                client.write(ByteBuffer.wrap(new byte[] {1}));
                try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                                .bind(UnixDomainSocketAddress.of(directory.resolve("s")));
                        SocketChannel served = server.accept()) {
                    assertThat(served.read(ByteBuffer.allocate(2))).isEqualTo(1);
                }
            }
            program.end(0);
        }
    }

    @Test
    void logsAConnectionUnderTheSameNameAtBothEnds() throws Exception {
        try (ServerSocketChannel server = Program.server();
                Program serving = Program.start(
                        directory,
                        List.of(),
                        "relay",
                        "--access-log",
                        "--accept-proxy-v2",
                        "tcp:127.0.0.1:0",
                        Program.address(server))) {
            serving.awaitOutput("listening on tcp:");
            Matcher port = Pattern.compile("listening on (tcp:[0-9.:]+)").matcher(serving.output());
            assertThat(port.find()).isTrue();
            try (Program connecting = Program.start(
                    directory,
                    List.of(),
                    "relay",
                    "--access-log=100",
                    "--send-proxy-v2",
                    "unix:" + directory.resolve("a"),
                    port.group(1))) {
                connecting.awaitOutput("listening on unix:");
                try (SocketChannel client = SocketChannel.open(address());
                        SocketChannel served = server.accept()) {
                    client.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
                    assertThat(served.read(ByteBuffer.allocate(9))).isEqualTo(3);
                    served.write(ByteBuffer.wrap(new byte[] {4}));
                    assertThat(client.read(ByteBuffer.allocate(9))).isEqualTo(1);
                }
                connecting.awaitOutput("connection ended:");
                serving.awaitOutput("connection ended:");
                assertThat(connecting.output())
                        .contains(
                                "uid=" + Files.getAttribute(Path.of("/proc/self"), "unix:uid"),
                                "pid=" + ProcessHandle.current().pid(),
                                "target=" + port.group(1),
                                "bytesToTarget=3 bytesFromTarget=1",
                                "end=closed");
                assertThat(serving.output())
                        .contains("socket=" + directory.resolve("a"), "bytesToTarget=3 bytesFromTarget=1");
                assertThat(id(connecting)).isEqualTo(id(serving));
            }
        }
    }

    @Test
    void namesTheReasonOfAConnectionThatFailedInTheLog() throws Exception {
        String nobody;
        try (ServerSocketChannel gone = Program.server()) {
            nobody = Program.address(gone);
        }
        try (Program program =
                Program.start(directory, List.of(), "relay", "--access-log", "tcp:127.0.0.1:0", nobody)) {
            program.awaitOutput("listening on tcp:");
            Matcher port =
                    Pattern.compile("listening on tcp:127.0.0.1:([0-9]+)").matcher(program.output());
            assertThat(port.find()).isTrue();
            try (SocketChannel client = SocketChannel.open(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port.group(1))))) {
                String own = client.getLocalAddress().toString().replace("/", "");
                assertReset(client);
                program.awaitOutput("end=refused");
                assertThat(program.output()).contains("peer=" + own);
            }
            program.end(0);
        }
    }

    private static String id(Program program) throws IOException {
        Matcher matcher = ID.matcher(program.output());
        assertThat(matcher.find()).as(program.output()).isTrue();
        return matcher.group(1);
    }

    private static void assertReset(SocketChannel channel) {
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1)))
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    private SocketChannel connected() {
        return Awaitility.await()
                .ignoreExceptions()
                .until(() -> SocketChannel.open(address()), SocketChannel::isConnected);
    }

    private UnixDomainSocketAddress address() {
        return UnixDomainSocketAddress.of(directory.resolve("a"));
    }
}
