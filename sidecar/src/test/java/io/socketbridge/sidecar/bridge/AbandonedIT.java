package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.contract.RouteState;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AbandonedIT {

    @TempDir
    Path directory = Path.of("");

    @Test
    void aServerDoesNotSeeConnectionsOfThoseWhoHaveGone() throws Exception {
        UnixDomainSocketAddress app = UnixDomainSocketAddress.of(directory.resolve("s"));
        try (Bridge bridge = new Bridge();
                ServerSocketChannel server =
                        ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(app, 1)) {
            bridge.route("a", "unix:" + directory.resolve("a"), "unix:" + directory.resolve("s"))
                    .awaitState("a", RouteState.READY);
            try (SocketChannel first = SocketChannel.open(app);
                    SocketChannel second = SocketChannel.open(app)) {
                assertThat(first.isConnected() && second.isConnected()).isTrue();
                SocketChannel gone = SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("a")));
                bridge.awaitActive("a", 1);
                gone.close();
                bridge.awaitActive("a", 0);
                assertThat(bridge.meter("a").failures()).containsOnlyKeys("abandoned");
                server.accept().close();
                server.accept().close();
                server.configureBlocking(false);
                Awaitility.await().during(Duration.ofMillis(500)).until(() -> server.accept() == null);
            }
        }
    }
}
