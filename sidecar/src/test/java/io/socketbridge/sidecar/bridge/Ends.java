package io.socketbridge.sidecar.bridge;

import io.socketbridge.contract.RouteState;
import io.socketbridge.sidecar.linux.NativeSocket;
import java.io.IOException;
import java.nio.file.Path;

/** Each pair of ends that a stream may have. */
enum Ends {
    UNIX_TO_UNIX("unix", "unix"),
    UNIX_TO_TCP("unix", "tcp"),
    TCP_TO_UNIX("tcp", "unix"),
    UNIX_OVER_TCP_TO_UNIX("unix", "unix") {
        @Override
        String routes(Bridge bridge, Path directory, String server) {
            bridge.route("b", "tcp:127.0.0.1:0", server).awaitState("b", RouteState.READY);
            return route(bridge, directory, "tcp:127.0.0.1:" + bridge.port("b"));
        }
    },
    UNIX_OVER_TUNNEL_TO_UNIX("unix", "unix") {
        @Override
        String routes(Bridge bridge, Path directory, String server) {
            bridge.route("b", "tunnel:127.0.0.1:0", server).awaitState("b", RouteState.READY);
            return route(bridge, directory, "tunnel:127.0.0.1:" + bridge.port("b"));
        }
    };

    private final String clientFamily;
    private final String serverFamily;

    Ends(String clientFamily, String serverFamily) {
        this.clientFamily = clientFamily;
        this.serverFamily = serverFamily;
    }

    /** A server's socket. */
    NativeSocket listen(Path directory) throws IOException {
        return NativeSocket.listen(serverFamily.equals("unix") ? "unix:" + directory.resolve("s") : "tcp:127.0.0.1:0");
    }

    /** Bridges to it; where clients connect. */
    String bridge(Bridge bridge, Path directory, NativeSocket server) {
        return routes(
                bridge,
                directory,
                serverFamily.equals("unix") ? "unix:" + directory.resolve("s") : "tcp:127.0.0.1:" + server.port());
    }

    String routes(Bridge bridge, Path directory, String server) {
        return route(bridge, directory, server);
    }

    String route(Bridge bridge, Path directory, String target) {
        bridge.route("a", clientFamily.equals("unix") ? "unix:" + directory.resolve("a") : "tcp:127.0.0.1:0", target)
                .awaitState("a", RouteState.READY);
        return bridge.report("a").listening();
    }
}
