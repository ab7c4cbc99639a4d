package io.socketbridge.sidecar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernel does not always give a connection that is there; none is lost by that, and the processor stays free. */
@Timeout(120)
class AcceptErrorsIT {

    @TempDir
    Path directory = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"ECONNABORTED", "ENFILE", "EMFILE", "ENOMEM", "EINTR"})
    void losesNoConnectionToAnErrorThatPasses(String error) throws Exception {
        List<String> strace = List.of(
                "strace",
                "-f",
                "-qq",
                "-o",
                directory.resolve("trace").toString(),
                "-e",
                "trace=accept4",
                "-e",
                "inject=accept4:error=" + error + ":when=1..3");
        try (ServerSocketChannel server = Program.server();
                Program program = Program.start(
                        directory, strace, "relay", "--threads", "1", "unix:" + path("a"), Program.address(server))) {
            program.awaitOutput("listening on");
            for (int i = 0; i < 3; i++) {
                try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path("a")));
                        SocketChannel served = server.accept()) {
                    assertExchange(client, served);
                }
            }
            assertThat(Files.readString(directory.resolve("trace"))).contains(error + " ");
            if (!error.equals("EINTR")) {
                // Three errors within one interval of the log are one line.
                assertThat(program.output().lines().filter(line -> line.contains(error)))
                        .hasSize(1);
            }
            program.process().descendants().forEach(ProcessHandle::destroy);
            program.awaitEnd(0);
        }
    }

    @Test
    void letsConnectionsWaitForWhichThereIsNoDescriptorAndServesThemWhenOthersEnd() throws Exception {
        try (ServerSocketChannel server = Program.server();
                Program program = Program.start(
                        directory,
                        List.of(),
                        "relay",
                        "--threads",
                        "1",
                        "unix:" + path("a"),
                        Program.address(server))) {
            program.awaitOutput("listening on");
            List<SocketChannel> clients = new ArrayList<>(List.of(connected((byte) 0)));
            List<SocketChannel> served = new ArrayList<>(List.of(server.accept()));
            long pid = program.process().pid();
            long open = openDescriptors(pid);
            // Room for seven connections more, and a descriptor that is of no use alone.
            assertThat(new ProcessBuilder("prlimit", "--pid", String.valueOf(pid), "--nofile=" + (open + 15) + ":")
                            .start()
                            .waitFor())
                    .isZero();
            for (int i = 1; i < 40; i++) {
                clients.add(connected((byte) i));
            }
            program.awaitOutput("EMFILE");
            long ticks = cpuTicks(pid);
            long start = System.nanoTime();
            org.awaitility.Awaitility.await()
                    .during(java.time.Duration.ofSeconds(2))
                    .atMost(Program.DEADLINE)
                    .until(() -> program.process().isAlive());
            long hundredths = (System.nanoTime() - start) / 10_000_000;
            // A loop that is busy would take all of it.
            assertThat(cpuTicks(pid) - ticks).isLessThan(hundredths / 2);
            List<Byte> came = new ArrayList<>();
            came.add(read(served.getFirst()));
            served.removeFirst().close();
            clients.removeFirst().close();
            while (came.size() < 40) {
                SocketChannel next = server.accept();
                byte client = read(next);
                came.add(client);
                next.close();
                clients.get(client - 1).close();
            }
            assertThat(came).doesNotHaveDuplicates().hasSize(40);
            program.end(0);
        }
    }

    private SocketChannel connected(byte number) throws IOException {
        SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path("a")));
        client.write(ByteBuffer.wrap(new byte[] {number}));
        return client;
    }

    private static byte read(SocketChannel from) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        assertThat(from.read(one)).isEqualTo(1);
        return one.get(0);
    }

    private static void assertExchange(SocketChannel client, SocketChannel served) throws IOException {
        client.write(ByteBuffer.wrap(new byte[] {1}));
        assertThat(read(served)).isEqualTo((byte) 1);
        served.write(ByteBuffer.wrap(new byte[] {2}));
        assertThat(read(client)).isEqualTo((byte) 2);
    }

    private static long openDescriptors(long pid) throws IOException {
        try (var all = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return all.mapToLong(each -> Long.parseLong(each.getFileName().toString()))
                    .max()
                    .orElseThrow();
        }
    }

    /** Of the process, in hundredths of a second: {@code utime} and {@code stime} of proc(5). */
    private static long cpuTicks(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
        return Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12));
    }

    private Path path(String name) {
        return directory.resolve(name);
    }
}
