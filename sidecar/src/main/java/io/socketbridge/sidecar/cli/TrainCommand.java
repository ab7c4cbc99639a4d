package io.socketbridge.sidecar.cli;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.socketbridge.contract.Listen;
import io.socketbridge.contract.ProxyProtocol;
import io.socketbridge.contract.Role;
import io.socketbridge.contract.Route;
import io.socketbridge.contract.RouteReport;
import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.Snapshot;
import io.socketbridge.contract.Target;
import io.socketbridge.sidecar.control.RouteTable;
import io.socketbridge.sidecar.control.SnapshotFormat;
import io.socketbridge.sidecar.health.HealthServer;
import io.socketbridge.sidecar.health.RouteMetrics;
import io.socketbridge.sidecar.local.SocketWatch;
import io.socketbridge.sidecar.loop.EventLoops;
import io.socketbridge.sidecar.tls.Protections;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import picocli.CommandLine.Command;

/** Does once what a sidecar does at its start, and ends: what it loaded is what the image's AOT cache holds. */
@Command(name = "train", hidden = true, description = "For the build of the image: makes a short run of everything.")
final class TrainCommand implements Callable<Integer> {

    private static final int ROUNDS = 2_000;

    @Override
    public Integer call() throws Exception {
        Path directory = Files.createTempDirectory("train");
        Path app = directory.resolve("app");
        PrometheusRegistry registry = new PrometheusRegistry();
        try (EventLoops loops = EventLoops.start(1);
                SocketWatch watch = new SocketWatch();
                HealthServer health = HealthServer.start(0, () -> true, registry);
                ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(app));
            RouteTable routes = new RouteTable(loops, watch, Protections.CLEARTEXT, () -> {});
            RouteMetrics.register(routes, registry);
            String listen = "unix:" + directory.resolve("listen");
            SnapshotFormat.read("{\"routes\": [{\"id\": \"a\", \"listen\": {\"address\": \"unix:@a\"}}]}");
            Route serving = route("server", "tcp:127.0.0.1:0", "unix:" + app);
            routes.apply(new Snapshot("1", List.of(serving, route("client", listen))))
                    .join();
            Route connecting = route("client", listen, addressOf("server", routes));
            routes.apply(new Snapshot("2", List.of(serving, connecting))).join();
            exchange(server, UnixDomainSocketAddress.of(directory.resolve("listen")));
            HttpURLConnection scrape = (HttpURLConnection) URI.create("http://127.0.0.1:" + health.port() + "/metrics")
                    .toURL()
                    .openConnection();
            scrape.getInputStream().readAllBytes();
            handshakeInVain(health.port());
            routes.close().join();
        }
        Files.delete(app);
        Files.delete(directory);
        return 0;
    }

    /** Begins a TLS handshake as with the operator, on a port where nobody speaks TLS: what is loaded for it is the same. */
    private static void handshakeInVain(int port) throws IOException, GeneralSecurityException {
        HttpsURLConnection connection = (HttpsURLConnection)
                URI.create("https://127.0.0.1:" + port + "/").toURL().openConnection();
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, null, null);
        connection.setSSLSocketFactory(context.getSocketFactory());
        try {
            connection.getResponseCode();
            throw new IllegalStateException("the health port speaks TLS");
        } catch (SSLException expected) {
            connection.disconnect();
        }
    }

    /** Where a route listens, once the app behind it has been seen. */
    private static String addressOf(String id, RouteTable routes) throws InterruptedException {
        while (true) {
            for (RouteReport report : routes.report()) {
                if (report.id().equals(id) && report.state() == RouteState.READY) {
                    return report.listening();
                }
            }
            Thread.sleep(10);
        }
    }

    private static Route route(String id, String listen, String... targets) {
        return new Route(
                id,
                "train/" + id,
                Role.CLIENT,
                new Listen(listen, "", false, ProxyProtocol.NONE),
                Stream.of(targets).map(target -> new Target(target, "")).toList());
    }

    private static void exchange(ServerSocketChannel server, UnixDomainSocketAddress address) throws Exception {
        try (SocketChannel client = connect(address);
                SocketChannel served = server.accept()) {
            ByteBuffer buffer = ByteBuffer.allocate(100);
            for (int i = 0; i < ROUNDS; i++) {
                client.write(buffer.clear());
                served.read(buffer.clear());
            }
        }
    }

    /** The listener opens on its own loop, soon after it was told to. */
    private static SocketChannel connect(UnixDomainSocketAddress address) throws Exception {
        for (int tries = 1; ; tries++) {
            try {
                return SocketChannel.open(address);
            } catch (java.net.ConnectException e) {
                if (tries == 1_000) {
                    throw e;
                }
                Thread.sleep(10);
            }
        }
    }
}
