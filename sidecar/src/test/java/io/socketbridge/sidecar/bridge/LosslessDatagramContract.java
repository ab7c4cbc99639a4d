package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.sidecar.linux.NativeDatagramSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Where what is between the two sockets loses nothing. */
abstract class LosslessDatagramContract extends DatagramContract {

    LosslessDatagramContract() throws IOException {}

    @Test
    void noneIsLostAndTheirOrderIsKeptThoughTheServerIsSlowAndTheSenderWaits() throws Exception {
        int count = 100_000;
        AtomicInteger sent = new AtomicInteger();
        try (NativeDatagramSocket client = client("c")) {
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                byte[] bytes = new byte[1_000];
                try {
                    for (int i = 0; i < count; i++) {
                        ByteBuffer.wrap(bytes).putInt(i);
                        client.send(bytes);
                        sent.incrementAndGet();
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            Bridge.await(
                    () -> bridge.meter("a").blockedToTargetSeconds() > 0,
                    () -> "nobody was held back after " + sent.get());
            assertThat(sent.get()).isLessThan(count);
            for (int i = 0; i < count; i++) {
                byte[] bytes = server.receive().bytes();
                assertThat(bytes.length).isEqualTo(1_000);
                assertThat(ByteBuffer.wrap(bytes).getInt()).isEqualTo(i);
            }
            assertThat(sending).succeedsWithin(60, TimeUnit.SECONDS);
        }
        assertThat(bridge.meters("a").records().dropped()).isEmpty();
    }
}
