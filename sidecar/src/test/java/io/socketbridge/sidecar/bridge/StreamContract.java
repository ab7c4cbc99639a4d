package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socketbridge.contract.RouteState;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a local stream socket does, and so a bridged one. */
@Timeout(60)
abstract class StreamContract {

    @TempDir
    Path directory = Path.of("");

    Bridge bridge;
    private ServerSocketChannel server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** Opens the server's socket. */
    abstract ServerSocketChannel listen() throws IOException;

    /** Bridges to the server's socket. */
    abstract void connect(Bridge to, ServerSocketChannel server) throws IOException;

    /** Where clients connect. */
    abstract SocketAddress client();

    Bridge newBridge() throws IOException {
        return new Bridge();
    }

    @BeforeEach
    void start() throws IOException {
        bridge = newBridge();
        server = listen();
        connect(bridge, server);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        bridge.close();
        threads.shutdownNow();
    }

    @Test
    void carriesBytesBothWaysAtOnceWholeAndInOrder() throws Exception {
        byte[] there = random(1, 24_000_000);
        byte[] back = random(2, 16_000_000);
        try (SocketChannel client = SocketChannel.open(client());
                SocketChannel served = server.accept()) {
            Future<byte[]> atServer = async(() -> readToEnd(served));
            Future<byte[]> atClient = async(() -> readToEnd(client));
            Future<?> toServer = async(() -> writeAndEnd(client, there));
            writeAndEnd(served, back);
            await(toServer);
            assertThat(await(atServer)).isEqualTo(there);
            assertThat(await(atClient)).isEqualTo(back);
        }
    }

    @Test
    void answersAfterTheClientHasEndedItsHalf() throws Exception {
        try (SocketChannel client = SocketChannel.open(client());
                SocketChannel served = server.accept()) {
            writeAndEnd(client, random(3, 10_000));
            assertThat(readToEnd(served)).isEqualTo(random(3, 10_000));
            byte[] answer = random(4, 2_000_000);
            Future<?> answering = async(() -> writeAndEnd(served, answer));
            assertThat(readToEnd(client)).isEqualTo(answer);
            await(answering);
        }
    }

    @Test
    void takesMoreAfterTheServerHasEndedItsHalf() throws Exception {
        try (SocketChannel client = SocketChannel.open(client());
                SocketChannel served = server.accept()) {
            writeAndEnd(served, random(5, 10_000));
            assertThat(readToEnd(client)).isEqualTo(random(5, 10_000));
            byte[] more = random(6, 2_000_000);
            Future<?> sending = async(() -> writeAndEnd(client, more));
            assertThat(readToEnd(served)).isEqualTo(more);
            await(sending);
        }
    }

    @Test
    void passesOnThatTheServerClosedFirst() throws Exception {
        try (SocketChannel client = SocketChannel.open(client())) {
            try (SocketChannel served = server.accept()) {
                write(served, random(7, 300_000));
            }
            assertThat(readToEnd(client)).isEqualTo(random(7, 300_000));
        }
    }

    @Test
    void passesOnZeroBytesAndGoodbye() throws Exception {
        for (int i = 0; i < 100; i++) {
            SocketChannel.open(client()).close();
            try (SocketChannel served = server.accept()) {
                assertThat(readToEnd(served)).isEmpty();
            }
        }
        Bridge.await(
                () -> bridge.table.report().stream().allMatch(r -> r.activeConnections() == 0),
                () -> "connections are left: " + bridge.table.report());
    }

    @Test
    void stopsTheWriterWhileNobodyReads() throws Exception {
        try (SocketChannel client = SocketChannel.open(client());
                SocketChannel served = server.accept()) {
            AtomicLong written = new AtomicLong();
            byte[] all = random(8, 64_000_000);
            Future<?> writing = async(() -> {
                for (int at = 0; at < all.length; at += 100_000) {
                    write(client, ByteBuffer.wrap(all, at, 100_000));
                    written.addAndGet(100_000);
                }
                client.shutdownOutput();
                return written;
            });
            // Buffers on the way are bounded, so the writer comes to a stop: nothing more is taken for a while.
            long before = -1;
            while (before != written.get()) {
                before = written.get();
                TimeUnit.MILLISECONDS.sleep(500);
            }
            assertThat(before).isLessThan(all.length);
            assertThat(readToEnd(served)).isEqualTo(all);
            await(writing);
        }
    }

