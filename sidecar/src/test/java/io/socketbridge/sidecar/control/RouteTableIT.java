package io.socketbridge.sidecar.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socketbridge.contract.Limits;
import io.socketbridge.contract.Listen;
import io.socketbridge.contract.ProxyProtocol;
import io.socketbridge.contract.Role;
import io.socketbridge.contract.Route;
import io.socketbridge.contract.Snapshot;
import io.socketbridge.contract.Target;
import io.socketbridge.contract.Tunnel;
import io.socketbridge.contract.WhenUnavailable;
import io.socketbridge.sidecar.local.SocketWatch;
import io.socketbridge.sidecar.loop.EventLoops;
import io.socketbridge.sidecar.relay.Meter;
import io.socketbridge.sidecar.relay.ResetReason;
import io.socketbridge.sidecar.tls.Protections;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RouteTableIT {

    @TempDir
    Path directory = Path.of("");

    private EventLoops loops;
    private SocketWatch watch;
    private RouteTable table;
    private ServerSocketChannel server;

    @BeforeEach
    void start() throws IOException {
        loops = EventLoops.start(2);
        watch = new SocketWatch();
        table = new RouteTable(loops, watch, Protections.CLEARTEXT, () -> {});
        server = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        watch.close();
        loops.close();
    }

    @Test
    void aRouteThatMovesToAnotherAddressCountsOnAndKeepsItsLimits() throws Exception {
        route("a", 2, 0);
        Meter meter = table.routes().getFirst().meter();
        try (SocketChannel first = connected("a");
                SocketChannel firstServed = server.accept()) {
            route("b", 2, 0);
            assertThat(table.routes().getFirst().meter()).isSameAs(meter);
            try (SocketChannel second = connected("b");
                    SocketChannel secondServed = server.accept();
                    SocketChannel third = connected("b")) {
                Awaitility.await().until(meter::isAtLimit);
                assertThat(meter.activeCount()).isEqualTo(2);
                // One of the old address makes room for one of the new.
                first.close();
                firstServed.close();
                server.accept().close();
                assertThat(secondServed.isConnected() && second.isConnected() && third.isConnected())
                        .isTrue();
            }
        }
        Awaitility.await().until(() -> meter.activeCount() == 0);
        assertThat(meter.openedCount()).isEqualTo(3);
        assertThat(table.drain().join()).isZero();
    }

    @Test
    void makesNoTunnelsForARouteThatMakesNoSense() throws Exception {
        String place = "tunnel:127.0.0.1:" + ((InetSocketAddress) server.getLocalAddress()).getPort();
        table.apply(new Snapshot(
                        "1",
                        List.of(new Route(
                                "a",
                                "a",
                                Role.CLIENT,
                                new Listen("unix:" + directory.resolve("a"), "", false, ProxyProtocol.NONE),
                                List.of(new Target(place, ""), new Target("bogus", ""))))))
                .join();
        Awaitility.await().until(() -> table.report().getFirst().message().contains("bogus"));
        table.close().join();
        for (int hops = 0; hops < 5; hops++) {
            loops.all()
                    .forEach(loop -> CompletableFuture.runAsync(() -> {}, loop).join());
        }
        server.configureBlocking(false);
        assertThat(server.accept()).isNull();
    }

    @Test
    void connectionsOfAnEarlierAddressTakeNewLimits() throws Exception {
        route("a", 0, 0);
        try (SocketChannel client = connected("a");
                SocketChannel served = server.accept()) {
            client.write(ByteBuffer.allocate(1));
            assertThat(served.read(ByteBuffer.allocate(1))).isEqualTo(1);
            route("b", 0, 0);
            route("b", 0, 300);
            assertThatThrownBy(() -> client.read(ByteBuffer.allocate(1))).hasMessageContaining("reset");
            assertThat(table.routes().getFirst().meter().resets()).containsOnlyKeys(ResetReason.IDLE);
        }
        assertThat(table.drain().join()).isZero();
    }

    @Test
    void countsEachConnectionThatItResetsInTheEndOnce() throws Exception {
        route("a", 0, 0);
        try (SocketChannel first = connected("a");
                SocketChannel firstServed = server.accept()) {
            route("b", 0, 0);
            try (SocketChannel second = connected("b");
                    SocketChannel secondServed = server.accept()) {
                assertThat(List.of(first, firstServed, second, secondServed)).allMatch(SocketChannel::isConnected);
                assertThat(table.drain().join()).isEqualTo(2);
            }
        }
    }

    @Test
    void takesNoAddressOnceItIsDrained() throws Exception {
        assertThat(table.drain().join()).isZero();
        route("a", 0, 0);
        assertThat(table.routes()).isEmpty();
        assertThat(directory.resolve("a")).doesNotExist();
    }

    private void route(String path, int maxConnections, long idleTimeoutMillis) throws IOException {
        int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
        table.apply(new Snapshot(
                        path,
                        List.of(new Route(
                                "r",
                                "shop/db",
                                Role.CLIENT,
                                new Listen("unix:" + directory.resolve(path), "0666", false, ProxyProtocol.NONE),
                                List.of(new Target("tcp:127.0.0.1:" + port, "")),
                                Tunnel.NONE,
                                WhenUnavailable.REFUSE,
                                new Limits(maxConnections, 10_000, idleTimeoutMillis, 200, 60_000, 0),
                                0))))
                .join();
    }

    private SocketChannel connected(String path) {
        return Awaitility.await()
                .ignoreExceptions()
                .until(
                        () -> SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve(path))),
                        SocketChannel::isConnected);
    }
}
