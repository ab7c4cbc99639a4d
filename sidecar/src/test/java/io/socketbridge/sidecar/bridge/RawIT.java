package io.socketbridge.sidecar.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.contract.RouteState;
import io.socketbridge.sidecar.linux.NativeDatagramSocket;
import io.socketbridge.sidecar.linux.NativeDatagramSocket.Message;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** IP packets of any protocol, between this machine and another. Needs root: the other one is a network namespace. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class RawIT {

    private static final String HERE = "198.18.78.1";
    private static final String THERE = "198.18.78.2";
    private static final String HERE_6 = "fd00:78::1";
    private static final String THERE_6 = "fd00:78::2";

    /** Sends each packet's payload back, with "back: " in front. */
    private static final String ECHO = """
            import socket
            server = socket.socket(socket.%s, socket.SOCK_RAW, 253)
            print("ready", flush=True)
            while True:
                packet, sender = server.recvfrom(65536)
                header = (packet[0] & 15) * 4 if %s else 0
                server.sendto(b"back: " + packet[header:], sender)
            """;

    /** Sends a packet here, and prints the payload of the one that comes back. */
    private static final String ASK = """
            import socket
            client = socket.socket(socket.AF_INET, socket.SOCK_RAW, 253)
            client.sendto(b"from afar", ("HOST", 0))
            print(client.recv(65536)[20:].decode(), flush=True)
            """;

    /** Has no privilege; sends what a ping is to the socket, and prints what comes back. */
    private static final String PING = """
            import os, socket, struct
            os.setgroups([]); os.setgid(65534); os.setuid(65534)
            try:
                socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)
                raise SystemExit("has a privilege")
            except PermissionError:
                pass
            client = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            client.bind("")
            client.connect("\\0%s")
            request, answer, checked = %d, %d, %s
            body = struct.pack("!HH", 4711, 1) + b"are you there?"
            packet = struct.pack("!BBH", request, 0, 0) + body
            if checked:
                total = sum(struct.unpack("!%%dH" %% (len(packet) // 2), packet))
                while total >> 16:
                    total = (total & 0xFFFF) + (total >> 16)
                packet = struct.pack("!BBH", request, 0, ~total & 0xFFFF) + body
            client.send(packet)
            while True:
                reply = client.recv(65536)
                if reply[0] == answer:
                    print(reply[8:].decode(), flush=True)
                    break
            """;

    @TempDir
    private Path directory;

    /** The kernel lets go of a name only some time after it was deleted, so each test has its own. */
    private final String machine = "sr" + ProcessHandle.current().pid() + "-" + System.nanoTime() / 1_000_000 % 100_000;

    private final String socket = "socketbridge-raw-" + machine;
    private final Bridge bridge;
    private @Nullable Process process;

    RawIT() throws IOException {
        bridge = new Bridge();
    }

    @BeforeEach
    void start() throws Exception {
        run("ip", "netns", "add", machine);
        run("ip", "link", "add", machine, "type", "veth", "peer", "name", "eth0", "netns", machine);
        run("ip", "address", "add", HERE + "/30", "dev", machine);
        run("ip", "-6", "address", "add", HERE_6 + "/64", "dev", machine, "nodad");
        run("ip", "link", "set", machine, "up");
        run("ip", "-n", machine, "address", "add", THERE + "/30", "dev", "eth0");
        run("ip", "-n", machine, "-6", "address", "add", THERE_6 + "/64", "dev", "eth0", "nodad");
        run("ip", "-n", machine, "link", "set", "eth0", "up");
    }

    @AfterEach
    void stop() throws Exception {
        bridge.close();
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
        run("ip", "link", "delete", machine);
        run("ip", "netns", "delete", machine);
    }

    private static void run(String... command) throws Exception {
        Process run = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(run.getInputStream().readAllBytes(), UTF_8);
        assertThat(run.waitFor()).as(List.of(command) + ": " + output).isZero();
    }

    private BufferedReader there(String script) throws IOException {
        return started("ip", "netns", "exec", machine, "python3", "-c", script);
    }

    private BufferedReader started(String... command) throws IOException {
        Process made = new ProcessBuilder(command).redirectErrorStream(true).start();
        process = made;
        return made.inputReader(UTF_8);
    }

    private void route(String target) {
        bridge.route("a", "unix-dgram:@" + socket, target).awaitState("a", RouteState.READY);
    }

    private NativeDatagramSocket client() throws IOException {
        return NativeDatagramSocket.boundToAnyName().connect("@" + socket);
    }

    @Test
    void aProgramWithoutPrivilegePingsAnotherMachineThroughItsSocket() throws Exception {
        route("raw:" + THERE + ":1");
        String answer =
                started("python3", "-c", PING.formatted(socket, 8, 0, "True")).readLine();
        assertThat(answer).isEqualTo("are you there?");
    }

    @Test
    void overIpv6Too() throws Exception {
        route("raw:[" + THERE_6 + "]:58");
        // The kernel of the one who sends puts the checksum in.
        String answer = started("python3", "-c", PING.formatted(socket, 128, 129, "False"))
                .readLine();
        assertThat(answer).isEqualTo("are you there?");
    }

    @Test
    void payloadsOfAnyProtocolGoThereAndBackWithoutTheirHeaders() throws Exception {
        assertThat(there(ECHO.formatted("AF_INET", "True")).readLine()).isEqualTo("ready");
        route("raw:" + THERE + ":253");
        try (NativeDatagramSocket client = client()) {
            client.send("payload".getBytes(UTF_8));
            assertThat(new String(client.receive().bytes(), UTF_8)).isEqualTo("back: payload");
        }
    }

    @Test
    void payloadsOfAnyProtocolGoThereAndBackOverIpv6() throws Exception {
        assertThat(there(ECHO.formatted("AF_INET6", "False")).readLine()).isEqualTo("ready");
        route("raw:[" + THERE_6 + "]:253");
        try (NativeDatagramSocket client = client()) {
            client.send("payload".getBytes(UTF_8));
            assertThat(new String(client.receive().bytes(), UTF_8)).isEqualTo("back: payload");
        }
    }

    @Test
    void wholePacketsAreSentAndReceivedWhereThatIsAskedFor() throws Exception {
        assertThat(there(ECHO.formatted("AF_INET", "True")).readLine()).isEqualTo("ready");
        route("raw:" + THERE + ":253/header");
        byte[] payload = "whole".getBytes(UTF_8);
        // The kernel puts the length, the checksum and an identification in.
        byte[] packet = ByteBuffer.allocate(20 + payload.length)
                .put((byte) 0x45)
                .position(8)
                .put((byte) 7)
                .put((byte) 253)
                .position(12)
                .put(new byte[] {(byte) 198, 18, 78, 1})
                .put(new byte[] {(byte) 198, 18, 78, 2})
                .put(payload)
                .array();
        try (NativeDatagramSocket client = client()) {
            client.send(packet);
            byte[] back = client.receive().bytes();
            assertThat(back[0]).isEqualTo((byte) 0x45);
            assertThat(back[9]).isEqualTo((byte) 253);
            assertThat(new String(back, 20, back.length - 20, UTF_8)).isEqualTo("back: whole");
        }
    }

    @Test
    void packetsFromAnotherMachineReachAnAppAndItsAnswersThatMachine() throws Exception {
        String serving = directory.resolve("s").toString();
        try (NativeDatagramSocket server = NativeDatagramSocket.boundTo(serving)) {
            bridge.route("a", "raw:" + HERE + ":253", "unix-dgram:" + serving).awaitState("a", RouteState.READY);
            BufferedReader answer = there(ASK.replace("HOST", HERE));
            Message message = server.receive();
            assertThat(new String(message.bytes(), UTF_8)).isEqualTo("from afar");
            assertThat(server.trySend("from here".getBytes(UTF_8), message.sender()))
                    .isEqualTo(1);
            assertThat(answer.readLine()).isEqualTo("from here");
        }
    }
}
