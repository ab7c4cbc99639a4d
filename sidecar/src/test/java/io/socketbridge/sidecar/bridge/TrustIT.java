package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.contract.RouteState;
import io.socketbridge.sidecar.identity.Identity;
import io.socketbridge.sidecar.tls.TestAuthority;
import io.socketbridge.sidecar.tls.Tls;
import io.socketbridge.sidecar.tls.TlsEngine;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** No connection goes to a server that would not be believed now, though there are tunnels to it that are ready. */
@Timeout(60)
class TrustIT {

    @TempDir
    Path directory = Path.of("");

    private final TestAuthority authority = new TestAuthority("old");
    private final TestAuthority successor = new TestAuthority("new");
    private final Identity clients = new Identity(authority.credentials(Bridge.ANYBODY));
    private ServerSocketChannel server;
    private Bridge serving;
    private Bridge connecting;

    @BeforeEach
    void start() throws IOException {
        server = StreamContract.unixServer(directory.resolve("s"));
        serving = new Bridge(tls(new Identity(authority.credentials(Bridge.ANYBODY))));
        serving.route("b", "tunnel:127.0.0.1:0", "unix:" + directory.resolve("s"))
                .awaitState("b", RouteState.READY);
        connecting = new Bridge(tls(clients));
        connecting
                .route("a", "unix:" + directory.resolve("a"), "tunnel:127.0.0.1:" + serving.port("b"))
                .awaitState("a", RouteState.READY);
    }

    @AfterEach
    void stop() throws IOException {
        connecting.close();
        serving.close();
        server.close();
    }

    @Test
    void whenItsAuthorityIsNotTrustedAnyMore() throws Exception {
        assertConnects();
        clients.trust(List.of(authority.certificate(), successor.certificate()));
        assertConnects();
        clients.trust(List.of(successor.certificate()));
        try (SocketChannel client = connect()) {
            StreamContract.write(client, new byte[] {1});
            Bridge.await(
                    () -> connecting.meter("a").dialFailures().containsKey("handshake"),
                    () -> "failures are " + connecting.meter("a").dialFailures());
        }
        connecting.awaitActive("a", 0);
        clients.trust(List.of(authority.certificate()));
        assertConnects();
    }

    private void assertConnects() throws IOException {
        try (SocketChannel client = connect();
                SocketChannel served = server.accept()) {
            StreamContract.write(served, new byte[] {1});
            assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(1);
        }
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("a")));
    }

    private static Tls tls(Identity identity) {
        return new Tls(identity, TlsEngine.BORINGSSL, Clock.systemUTC());
    }
}
