package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class AbandonedIT {

    @TempDir
    Path directory = Path.of("");

    @ParameterizedTest
    @EnumSource(names = {"UNIX_TO_UNIX", "UNIX_OVER_TUNNEL_TO_UNIX"})
    void aServerDoesNotSeeConnectionsOfThoseWhoHaveGone(Ends ends) throws Exception {
        UnixDomainSocketAddress app = UnixDomainSocketAddress.of(directory.resolve("s"));
        try (Bridge bridge = new Bridge();
                ServerSocketChannel server =
                        ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(app, 1)) {
            ends.routes(bridge, directory, "unix:" + directory.resolve("s"));
            try (SocketChannel first = SocketChannel.open(app);
                    SocketChannel second = SocketChannel.open(app)) {
                assertThat(first.isConnected() && second.isConnected()).isTrue();
                SocketChannel gone = SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("a")));
                bridge.awaitActive("a", 1);
                gone.close();
                Bridge.await(
                        () -> bridge.table.report().stream().allMatch(route -> route.activeConnections() == 0),
                        () -> bridge.table.report().toString());
                assertThat(bridge.meter("a").failures()).containsOnlyKeys("abandoned");
                server.accept().close();
                server.accept().close();
                server.configureBlocking(false);
                AtomicInteger seen = new AtomicInteger();
                Awaitility.await().during(Duration.ofMillis(500)).until(() -> {
                    seen.addAndGet(server.accept() == null ? 0 : 1);
                    return seen.get() == 0;
                });
            }
        }
    }
}
