package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socketbridge.contract.RouteState;
import io.socketbridge.sidecar.linux.NativeSeqPacket;
import io.socketbridge.sidecar.relay.ResetReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a local socket of sequenced packets does, and so a bridged one. */
@Timeout(120)
abstract class RecordContract {

    private static final String SEND_DESCRIPTOR = """
            import socket, sys
            app = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            app.connect(sys.argv[1])
            app.send(b"before")
            socket.send_fds(app, [b"have this"], [0])
            try:
                print("read", app.recv(1))
            except OSError as e:
                print(type(e).__name__)
            """;

    @TempDir
    Path directory = Path.of("");

    Bridge bridge;
    private NativeSeqPacket server;
    private String address;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** Bridges from a socket to another, the route from the client being {@code a}. */
    abstract void connect(Bridge to, String client, String server);

    @BeforeEach
    void start() throws IOException {
        bridge = new Bridge();
        String serving = "unix-seqpacket:" + directory.resolve("s");
        address = "unix-seqpacket:" + directory.resolve("a");
        server = NativeSeqPacket.listen(serving);
        connect(bridge, address, serving);
        bridge.awaitState("a", RouteState.READY);
    }

    @AfterEach
    void stop() {
        server.close();
        bridge.close();
        threads.shutdownNow();
    }

    @Test
    void carriesRecordsBothWaysAtOnceWholeAndInOrder() throws Exception {
        long seed = new Random().nextLong();
        List<byte[]> there = records(new Random(seed), 3_000);
        List<byte[]> back = records(new Random(~seed), 2_000);
        try (NativeSeqPacket client = NativeSeqPacket.connect(address);
                NativeSeqPacket served = server.accept()) {
            Future<?> sending = async(() -> sendAndEnd(client, there));
            Future<?> answering = async(() -> sendAndEnd(served, back));
            Future<List<byte[]>> atClient = async(() -> receiveToEnd(client));
            assertSame(receiveToEnd(served), there, seed);
            assertSame(await(atClient), back, seed);
            await(sending);
            await(answering);
        }
        bridge.awaitActive("a", 0);
        assertThat(bridge.meter("a").resets()).isEmpty();
        assertThat(bridge.records("a").dropped()).isEmpty();
    }

    @Test
    void tellsAnEmptyRecordFromTheEnd() throws Exception {
        try (NativeSeqPacket client = NativeSeqPacket.connect(address);
                NativeSeqPacket served = server.accept()) {
            for (int i = 0; i < 100; i++) {
                client.send(new byte[0]);
            }
            client.send(new byte[] {1});
            client.send(new byte[0]);
            client.endOutput();
            for (int i = 0; i < 100; i++) {
                assertThat(served.receive())
                        .as("record %d", i)
                        .hasValueSatisfying(record -> assertThat(record).isEmpty());
            }
            assertThat(served.receive())
                    .hasValueSatisfying(record -> assertThat(record).containsExactly(1));
            assertThat(served.receive())
                    .hasValueSatisfying(record -> assertThat(record).isEmpty());
            assertThat(served.receive()).isEmpty();
            served.send(new byte[0]);
            served.endOutput();
            assertThat(client.receive())
                    .hasValueSatisfying(record -> assertThat(record).isEmpty());
            assertThat(client.receive()).isEmpty();
        }
    }

    @Test
    void goesOnOneWayAfterTheOtherHasEnded() throws Exception {
        List<byte[]> records = records(new Random(1), 300);
        try (NativeSeqPacket client = NativeSeqPacket.connect(address);
                NativeSeqPacket served = server.accept()) {
            client.endOutput();
            assertThat(served.receive()).isEmpty();
            Future<?> answering = async(() -> sendAndEnd(served, records));
            assertSame(receiveToEnd(client), records, 1);
            await(answering);
        }
        try (NativeSeqPacket client = NativeSeqPacket.connect(address);
                NativeSeqPacket served = server.accept()) {
            served.endOutput();
            assertThat(client.receive()).isEmpty();
            Future<?> asking = async(() -> sendAndEnd(client, records));
            assertSame(receiveToEnd(served), records, 1);
            await(asking);
        }
        bridge.awaitActive("a", 0);
        assertThat(bridge.meter("a").resets()).isEmpty();
    }

    @Test
    void answersEachRecordBeforeTheNext() throws Exception {
        try (NativeSeqPacket client = NativeSeqPacket.connect(address);
                NativeSeqPacket served = server.accept()) {
            for (int i = 0; i < 2_000; i++) {
                byte[] record = new byte[i % 5 == 0 ? 0 : i];
                Arrays.fill(record, (byte) i);
                client.send(record);
                assertThat(served.receive()).hasValue(record);
                served.send(record);
                assertThat(client.receive()).hasValue(record);
            }
        }
    }

    @Test
    void tellsOfAResetInMidExchange() throws Exception {
        for (boolean byServer : new boolean[] {true, false}) {
            for (int unread : new int[] {1, 1_000, 30_000}) {
                try (NativeSeqPacket client = NativeSeqPacket.connect(address);
                        NativeSeqPacket served = server.accept()) {
                    NativeSeqPacket leaving = byServer ? served : client;
                    NativeSeqPacket staying = byServer ? client : served;
                    staying.send(new byte[10]);
                    staying.send(new byte[unread]);
                    staying.send(new byte[0]);
                    leaving.receive();
                    leaving.awaitInput();
                    leaving.close();
                    assertThatThrownBy(() -> receiveToEnd(staying))
                            .as("by the server: %s, %d bytes", byServer, unread)
                            .hasMessageContaining("ECONNRESET");
                }
            }
        }
    }

