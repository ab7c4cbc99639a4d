package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.contract.RouteState;
import io.socketbridge.sidecar.relay.Meter;
import io.socketbridge.sidecar.tls.Protections;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an app had sent when it ended arrives, though its sidecar has to go, or its server's, while it is still on its way. */
@Timeout(60)
class DeliveryIT {

    private static final byte[] UPLOAD = StreamContract.random(1, 2_000_000);

    @TempDir
    Path directory = Path.of("");

    private final ByteArrayOutputStream arrived = new ByteArrayOutputStream();
    private ServerSocketChannel server;
    private Bridge serving;
    private Bridge connecting;
    private Meter meter = new Meter();

    @BeforeEach
    void start() throws IOException {
        Protections protections = Bridge.protections();
        server = StreamContract.unixServer(directory.resolve("s"));
        serving = new Bridge(protections);
        serving.route("b", "tunnel:127.0.0.1:0", "unix:" + directory.resolve("s"))
                .awaitState("b", RouteState.READY);
        connecting = new Bridge(protections);
        connecting
                .route("a", "unix:" + directory.resolve("a"), "tunnel:127.0.0.1:" + serving.port("b"))
                .awaitState("a", RouteState.READY);
        meter = connecting.meter("a");
    }

    @AfterEach
    void stop() throws IOException {
        connecting.close();
        serving.close();
        server.close();
    }

    @Test
    void whereTheServerIsNoTargetAnyMoreAndSaysGoodbye() throws Exception {
        try (SocketChannel client = connect();
                SocketChannel served = server.accept()) {
            connecting.route("a", "unix:" + directory.resolve("a")).awaitState("a", RouteState.NO_TARGET);
            endWithMuchOnItsWay(client, served);
            serving.remove("b");
            assertArrives(served);
        }
    }

    @Test
    void whereTheClientsSidecarIsToldToEnd() throws Exception {
        try (SocketChannel client = connect();
                SocketChannel served = server.accept()) {
            endWithMuchOnItsWay(client, served);
            CompletableFuture<Integer> drained = connecting.table.drain();
            for (int hops = 0; hops < 10; hops++) {
                connecting.onEachLoop(() -> {});
            }
            assertThat(drained).as("while there is something on its way").isNotDone();
            assertArrives(served);
            assertThat(drained.get(Bridge.DEADLINE.toSeconds(), TimeUnit.SECONDS))
                    .isZero();
        }
    }

    @Test
    void whereTheClientsSidecarIsToldToEndWhileTheAppIsStillWriting() throws Exception {
        try (SocketChannel client = connect();
                SocketChannel served = server.accept()) {
            CompletableFuture<Integer> drained = connecting.table.drain();
            endWithMuchOnItsWay(client, served);
            for (int hops = 0; hops < 10; hops++) {
                connecting.onEachLoop(() -> {});
            }
            assertThat(drained).as("while there is something on its way").isNotDone();
            serving.remove("b");
            assertArrives(served);
            assertThat(drained.get(Bridge.DEADLINE.toSeconds(), TimeUnit.SECONDS))
                    .isZero();
        }
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("a")));
    }

    /** Has the server's app read no more than it must for the client's to be done, and its sidecar with it. */
    private void endWithMuchOnItsWay(SocketChannel client, SocketChannel served) throws Exception {
        served.shutdownOutput();
        assertThat(client.read(ByteBuffer.allocate(1))).as("the server's end").isEqualTo(-1);
        CompletableFuture<Void> uploaded = CompletableFuture.runAsync(() -> {
            try (client) {
                StreamContract.write(client, UPLOAD);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        served.configureBlocking(false);
        Bridge.await(
                () -> {
                    readSome(served);
                    return meter.activeCount() == 0;
                },
                () -> "after " + arrived.size() + " bytes the client's connection is still there");
        uploaded.join();
        assertThat(arrived.size()).as("something is on its way").isLessThan(UPLOAD.length);
    }

    private void readSome(SocketChannel served) {
        ByteBuffer some = ByteBuffer.allocate(10_000);
        try {
            served.read(some);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        arrived.write(some.array(), 0, some.position());
    }

    private void assertArrives(SocketChannel served) throws IOException {
        served.configureBlocking(true);
        arrived.writeBytes(StreamContract.readToEnd(served));
        assertThat(arrived.toByteArray()).isEqualTo(UPLOAD);
    }
}
