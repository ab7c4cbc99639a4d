package io.socketbridge.sidecar.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.Kernel;
import io.socketbridge.sidecar.linux.SocketAddress;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FarewellsIT {

    private static final int EBADF = 9;

    private final Kernel kernel = new Kernel(Arena.ofAuto());
    private final MemorySegment buffer = Arena.ofAuto().allocate(100_000);
    private EventLoop loop;
    private ServerSocketChannel server;
    private long written;

    FarewellsIT() throws IOException {
        loop = new EventLoop("loop-under-test");
        server = ServerSocketChannel.open();
    }

    @BeforeEach
    void start() throws IOException {
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void stop() throws IOException {
        loop.stop();
        server.close();
    }

    @Test
    void resetsAConnectionOnceAllThatWasWrittenHasArrived() throws Exception {
        Farewells farewells = new Farewells(loop, 10);
        int fd = connected();
        try (SocketChannel reader = server.accept()) {
            writeUntilFull(fd);
            CompletableFuture.runAsync(() -> farewells.reset(fd), loop).join();
            ByteBuffer got = ByteBuffer.allocate((int) written);
            while (got.hasRemaining()) {
                assertThat(reader.read(got)).isPositive();
            }
            assertThatThrownBy(() -> reader.read(ByteBuffer.allocate(1))).hasMessageContaining("reset");
        }
    }

    @Test
    void letNoMoreConnectionsTakeTheirTimeThanTheyMay() throws Exception {
        Farewells farewells = new Farewells(loop, 1);
        int first = connected();
        int second = connected();
        try (SocketChannel slow = server.accept();
                SocketChannel slower = server.accept()) {
            writeUntilFull(first);
            writeUntilFull(second);
            CompletableFuture.runAsync(
                            () -> {
                                farewells.reset(first);
                                assertThat(kernel.queuedBytes(first)).isNotNegative();
                                farewells.reset(second);
                                assertThat(kernel.queuedBytes(first)).isEqualTo(-EBADF);
                                assertThat(kernel.queuedBytes(second)).isNotNegative();
                            },
                            loop)
                    .join();
            assertThat(slow.isOpen() && slower.isOpen()).isTrue();
        }
    }

    private int connected() throws IOException {
        SocketAddress address = SocketAddress.inet(
                InetAddress.getLoopbackAddress(), ((InetSocketAddress) server.getLocalAddress()).getPort());
        int fd = kernel.streamSocket(address);
        kernel.setResetOnClose(fd, true);
        assertThat(kernel.connect(fd, address)).isIn(0, -Errno.EINPROGRESS);
        return fd;
    }

    private void writeUntilFull(int fd) {
        for (int count = 1; count != -Errno.EAGAIN; count = kernel.send(fd, buffer, 0, 100_000)) {
            assertThat(count).isPositive();
            written += count > 1 ? count : 0;
        }
    }
}
