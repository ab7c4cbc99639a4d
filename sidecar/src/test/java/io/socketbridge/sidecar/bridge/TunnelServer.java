package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.socketbridge.contract.Access;
import io.socketbridge.contract.Limits;
import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.Tunnel;
import io.socketbridge.contract.WhenUnavailable;
import io.socketbridge.sidecar.identity.Credentials;
import io.socketbridge.sidecar.identity.Identity;
import io.socketbridge.sidecar.relay.Peer;
import io.socketbridge.sidecar.relay.ProxyHeader;
import io.socketbridge.sidecar.tls.Protection;
import io.socketbridge.sidecar.tls.Protections;
import io.socketbridge.sidecar.tls.TestAuthority;
import io.socketbridge.sidecar.tls.Tls;
import io.socketbridge.sidecar.tls.TlsEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The server's end of a bridge, and an app that listens behind it; clients of it are made here too. */
final class TunnelServer implements AutoCloseable {

    static final String DB = "db.shop.socketbridge.internal";
    static final String WEB_ID = "spiffe://cluster.local/ns/shop/sa/web";

    static final int OPEN = 0x01;
    static final int DATA = 0x03;
    static final int END = 0x06;
    static final int PING = 0x09;
    static final byte[] ACCEPTED = {0x02, 0, 0, 0};
    static final byte[] ENDED = {0x06, 0, 0, 0};
    static final byte[] DONE = {0x08, 0, 0, 0};
    static final byte[] GO_AWAY = {0x0B, 0, 0, 0};

    private static final byte TOKEN = 42;
    private static final byte[] PAYLOAD = {1, 2, 3, 4, 5, 6, 7, 8};
    private static final byte[] PONG = {0x0A, 0, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8};

    static final int DENIED = 1;
    static final int NO_ROOM = 4;
    static final int DRAIN = 5;

    static final long UID = 1_000;

    /** Lets in clients of the bridge, whoever they are. */
    private static final Tunnel RULE = new Tunnel(DB, "client." + DB, List.of(), Access.ALL);

    final TestAuthority authority = new TestAuthority("the one");
    final Identity identity =
            new Identity(authority.credentials("spiffe://cluster.local/ns/shop/sa/db", "server." + DB));
    final Bridge bridge;
    final ServerSocketChannel app;

    /** What the app has taken and no test has asked for. */
    private final List<SocketChannel> taken = new ArrayList<>();

    /** Zero until it is known. */
    final int port;

    private final Path directory;

    TunnelServer() {
        this(protection -> protection);
    }

