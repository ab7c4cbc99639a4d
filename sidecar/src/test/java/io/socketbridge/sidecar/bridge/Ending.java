package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** How an app's connection ends. */
final class Ending {

    private Ending() {}

    /** Nothing more comes, and what came was not all. */
    static void assertReset(SocketChannel app) {
        assertThatThrownBy(() -> app.read(ByteBuffer.allocate(1)))
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    /** Just that comes. */
    static void assertReads(SocketChannel app, byte[] expected) throws IOException {
        ByteBuffer read = ByteBuffer.allocate(expected.length);
        while (read.hasRemaining()) {
            assertThat(app.read(read)).as("after %d bytes", read.position()).isPositive();
        }
        assertThat(read.array()).isEqualTo(expected);
    }
}
