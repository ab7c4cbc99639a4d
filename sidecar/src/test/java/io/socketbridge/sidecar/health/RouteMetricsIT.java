package io.socketbridge.sidecar.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.socketbridge.contract.Listen;
import io.socketbridge.contract.ProxyProtocol;
import io.socketbridge.contract.Role;
import io.socketbridge.contract.Route;
import io.socketbridge.contract.Snapshot;
import io.socketbridge.contract.Target;
import io.socketbridge.sidecar.control.RouteTable;
import io.socketbridge.sidecar.identity.EnrolmentMeter;
import io.socketbridge.sidecar.identity.Identity;
import io.socketbridge.sidecar.local.SocketWatch;
import io.socketbridge.sidecar.loop.EventLoops;
import io.socketbridge.sidecar.tls.Protections;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RouteMetricsIT {

    private static final String ROUTE = "bridge=\"shop/db\",role=\"client\",route=\"a\"";

    @TempDir
    Path directory = Path.of("");

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private EventLoops loops;
    private SocketWatch watch;
    private RouteTable table;

    @BeforeEach
    void start() throws IOException {
        loops = EventLoops.start(1);
        watch = new SocketWatch();
        table = new RouteTable(loops, watch, Protections.CLEARTEXT, () -> {});
        RouteMetrics.register(table, registry);
        IdentityMetrics.register(new Identity(), new EnrolmentMeter(), registry);
    }

    @AfterEach
    void stop() {
        table.close().join();
        watch.close();
        loops.close();
    }

    @Test
    void areThoseThatTheDocumentationLists() throws IOException {
        Set<String> exposed = registry.scrape().stream()
                .map(snapshot -> snapshot.getMetadata().getPrometheusName()
                        + (snapshot instanceof CounterSnapshot ? "_total" : ""))
                .collect(Collectors.toCollection(TreeSet::new));
        String page = Files.readString(Path.of("..", "docs", "metrics.md"));
        Set<String> documented = Pattern.compile("^\\| `(socketbridge_\\w+)`", Pattern.MULTILINE)
                .matcher(page.substring(0, page.indexOf("\n## Operator\n")))
                .results()
                .map((MatchResult result) -> result.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(documented).isEqualTo(exposed);
    }

    @Test
    void countWhatPasses() throws Exception {
        try (ServerSocketChannel server =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
            route("tcp:127.0.0.1:" + port);
            exchange(server);
            awaitLine("socketbridge_connections_opened_total{" + ROUTE + "} 1.0");
            awaitLine("socketbridge_connections_active{" + ROUTE + "} 0.0");
            awaitLine(
                    "socketbridge_bytes_total{bridge=\"shop/db\",direction=\"to_target\",role=\"client\",route=\"a\"} 3.0");
            awaitLine("socketbridge_connection_duration_seconds_count{" + ROUTE + "} 1");
            awaitLine("socketbridge_connect_duration_seconds_bucket{" + ROUTE + ",le=\"+Inf\"} 1");
            awaitLine("socketbridge_route_state{" + ROUTE + ",state=\"ready\"} 1.0");
            awaitLine("socketbridge_route_state{" + ROUTE + ",state=\"no-target\"} 0.0");
        }
        route("tcp:127.0.0.1:1");
        SocketChannel.open(address()).close();
        awaitLine("socketbridge_connections_failed_total{bridge=\"shop/db\",reason=\"refused\"");
        awaitLine("socketbridge_dial_failures_total{bridge=\"shop/db\",reason=\"refused\"");
        awaitLine("socketbridge_connections_reset_total{bridge=\"shop/db\",reason=\"unreachable\"");
    }

    private void exchange(ServerSocketChannel server) throws IOException {
        try (SocketChannel client = connected();
                SocketChannel served = server.accept()) {
            client.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            assertThat(served.read(ByteBuffer.allocate(9))).isEqualTo(3);
        }
    }

    private void route(String target) {
        table.apply(new Snapshot(
                        target,
                        List.of(new Route(
                                "a",
                                "shop/db",
                                Role.CLIENT,
                                new Listen("unix:" + directory.resolve("a"), "0666", false, ProxyProtocol.NONE),
                                List.of(new Target(target, ""))))))
                .join();
    }

    private SocketChannel connected() {
        return Awaitility.await()
                .ignoreExceptions()
                .until(() -> SocketChannel.open(address()), SocketChannel::isConnected);
    }

    private UnixDomainSocketAddress address() {
        return UnixDomainSocketAddress.of(directory.resolve("a"));
    }

    private void awaitLine(String start) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(text().lines()).anyMatch(line -> line.startsWith(start)));
    }

    private String text() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(text, registry.scrape());
        return text.toString(StandardCharsets.UTF_8);
    }
}