    /** @param change is what the server's tunnels have instead of their protection */
    TunnelServer(UnaryOperator<Protection> change) {
        try {
            directory = Files.createTempDirectory("tunnel");
            app = StreamContract.unixServer(directory.resolve("s"));
            bridge = new Bridge(protections(change));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        serve(Limits.DEFAULT, RULE);
        this.port = bridge.port("db");
    }

    private Protections protections(UnaryOperator<Protection> change) {
        Tls tls = new Tls(identity, TlsEngine.BORINGSSL, Clock.systemUTC());
        return new Protections() {
            @Override
            public Protection client(String serverName) throws SSLException {
                return tls.client(serverName);
            }

            @Override
            public Protection server() throws SSLException {
                return change.apply(tls.server());
            }
        };
    }

    /** Changes the limits of connections. */
    void limit(Limits limits) {
        serve(limits, RULE);
    }

    /** Changes who may connect. */
    void allow(Tunnel rule) {
        serve(Limits.DEFAULT, rule);
    }

    private void serve(Limits limits, Tunnel rule) {
        bridge.route(
                        "db",
                        Bridge.listen("tunnel:127.0.0.1:" + port),
                        WhenUnavailable.REFUSE,
                        limits,
                        rule,
                        Bridge.targets("unix:" + directory.resolve("s")))
                .awaitState("db", RouteState.READY);
    }

    /** Where a socket of that name may be. */
    Path path(String name) {
        return directory.resolve(name);
    }

    /** What a client of the bridge shows. */
    Credentials web() {
        return authority.credentials(WEB_ID, "client." + DB);
    }

    /** A tunnel of a client's, its handshake over. */
    Stranger client() throws IOException, GeneralSecurityException {
        return tunnel(web(), DB);
    }

    Stranger tunnel(Credentials credentials, String serverName) throws IOException, GeneralSecurityException {
        Stranger made = Stranger.connect(port, credentials, serverName, "TLSv1.3", "socketbridge/1");
        made.shakeHands();
        return made;
    }

    /** Begins a connection; the frame that answers is still to be read. */
    static void open(Stranger tunnel) throws IOException {
        tunnel.send(OPEN, header());
    }

    static byte[] reset(int code) {
        return new byte[] {0x07, 0, 0, 1, (byte) code};
    }

    /** The header of a connection that an app of this user has begun. */
    static byte[] header() {
        return new ProxyHeader(new Peer(new Peer.Addresses.Unix("", "/sockets/db.sock"), UID, UID), "").encode();
    }

    /** Waits until this end has heard all that was sent to it, and knows who has sent it. */
    static void await(Stranger tunnel) throws IOException {
        tunnel.send(PING, PAYLOAD);
        assertThat(tunnel.readFrame()).isEqualTo(PONG);
    }

    /**
     * Has the app take a tunnel's connection, which it tells by a byte that comes through it. Others it has taken, too, until {@link #closeAll}.
     */
    SocketChannel take(Stranger tunnel) throws IOException {
        tunnel.send(DATA, new byte[] {TOKEN});
        AtomicReference<@Nullable SocketChannel> found = new AtomicReference<>();
        Bridge.await(
                () -> {
                    takeAll();
                    found.set(taken.stream()
                            .filter(TunnelServer::hasToken)
                            .findAny()
                            .orElse(null));
                    return found.get() != null;
                },
                () -> "none of " + taken.size() + " connections is the tunnel's");
        SocketChannel one = Objects.requireNonNull(found.get());
        taken.remove(one);
        one.configureBlocking(true);
        return one;
    }

    private void takeAll() {
        try {
            app.configureBlocking(false);
            for (SocketChannel one = app.accept(); one != null; one = app.accept()) {
                one.configureBlocking(false);
                taken.add(one);
            }
            app.configureBlocking(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean hasToken(SocketChannel one) {
        try {
            return one.read(ByteBuffer.allocate(1)) == 1;
        } catch (IOException e) {
            return false;
        }
    }

    /** Has the app close what nobody has taken: if it has sent nothing, it was not told of an end. */
    void closeAll() {
        takeAll();
        try {
            for (SocketChannel each : taken) {
                each.close();
            }
            taken.clear();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many this process has open. */
    static long openDescriptors() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }

    /** Has the app take a connection, and ends it at both ends, which leaves the tunnel to the next. */
    void end(Stranger tunnel) throws IOException {
        try (SocketChannel served = take(tunnel)) {
            end(tunnel, served);
        }
    }

    /** Ends a connection at both ends, which leaves the tunnel to the next. */
    static void end(Stranger tunnel, SocketChannel served) throws IOException {
        tunnel.send(END, new byte[0]);
        served.shutdownOutput();
        assertThat(tunnel.readFrame()).isEqualTo(ENDED);
        assertThat(tunnel.readFrame()).isEqualTo(DONE);
    }

    /** Clients are let in, and their connections get through. */
    void assertServes() throws IOException, GeneralSecurityException {
        try (Stranger tunnel = client()) {
            open(tunnel);
            assertThat(tunnel.readFrame()).isEqualTo(ACCEPTED);
            end(tunnel);
        }
    }

    /** How many have connected with that result. */
    long handshakes(String result) {
        return bridge.table.handshakes().getOrDefault(result, -1L);
    }

    @Override
    public void close() throws IOException {
        closeAll();
        app.close();
        bridge.close();
        try (Stream<Path> left = Files.list(directory)) {
            for (Path each : left.toList()) {
                Files.delete(each);
            }
        }
        Files.delete(directory);
    }
}
