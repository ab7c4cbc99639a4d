package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;

/** Whose connection was there before, and goes on whatever others do. */
final class Neighbour implements AutoCloseable {

    private final Stranger tunnel;
    private final SocketChannel app;

    Neighbour(TunnelServer server) throws IOException, GeneralSecurityException {
        tunnel = server.client();
        TunnelServer.open(tunnel);
        assertThat(tunnel.readFrame()).isEqualTo(TunnelServer.ACCEPTED);
        app = server.take(tunnel);
    }

    void assertUnharmed() throws IOException {
        tunnel.send(TunnelServer.DATA, new byte[] {1});
        Ending.assertReads(app, new byte[] {1});
        StreamContract.write(app, new byte[] {2});
        assertThat(tunnel.readFrame()).endsWith((byte) 2);
    }

    @Override
    public void close() throws IOException {
        tunnel.close();
        app.close();
    }
}
