package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.sidecar.linux.NativeSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A byte sent out of band arrives so, in its place in the stream, between all ends. */
@Timeout(60)
class OutOfBandIT {

    /** No other byte of these tests has this value. */
    private static final char MARKED = '!';

    @TempDir
    Path directory = Path.of("");

    private Bridge bridge;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @BeforeEach
    void start() throws IOException {
        bridge = new Bridge();
    }

    @AfterEach
    void stop() {
        bridge.close();
        threads.shutdownNow();
    }

    @ParameterizedTest
    @EnumSource
    void isReadBetweenWhatWasSentBeforeAndAfter(Ends ends) throws Exception {
        try (NativeSocket server = ends.listen(directory);
                NativeSocket client = NativeSocket.connect(ends.bridge(bridge, directory, server));
                NativeSocket served = server.accept()) {
            assertOneArrives(client, served);
            assertOneArrives(served, client);
        }
    }

    @ParameterizedTest
    @EnumSource
    void canBeAllThatThereIs(Ends ends) throws Exception {
        try (NativeSocket server = ends.listen(directory);
                NativeSocket client = NativeSocket.connect(ends.bridge(bridge, directory, server));
                NativeSocket served = server.accept()) {
            for (int i = 0; i < 20; i++) {
                client.writeOutOfBand(MARKED);
                assertThat(served.readOutOfBand()).isEqualTo(MARKED);
            }
            client.endOutput();
            assertThat(served.read(1)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void isReadInlineByWhoWantsIt(Ends ends) throws Exception {
        try (NativeSocket server = ends.listen(directory);
                NativeSocket client = NativeSocket.connect(ends.bridge(bridge, directory, server));
                NativeSocket served = server.accept()) {
            served.receiveOutOfBandInline();
            client.write(bytes("abc"));
            client.writeOutOfBand(MARKED);
            client.write(bytes("def"));
            client.endOutput();
            Marks marks = readToEnd(served);
            assertThat(new String(marks.all, StandardCharsets.US_ASCII)).isEqualTo("abc!def");
            assertThat(marks.last).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsItsPlaceInABulkTransfer(Ends ends) throws Exception {
        try (NativeSocket server = ends.listen(directory)) {
            String address = ends.bridge(bridge, directory, server);
            for (int seed = 1; seed <= 5; seed++) {
                byte[] all = unmarked(seed, 8_000_000);
                int mark = new Random(seed).nextInt(all.length);
                try (NativeSocket client = NativeSocket.connect(address);
                        NativeSocket served = server.accept()) {
                    Future<?> writing = threads.submit(() -> {
                        client.write(Arrays.copyOfRange(all, 0, mark));
                        client.writeOutOfBand(MARKED);
                        client.write(Arrays.copyOfRange(all, mark + 1, all.length));
                        client.endOutput();
                        return null;
                    });
                    served.receiveOutOfBandInline();
                    Marks marks = readToEnd(served);
                    StreamContract.await(writing);
                    all[mark] = MARKED;
                    assertThat(marks.all).as("seed %d", seed).isEqualTo(all);
                    assertThat(marks.last).as("seed %d", seed).isEqualTo(mark);
                }
            }
        }
    }

    /** One that is not read before the next is sent loses its mark to that one, as on any stream socket; its byte stays. */
    @ParameterizedTest
    @EnumSource
    void isNeverTakenForAnotherByte(Ends ends) throws Exception {
        try (NativeSocket server = ends.listen(directory)) {
            String address = ends.bridge(bridge, directory, server);
            for (int seed = 1; seed <= 3; seed++) {
                Random random = new Random(seed);
                ByteArrayOutputStream sent = new ByteArrayOutputStream();
                try (NativeSocket client = NativeSocket.connect(address);
                        NativeSocket served = server.accept()) {
                    served.receiveOutOfBandInline();
                    Future<Marks> reading = threads.submit(() -> readToEnd(served));
                    for (int i = 0; i < 2_000; i++) {
                        byte[] some = unmarked(i, random.nextInt(20));
                        client.write(some);
                        sent.write(some);
                        if (random.nextInt(4) == 0) {
                            client.writeOutOfBand(MARKED);
                            sent.write(MARKED);
                        }
                    }
                    client.writeOutOfBand(MARKED);
                    sent.write(MARKED);
                    int last = sent.size() - 1;
                    client.endOutput();
                    Marks marks = StreamContract.await(reading);
                    assertThat(marks.all).as("seed %d", seed).isEqualTo(sent.toByteArray());
                    assertThat(marks.misplaced).as("seed %d", seed).isZero();
                    assertThat(marks.last).as("seed %d", seed).isEqualTo(last);
                }
            }
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    private record Marks(byte[] all, int last, int misplaced) {}

    private static void assertOneArrives(NativeSocket from, NativeSocket to) throws IOException {
        from.write(bytes("abc"));
        from.writeOutOfBand(MARKED);
        from.write(bytes("def"));
        ByteArrayOutputStream before = new ByteArrayOutputStream();
        while (before.size() < 3) {
            before.write(to.read(100));
        }
        assertThat(before.toString(StandardCharsets.US_ASCII)).isEqualTo("abc");
        assertThat(to.readOutOfBand()).isEqualTo(MARKED);
        assertThat(to.isAtMark()).isTrue();
        ByteArrayOutputStream after = new ByteArrayOutputStream();
        while (after.size() < 3) {
            after.write(to.read(100));
        }
        assertThat(after.toString(StandardCharsets.US_ASCII)).isEqualTo("def");
    }

    /** Reads what has marks inline; where the last mark was, and how many were on other bytes than those that were sent with one. */
    private static Marks readToEnd(NativeSocket socket) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int last = -1;
        int misplaced = 0;
        while (true) {
            // What is there first is there when it is asked for a mark, so none comes in between.
            socket.awaitBytes();
            boolean marked = socket.isAtMark();
            byte[] some = socket.read(marked ? 1 : 1 << 16);
            if (some.length == 0) {
                return new Marks(all.toByteArray(), last, misplaced);
            }
            if (marked) {
                last = all.size();
                misplaced += some[0] == MARKED ? 0 : 1;
            }
            all.write(some);
        }
    }

    private static byte[] unmarked(int seed, int length) {
        byte[] bytes = StreamContract.random(seed, length);
        for (int i = 0; i < length; i++) {
            bytes[i] = bytes[i] == MARKED ? 0 : bytes[i];
        }
        return bytes;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