    @Test
    void servesManyConnectionsAtOnce() throws Exception {
        Future<List<Future<?>>> echoing = async(() -> {
            List<Future<?>> echoes = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                SocketChannel served = server.accept();
                echoes.add(async(() -> {
                    try (served) {
                        return writeAndEnd(served, readToEnd(served));
                    }
                }));
            }
            return echoes;
        });
        List<Future<byte[]>> answers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            int seed = i;
            answers.add(async(() -> {
                try (SocketChannel client = SocketChannel.open(client())) {
                    Future<?> sending = async(() -> writeAndEnd(client, random(seed, 50_000 + seed)));
                    byte[] answer = readToEnd(client);
                    await(sending);
                    return answer;
                }
            }));
        }
        for (int i = 0; i < 200; i++) {
            assertThat(await(answers.get(i))).isEqualTo(random(i, 50_000 + i));
        }
        for (Future<?> echo : await(echoing)) {
            await(echo);
        }
    }

    @Test
    void takesABurstOfNonBlockingConnects() throws Exception {
        List<SocketChannel> clients = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            SocketChannel client = SocketChannel.open(
                    client() instanceof java.net.UnixDomainSocketAddress
                            ? java.net.StandardProtocolFamily.UNIX
                            : java.net.StandardProtocolFamily.INET);
            client.configureBlocking(false);
            client.connect(client());
            clients.add(client);
        }
        for (int i = 0; i < 500; i++) {
            server.accept().close();
        }
        for (SocketChannel client : clients) {
            Bridge.await(() -> finishes(client), () -> "a connect did not finish");
            client.configureBlocking(true);
            assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            client.close();
        }
    }

    @Test
    void givesTheClientAnErrorOrEndWhenTheServerVanishesAndNeverHangs() throws Exception {
        try (SocketChannel client = SocketChannel.open(client())) {
            server.accept().close();
            assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            // What a local socket says to the writer whose reader is gone, once the news has travelled.
            assertThatThrownBy(() -> {
                        while (true) {
                            write(client, new byte[1000]);
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    /** Bytes that a seed determines. */
    static byte[] random(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static SocketChannel writeAndEnd(SocketChannel channel, byte[] bytes) throws IOException {
        write(channel, bytes);
        return channel.shutdownOutput();
    }

    static void write(SocketChannel channel, byte[] bytes) throws IOException {
        write(channel, ByteBuffer.wrap(bytes));
    }

    static void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    static byte[] readToEnd(SocketChannel channel) throws IOException {
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(100_000);
        for (int count = channel.read(buffer); count >= 0; count = channel.read(buffer)) {
            all.write(buffer.array(), 0, buffer.position());
            buffer.clear();
        }
        return all.toByteArray();
    }

    <T> Future<T> async(Callable<T> task) {
        return threads.submit(task);
    }

    static <T> T await(Future<T> future) throws Exception {
        return future.get(Bridge.DEADLINE.toSeconds() * 2, TimeUnit.SECONDS);
    }

    private static boolean finishes(SocketChannel client) {
        try {
            return client.isConnected() || client.finishConnect();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static ServerSocketChannel unixServer(Path path) throws IOException {
        Files.deleteIfExists(path);
        return ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)
                .bind(java.net.UnixDomainSocketAddress.of(path), 1000);
    }

    static ServerSocketChannel tcpServer() throws IOException {
        return ServerSocketChannel.open()
                .bind(new java.net.InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), 0), 1000);
    }

    static int port(ServerSocketChannel server) throws IOException {
        return ((java.net.InetSocketAddress) server.getLocalAddress()).getPort();
    }

    void ready(Bridge of, String... ids) {
        for (String id : ids) {
            of.awaitState(id, RouteState.READY);
        }
    }
}
