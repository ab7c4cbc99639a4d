package io.socketbridge.sidecar.bridge;

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
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLException;

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

    static final int DENIED = 1;
    static final int NO_ROOM = 4;
    static final int DRAIN = 5;

    private static final long UID = 1_000;

    final TestAuthority authority = new TestAuthority("the one");
    final Identity identity =
            new Identity(authority.credentials("spiffe://cluster.local/ns/shop/sa/db", "server." + DB));
    final Bridge bridge;
    final ServerSocketChannel app;
    final int port;
    private final Path directory;

    TunnelServer(Path directory) throws IOException {
        this(directory, protection -> protection);
    }

    /** @param change is what the server's tunnels have instead of their protection */
    TunnelServer(Path directory, UnaryOperator<Protection> change) throws IOException {
        this.directory = directory;
        this.app = StreamContract.unixServer(directory.resolve("s"));
        Tls tls = new Tls(identity, TlsEngine.BORINGSSL, Clock.systemUTC());
        this.bridge = new Bridge(new Protections() {
            @Override
            public Protection client(String serverName) throws SSLException {
                return tls.client(serverName);
            }

            @Override
            public Protection server() throws SSLException {
                return change.apply(tls.server());
            }
        });
        serve(0, Limits.DEFAULT);
        this.port = bridge.port("db");
    }

    /** Changes the limits of connections. */
    void limit(Limits limits) {
        serve(port, limits);
    }

    private void serve(int wantedPort, Limits limits) {
        bridge.route(
                        "db",
                        Bridge.listen("tunnel:127.0.0.1:" + wantedPort),
                        WhenUnavailable.REFUSE,
                        limits,
                        new Tunnel(DB, "client." + DB, List.of(), Access.ALL),
                        Bridge.targets("unix:" + directory.resolve("s")))
                .awaitState("db", RouteState.READY);
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
        tunnel.send(
                OPEN,
                new ProxyHeader(new Peer(new Peer.Addresses.Unix("", "/sockets/db.sock"), UID, UID), "").encode());
    }

    static byte[] reset(int code) {
        return new byte[] {0x07, 0, 0, 1, (byte) code};
    }

    /** How many have connected with that result. */
    long handshakes(String result) {
        return bridge.table.handshakes().getOrDefault(result, -1L);
    }

    @Override
    public void close() throws IOException {
        app.close();
        bridge.close();
    }
}
