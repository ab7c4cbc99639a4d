package io.socketbridge.operator.plan;

import io.socketbridge.contract.SocketType;
import io.socketbridge.contract.TcpAddress;
import io.socketbridge.contract.UnixAddress;
import io.socketbridge.operator.select.Selector;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Bridges for tests: in namespace {@code shop}, each younger than the one made before it if it says so. */
public final class Bridges {

    private Bridges() {}

    /** From pods {@code app=SERVER} at {@code serverPath} to pods {@code app=CLIENT} at {@code clientPath}. */
    public static Bridge bridge(String name, int age, Server server, Client... clients) {
        return new Bridge(
                "shop",
                name,
                Instant.ofEpochSecond(1_000_000 - age),
                1,
                server,
                List.of(clients),
                ConnectionPolicy.DEFAULT,
                RecordPolicy.DEFAULT,
                List.of());
    }

    public static Bridge refused(Bridge bridge) {
        return copy(bridge, bridge.policy(), bridge.records(), List.of(new Problem("NamespaceExcluded", "not here")));
    }

    public static Bridge with(ConnectionPolicy policy, Bridge bridge) {
        return copy(bridge, policy, bridge.records(), bridge.problems());
    }

    public static Bridge with(RecordPolicy records, Bridge bridge) {
        return copy(bridge, bridge.policy(), records, bridge.problems());
    }

    private static Bridge copy(Bridge bridge, ConnectionPolicy policy, RecordPolicy records, List<Problem> problems) {
        return new Bridge(
                bridge.namespace(),
                bridge.name(),
                bridge.created(),
                bridge.generation(),
                bridge.server(),
                bridge.clients(),
                policy,
                records,
                problems);
    }

    /** A server whose socket is of this type. */
    public static Server server(SocketType type, String app, String path, Transport transport) {
        return new Server.Pods(Selector.of(Map.of("app", app)), type, new UnixAddress(type, path), transport);
    }

    /** A client whose socket is of this type. */
    public static Client client(SocketType type, String app, String path) {
        return new Client(Selector.of(Map.of("app", app)), type, new UnixAddress(type, path), "0660", Optional.empty());
    }

    /** Behind tunnels. */
    public static Server server(String app, String path) {
        return server(app, path, Transport.DEFAULT);
    }

    /** Behind plain TCP, at this port or, if it is 0, at any. */
    public static Server server(String app, String path, int port) {
        return server(app, path, new Transport.Plain(port));
    }

    public static Server server(String app, String path, Transport transport) {
        return new Server.Pods(Selector.of(Map.of("app", app)), new UnixAddress(path), transport);
    }

    public static Server address(String host, int port) {
        return new Server.Service(new TcpAddress(host, port));
    }

    public static Client client(String app, String path) {
        return new Client(Selector.of(Map.of("app", app)), new UnixAddress(path), "0660", Optional.empty());
    }

    public static Client client(String app, String path, String pathEnv) {
        return new Client(Selector.of(Map.of("app", app)), new UnixAddress(path), "0660", Optional.of(pathEnv));
    }
}
