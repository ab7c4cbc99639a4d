package io.socketbridge.sidecar.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MessageBatchIT {

    private static final int MOST_BYTES = 1_000;

    @TempDir
    private Path directory;

    private final Arena arena = Arena.ofConfined();
    private final Kernel kernel = new Kernel(arena);
    private final MessageBatch batch = new MessageBatch(kernel, arena);
    private NativeDatagramSocket receiver;
    private NativeDatagramSocket sender;

    @BeforeEach
    void open() throws IOException {
        receiver = NativeDatagramSocket.boundTo(directory.resolve("r").toString());
        sender = NativeDatagramSocket.boundTo(directory.resolve("s").toString())
                .connect(directory.resolve("r").toString());
    }

    @AfterEach
    void close() {
        receiver.close();
        sender.close();
        arena.close();
    }

    private int receive(int most, boolean credentials) {
        return batch.receive(receiver.descriptor(), most, MOST_BYTES, credentials);
    }

    private String text(int i) {
        return new String(
                batch.memory().asSlice(batch.start(i), batch.length(i)).toArray(ValueLayout.JAVA_BYTE), UTF_8);
    }

    @Test
    void nothingThereIsToldFromAnEmptyMessage() {
        assertThat(receive(MessageBatch.MOST, false)).isEqualTo(-Errno.EAGAIN);
        assertThat(sender.trySend(new byte[0])).isZero();
        assertThat(receive(MessageBatch.MOST, false)).isEqualTo(1);
        assertThat(batch.length(0)).isZero();
    }

    @Test
    void messagesAreReceivedTogetherWholeAndInOrderWithTheirSendersName() {
        sender.trySend("first".getBytes(UTF_8));
        sender.trySend("second one".getBytes(UTF_8));
        assertThat(receive(MessageBatch.MOST, false)).isEqualTo(2);
        assertThat(text(0)).isEqualTo("first");
        assertThat(text(1)).isEqualTo("second one");
        assertThat(SocketAddress.unixName(batch.name(1), batch.nameLength(1)))
                .isEqualTo(directory.resolve("s").toString());
    }

    @Test
    void aMessageThatIsTooLargeIsCutAndToldSo() {
        sender.trySend(new byte[MOST_BYTES]);
        sender.trySend(new byte[MOST_BYTES + 1]);
        assertThat(receive(MessageBatch.MOST, false)).isEqualTo(2);
        assertThat(batch.isCut(0)).isFalse();
        assertThat(batch.isCut(1)).isTrue();
        assertThat(batch.length(1)).isEqualTo(MOST_BYTES);
    }

    @Test
    void credentialsComeWithThoseOfASenderWithoutAName() throws IOException {
        kernel.setPassCredentials(receiver.descriptor());
        try (NativeDatagramSocket nameless = new NativeDatagramSocket()) {
            nameless.connect(directory.resolve("r").toString()).trySend(new byte[] {1});
            assertThat(receive(1, true)).isEqualTo(1);
        }
        assertThat(batch.nameLength(0)).isZero();
        assertThat(batch.hasCredentials(0)).isTrue();
        assertThat(batch.credentials(0).pid())
                .isEqualTo((int) ProcessHandle.current().pid());
    }

    @Test
    void descriptorsAreSeenAndNeverTakenWhetherOrNotCredentialsAreAskedFor() {
        long before = openDescriptors();
        for (boolean credentials : new boolean[] {false, true}) {
            if (credentials) {
                kernel.setPassCredentials(receiver.descriptor());
            }
            assertThat(sender.trySendDescriptor(new byte[] {1})).isEqualTo(1);
            assertThat(receive(1, credentials)).isEqualTo(1);
            assertThat(batch.hadDescriptors(0)).isTrue();
            assertThat(batch.hasCredentials(0)).isEqualTo(credentials);
        }
        assertThat(openDescriptors()).isEqualTo(before);
    }

    private static long openDescriptors() {
        String[] names =
                Objects.requireNonNull(Path.of("/proc/self/fd").toFile().list());
        return names.length;
    }

    @Test
    void moreAreSentAtOnceToAnAddressUntilOneIsNotTaken() throws IOException {
        MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, "abcdef".getBytes(UTF_8));
        SocketAddress target = SocketAddress.unix(directory.resolve("r").toString());
        SocketAddress nobody = SocketAddress.unix(directory.resolve("nobody").toString());
        try (NativeDatagramSocket other = new NativeDatagramSocket()) {
            batch.clear();
            batch.add(bytes, 0, 2, target);
            batch.add(bytes, 2, 3, target);
            batch.add(bytes, 0, 1, nobody);
            assertThat(batch.send(other.descriptor())).isEqualTo(2);
            batch.clear();
            batch.add(bytes, 0, 1, nobody);
            assertThat(batch.send(other.descriptor())).isEqualTo(-Errno.ENOENT);
        }
        assertThat(receiver.receive().bytes()).isEqualTo("ab".getBytes(UTF_8));
        assertThat(receiver.receive().bytes()).isEqualTo("cde".getBytes(UTF_8));
    }

    @Test
    void placesGrowWithTheLargestMessageThatIsAskedFor() {
        sender.trySend("small".getBytes(UTF_8));
        assertThat(receive(1, false)).isEqualTo(1);
        byte[] large = new byte[150_000];
        large[149_999] = 7;
        assertThat(sender.trySend(large)).isEqualTo(150_000);
        assertThat(batch.receive(receiver.descriptor(), 4, 16 << 20, false)).isEqualTo(1);
        assertThat(batch.memory().get(ValueLayout.JAVA_BYTE, batch.start(0) + 149_999))
                .isEqualTo((byte) 7);
    }
}