    @Test
    void stopsTheSenderWhileNobodyReceives() throws Exception {
        byte[] record = new byte[10_000];
        try (NativeSeqPacket client = NativeSeqPacket.connect(address);
                NativeSeqPacket served = server.accept()) {
            Future<Integer> sending = async(() -> {
                int sent = 0;
                for (; sent < 10_000; sent++) {
                    record[0] = (byte) sent;
                    client.send(record);
                }
                client.endOutput();
                return sent;
            });
            // Buffers on the way are bounded, and 100 MB have no room in them.
            Bridge.await(() -> bridge.meter("a").blockedToTargetSeconds() > 0, () -> "the sender was not held back");
            int received = 0;
            for (Optional<byte[]> next = served.receive(); next.isPresent(); next = served.receive()) {
                assertThat(next.get()).hasSize(record.length).startsWith((byte) received);
                received++;
            }
            assertThat(received).isEqualTo(await(sending));
        }
    }

    @Test
    void carriesRecordsAsLargeAsTheAppsSendBufferAllows() throws Exception {
        byte[] large = new byte[1_000_000];
        new Random(1).nextBytes(large);
        try (NativeSeqPacket client = NativeSeqPacket.connect(address);
                NativeSeqPacket served = server.accept()) {
            client.raiseSendBuffer(2_000_000);
            served.raiseSendBuffer(2_000_000);
            for (int i = 0; i < 5; i++) {
                Future<?> sending = async(() -> {
                    client.send(large);
                    return large;
                });
                assertThat(served.receive()).hasValue(large);
                await(sending);
                served.send(large);
                assertThat(client.receive()).hasValue(large);
            }
        }
    }

    @Test
    void refusesARecordThatIsLargerThanTheRouteCarries() throws Exception {
        try (NativeSeqPacket client = NativeSeqPacket.connect(address);
                NativeSeqPacket served = server.accept()) {
            client.raiseSendBuffer(4_000_000);
            client.send(new byte[] {1});
            client.send(new byte[(1 << 20) + 1]);
            assertThat(served.receive())
                    .hasValueSatisfying(record -> assertThat(record).containsExactly(1));
            Bridge.await(
                    () -> bridge.meter("a").resets().containsKey(ResetReason.RECORD_TOO_LARGE),
                    () -> "it was not reset");
            assertThat(bridge.records("a").dropped()).containsEntry("too-large", 1L);
        }
    }

    @Test
    void refusesDescriptorsAndSaysSo() throws Exception {
        Process app = new ProcessBuilder(
                        "python3", "-c", SEND_DESCRIPTOR, directory.resolve("a").toString())
                .redirectErrorStream(true)
                .start();
        try (NativeSeqPacket served = server.accept()) {
            assertThat(served.receive()).isPresent();
            Bridge.await(
                    () -> bridge.meter("a").resets().containsKey(ResetReason.DESCRIPTORS), () -> "it was not reset");
            assertThat(new String(app.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("ConnectionResetError\n");
        } finally {
            app.destroyForcibly();
        }
    }

    @Test
    void tellsTheSenderThatNobodyReceivesAnyMore() throws Exception {
        try (NativeSeqPacket client = NativeSeqPacket.connect(address);
                NativeSeqPacket served = server.accept()) {
            served.close();
            assertThatThrownBy(() -> {
                        while (true) {
                            client.send(new byte[1_000]);
                        }
                    })
                    .hasMessageMatching("(?s).*(EPIPE|ECONNRESET).*");
        }
    }

    @Test
    void refusesConnectionsWhileNobodyListens() throws Exception {
        server.close();
        Bridge.await(() -> !connects(), () -> "it was not refused");
    }

    private boolean connects() {
        try (NativeSeqPacket client = NativeSeqPacket.connect(address)) {
            client.send(
                    new byte[1]); // Then it can be told of a reset, where the client's side does not know that nobody
            // listens.
            return client.receive().isPresent();
        } catch (IOException e) {
            return !String.valueOf(e.getMessage()).matches("(?s).*(ECONNREFUSED|ECONNRESET|EPIPE).*");
        }
    }

    /** Of all sizes that apps send, the small ones more often. */
    static List<byte[]> records(Random random, int count) {
        List<byte[]> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int most = random.nextInt(100) == 0 ? 150_000 : random.nextInt(10) == 0 ? 10_000 : 200;
            byte[] record = new byte[random.nextInt(8) == 0 ? 0 : random.nextInt(most)];
            random.nextBytes(record);
            records.add(record);
        }
        return records;
    }

    static List<byte[]> sendAndEnd(NativeSeqPacket socket, List<byte[]> records) throws IOException {
        for (byte[] record : records) {
            socket.send(record);
        }
        socket.endOutput();
        return records;
    }

    static List<byte[]> receiveToEnd(NativeSeqPacket socket) throws IOException {
        List<byte[]> all = new ArrayList<>();
        for (Optional<byte[]> next = socket.receive(); next.isPresent(); next = socket.receive()) {
            all.add(next.get());
        }
        return all;
    }

    static void assertSame(List<byte[]> received, List<byte[]> sent, long seed) {
        for (int i = 0; i < Math.min(received.size(), sent.size()); i++) {
            assertThat(Arrays.equals(received.get(i), sent.get(i)))
                    .as("seed %d, record %d: %d bytes and %d", seed, i, received.get(i).length, sent.get(i).length)
                    .isTrue();
        }
        assertThat(received).as("seed %d", seed).hasSameSizeAs(sent);
    }

    <T> Future<T> async(Callable<T> task) {
        return threads.submit(task);
    }

    static <T> T await(Future<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }
}
