package io.socketbridge.sidecar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whether an app listens on its socket is found out whatever the circumstances. */
@Timeout(120)
class AppSocketIT {

    /** Listens on an abstract name, and echoes. */
    private static final String ECHO = """
            import socket, sys
            server = socket.socket(socket.AF_UNIX)
            server.bind("\\0" + sys.argv[1])
            server.listen()
            print("up", flush=True)
            while True:
                client = server.accept()[0]
                client.sendall(client.recv(1))
                client.close()
            """;

    /** In two file systems that number their files alike, a socket that is listened on and one that is left of a dead process. */
    private static final String TWO_FILE_SYSTEMS = """
            mount -t tmpfs one "$0/one" && mount -t tmpfs two "$0/two" || exit 9
            python3 -c 'if True:
                import os, socket, sys, time
                live = socket.socket(socket.AF_UNIX)
                live.bind(sys.argv[1] + "/one/live")
                live.listen()
                dead = socket.socket(socket.AF_UNIX)
                dead.bind(sys.argv[1] + "/two/dead")
                dead.close()
                same = os.stat(sys.argv[1] + "/one/live").st_ino == os.stat(sys.argv[1] + "/two/dead").st_ino
                print("alike" if same else "different", flush=True)
                while os.getppid() == int(sys.argv[2]):
                    time.sleep(0.1)
            ' "$0" $$ &
            while [ ! -S "$0/two/dead" ]; do sleep 0.1; done
            exec "$@"
            """;

    @TempDir
    Path directory = Path.of("");

    @Test
    void aServerIsNotTakenForGoneWhereTheSidecarHasNoDescriptorToAskWith() throws Exception {
        String name = directory.toString().replace('/', '-');
        Process app = new ProcessBuilder("python3", "-c", ECHO, name).start();
        try (Program program =
                Program.start(directory, List.of(), "relay", "unix:" + directory.resolve("a"), "unix:@" + name)) {
            assertThat(app.inputReader().readLine()).isEqualTo("up");
            program.awaitOutput("listening on");
            String before = program.output();
            limitDescriptors(program, 3);
            Awaitility.await()
                    .during(Duration.ofSeconds(2))
                    .atMost(Program.DEADLINE)
                    .until(() -> program.output().equals(before));
            limitDescriptors(program, 500);
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("a")))) {
                client.write(ByteBuffer.wrap(new byte[] {5}));
                assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(1);
            }
            program.end(0);
        } finally {
            app.destroyForcibly();
        }
    }

    @Test
    void aSocketIsNotTakenForAnotherThatHasTheSameNumberOnAnotherFileSystem() throws Exception {
        try (Program program = inTwoFileSystems("tcp:127.0.0.1:0", "unix:" + directory.resolve("two/dead"))) {
            program.awaitOutput("alike");
            program.awaitOutput("exists, but nobody listens on it");
            program.end(0);
        }
        try (Program program = inTwoFileSystems("unix:" + directory.resolve("two/dead"), "tcp:127.0.0.1:1")) {
            program.awaitOutput("alike");
            program.awaitOutput("listening on unix:" + directory.resolve("two/dead"));
            program.end(0);
        }
        try (Program program = inTwoFileSystems("tcp:127.0.0.1:0", "unix:" + directory.resolve("one/live"))) {
            program.awaitOutput("listening on tcp:");
            program.end(0);
        }
    }

    @Test
    void aPathThatTheLocaleCannotExpressIsOneClearError() throws Exception {
        Path config = directory.resolve("config.json");
        Files.writeString(config, """
                {"routes": [{"id": "a", "listen": {"address": "tcp:127.0.0.1:0"},
                             "targets": [{"address": "unix:/tmp/\u00fc.sock"}]}]}
                """);
        try (Program program =
                Program.start(directory, List.of("env", "LC_ALL=C"), "run", "--config", config.toString())) {
            program.awaitOutput("set LC_ALL=C.UTF-8");
            Awaitility.await()
                    .during(Duration.ofSeconds(1))
                    .until(() -> program.output().lines().count() == 1);
            program.end(0);
        }
        Files.writeString(config, """
                {"routes": [{"id": "a", "listen": {"address": "unix:/tmp/\u00fc.sock"}}]}
                """);
        try (Program program =
                Program.start(directory, List.of("env", "LC_ALL=C"), "run", "--config", config.toString())) {
            program.awaitEnd(1);
            assertThat(program.output()).contains("set LC_ALL=C.UTF-8");
        }
    }

    private Program inTwoFileSystems(String listen, String connect) throws IOException {
        Files.createDirectories(directory.resolve("one"));
        Files.createDirectories(directory.resolve("two"));
        return Program.start(
                directory,
                List.of("unshare", "--mount", "--map-root-user", "sh", "-c", TWO_FILE_SYSTEMS, directory.toString()),
                "relay",
                listen,
                connect);
    }

    private static void limitDescriptors(Program program, int most) throws Exception {
        assertThat(new ProcessBuilder(
                                "prlimit",
                                "--pid",
                                String.valueOf(program.process().pid()),
                                "--nofile=" + most + ":")
                        .start()
                        .waitFor())
                .isZero();
    }
}
