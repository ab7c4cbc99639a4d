package io.socketbridge.sidecar.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.contract.RouteState;
import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.NativeDatagramSocket;
import io.socketbridge.sidecar.linux.NativeDatagramSocket.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a Unix datagram socket promises on one machine, and what a bridge therefore has to keep, whatever is in between. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
abstract class DatagramContract {

    @TempDir
    Path directory;

    final Bridge bridge;
    NativeDatagramSocket server;

    DatagramContract() throws IOException {
        bridge = new Bridge();
    }

    /** Makes routes from {@link #listening} to {@link #serving}, the first of which is {@code a}. */
    abstract void routes();

    /** The largest datagram, if not the kernel's own limit for a Unix socket. */
    int mostBytes() {
        return Integer.MAX_VALUE;
    }

    String listening() {
        return directory.resolve("a").toString();
    }

    String serving() {
        return directory.resolve("s").toString();
    }

    @BeforeEach
    void start() throws IOException {
        server = NativeDatagramSocket.boundTo(serving());
        routes();
        bridge.awaitState("a", RouteState.READY);
    }

    @AfterEach
    void stop() {
        server.close();
        bridge.close();
    }

    NativeDatagramSocket client(String name) throws IOException {
        return NativeDatagramSocket.boundTo(directory.resolve(name).toString()).connect(listening());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(Message message) {
        return new String(message.bytes(), UTF_8);
    }

    private void reply(Message to, String text) throws IOException {
        assertThat(to.sender()).as("a return address").isNotEmpty();
        int result = server.trySend(bytes(text), to.sender());
        assertThat(result).as(() -> Errno.describe(-result)).isEqualTo(1);
    }

    @Test
    void aDatagramArrivesAndItsReplyReachesASenderThatIsBoundToAPath() throws IOException {
        try (NativeDatagramSocket client = client("c")) {
            client.send(bytes("question"));
            Message question = server.receive();
            assertThat(text(question)).isEqualTo("question");
            reply(question, "answer");
            assertThat(text(client.receive())).isEqualTo("answer");
        }
    }

    @Test
    void soDoesTheReplyToASenderThatIsBoundToAnAbstractName() throws IOException {
        String name = "@socketbridge-test-" + directory.getFileName();
        try (NativeDatagramSocket client = NativeDatagramSocket.boundTo(name).connect(listening());
                NativeDatagramSocket any = NativeDatagramSocket.boundToAnyName().connect(listening())) {
            for (NativeDatagramSocket each : List.of(client, any)) {
                each.send(bytes(each.name()));
                Message question = server.receive();
                assertThat(text(question)).isEqualTo(each.name());
                reply(question, "to " + each.name());
                assertThat(text(each.receive())).isEqualTo("to " + each.name());
            }
        }
    }

    @Test
    void repliesReachExactlyTheOneThatAsked() throws IOException {
        List<NativeDatagramSocket> clients = new ArrayList<>();
        try {
            List<Message> questions = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                NativeDatagramSocket client = client("c" + i);
                clients.add(client);
                client.send(bytes("c" + i));
                Message question = server.receive();
                assertThat(text(question)).isEqualTo("c" + i);
                questions.add(question);
            }
            assertThat(questions.stream().map(Message::sender).distinct()).hasSize(5);
            for (int i = 4; i >= 0; i--) {
                reply(questions.get(i), "r" + i);
            }
            for (int i = 0; i < 5; i++) {
                assertThat(text(clients.get(i).receive())).isEqualTo("r" + i);
                assertThat(clients.get(i).isEmpty()).isTrue();
            }
        } finally {
            clients.forEach(NativeDatagramSocket::close);
        }
    }

    @Test
    void aDatagramWithoutBytesIsOne() throws IOException {
        try (NativeDatagramSocket client = client("c")) {
            client.send(new byte[0]);
            client.send(bytes("x"));
            client.send(new byte[0]);
            assertThat(server.receive().bytes()).isEmpty();
            assertThat(text(server.receive())).isEqualTo("x");
            Message last = server.receive();
            assertThat(last.bytes()).isEmpty();
            reply(last, "");
            assertThat(client.receive().bytes()).isEmpty();
        }
    }

    @Test
    void aSenderWithoutANameIsHeardAndAReplyToItIsCountedAsDropped() throws IOException {
        try (NativeDatagramSocket nameless = new NativeDatagramSocket()) {
            nameless.connect(listening()).send(bytes("log line"));
            Message message = server.receive();
            assertThat(text(message)).isEqualTo("log line");
            reply(message, "to nobody");
        }
        awaitDropped("no-return-address");
    }

    private void awaitDropped(String reason) {
        Bridge.await(
                () -> bridge.meters("a").records().dropped().getOrDefault(reason, 0L) == 1,
                () -> "dropped: " + bridge.meters("a").records().dropped());
    }

    @Test
    void theLargestThatTheKernelTakesArrivesWholeBothWays() throws IOException {
        try (NativeDatagramSocket client = client("c")) {
            int most = Math.min(mostBytes(), largest(client));
            byte[] large = random(new Random(1), most);
            client.send(large);
            Message message = server.receive();
            assertThat(message.bytes()).isEqualTo(large);
            assertThat(server.trySend(large, message.sender())).isEqualTo(1);
            assertThat(client.receive().bytes()).isEqualTo(large);
        }
    }

    /** What one socket can send to another without a bridge. */
    private int largest(NativeDatagramSocket from) throws IOException {
        try (NativeDatagramSocket sink = NativeDatagramSocket.boundToAnyName()) {
            int fits = 1;
            int tooMany = 1 << 20;
            while (tooMany - fits > 1) {
                int middle = (fits + tooMany) / 2;
                if (from.trySend(new byte[middle], sink.name()) == 1) {
                    sink.receive();
                    fits = middle;
                } else {
                    tooMany = middle;
                }
            }
            return fits;
        }
    }

    @Test
    void descriptorsAreRefusedAndWhatComesAfterThemIsNot() throws IOException {
        try (NativeDatagramSocket client = client("c")) {
            int result = client.trySendDescriptor(bytes("with a descriptor"));
            client.send(bytes("without"));
            assertThat(text(server.receive())).isEqualTo("without");
            if (result == 1) {
                awaitDropped("descriptors");
            } else {
                assertThat(result).isEqualTo(-Errno.EPERM);
            }
        }
    }

    @Test
    void whateverIsSentComesBackAsItWas() throws IOException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<NativeDatagramSocket> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                clients.add(client("c" + i));
            }
            for (int round = 0; round < 300; round++) {
                NativeDatagramSocket client = clients.get(random.nextInt(clients.size()));
                List<byte[]> sent = new ArrayList<>();
                int count = 1 + random.nextInt(4);
                for (int i = 0; i < count; i++) {
                    byte[] bytes = random(random, size(random));
                    sent.add(bytes);
                    client.send(bytes);
                    Message message = server.receive();
                    assertThat(message.bytes()).as("seed " + seed).isEqualTo(bytes);
                    assertThat(server.trySend(bytes, message.sender()))
                            .as("seed " + seed)
                            .isEqualTo(1);
                }
                for (byte[] bytes : sent) {
                    assertThat(client.receive().bytes()).as("seed " + seed).isEqualTo(bytes);
                }
            }
        } finally {
            clients.forEach(NativeDatagramSocket::close);
        }
    }

    private int size(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(3);
            case 1 -> random.nextInt(200);
            case 2 -> random.nextInt(2_000);
            default -> random.nextInt(Math.min(mostBytes(), 100_000));
        };
    }

    private static byte[] random(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
