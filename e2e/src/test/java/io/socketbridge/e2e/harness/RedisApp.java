package io.socketbridge.e2e.harness;

import static org.assertj.core.api.Assertions.assertThat;

/** The small server that most tests bridge to: Redis on a Unix socket and on nothing else. */
public final class RedisApp {

    /** Where the server listens, in its pod. */
    public static final String SERVER_SOCKET = "/run/app/redis.sock";

    /** Where the client connects, in its pod. */
    public static final String CLIENT_SOCKET = "/sockets/redis.sock";

    private RedisApp() {}

    /** The server. */
    public static Workload server(String name) {
        return Workload.running(
                name, "redis-server", "--port", "0", "--unixsocket", SERVER_SOCKET, "--save", "", "--appendonly", "no");
    }

    /** A bridge from the pods of one app to those of another. */
    public static String bridge(String name, String client, String server) {
        return """
                apiVersion: socketbridge.io/v1alpha1
                kind: SocketBridge
                metadata:
                  name: %s
                spec:
                  type: Stream
                  server:
                    selector: {matchLabels: {app: %s}}
                    path: %s
                  clients:
                  - selector: {matchLabels: {app: %s}}
                    path: %s
                """.formatted(name, server, SERVER_SOCKET, client, CLIENT_SOCKET);
    }

    /** Asks once. */
    public static Exec ping(AppPod client) {
        return client.exec("redis-cli", "-s", CLIENT_SOCKET, "ping");
    }

    /** Asks until the server answers. */
    public static void awaitAnswer(AppPod client) {
        Await.untilAsserted("an answer of Redis in pod " + client.name(), () -> {
            Exec ping = ping(client);
            assertThat(ping.stdout().strip()).as("%s", ping).isEqualTo("PONG");
        });
    }
}
