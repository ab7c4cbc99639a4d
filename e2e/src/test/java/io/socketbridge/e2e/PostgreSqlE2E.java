package io.socketbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.e2e.harness.AppPod;
import io.socketbridge.e2e.harness.Await;
import io.socketbridge.e2e.harness.Cluster;
import io.socketbridge.e2e.harness.Example;
import io.socketbridge.e2e.harness.Exec;
import io.socketbridge.e2e.harness.TestNamespace;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The files of {@code examples/postgresql}: a database on one node, its client on the other. */
class PostgreSqlE2E {

    @RegisterExtension
    static final TestNamespace NAMESPACE = TestNamespace.named("postgresql");

    private static AppPod server;
    private static AppPod client;

    @BeforeAll
    static void applyTheExample() {
        Cluster cluster = Cluster.get();
        Example.named("postgresql")
                .with("postgresql", cluster.firstNode())
                .with("client", cluster.secondNode())
                .applyTo(NAMESPACE);
        server = NAMESPACE.bridgedPod("postgresql");
        client = NAMESPACE.bridgedPod("client");
        Await.untilAsserted("PostgreSQL to answer over the bridge", () -> {
            Exec one = psql("SELECT 1");
            assertThat(one.succeeded()).as("%s", one).isTrue();
        });
    }

    @Test
    void serverAndClientAreOnDifferentNodesAndTheServerListensOnNoNetworkAddress() {
        assertThat(server.node()).isNotEqualTo(client.node());
        assertThat(psql("SHOW listen_addresses").output()).isEmpty();
    }

    @Test
    void aTableMadeOverTheBridgeIsThere() {
        psql("CREATE TABLE orders (id int PRIMARY KEY, item text NOT NULL)").output();
        psql("INSERT INTO orders SELECT n, 'item ' || n FROM generate_series(1, 1000) n")
                .output();
        assertThat(psql("SELECT count(*), max(item) FROM orders").output()).isEqualTo("1000|item 999");
    }

    @Test
    void aHundredMegabytesCopiedInAndOutAreTheSame() {
        client.sh("head -c 75000000 /dev/urandom | base64 -w 99 > /tmp/in").output();
        psql("CREATE UNLOGGED TABLE bulk (line text)").output();
        psql("\\copy bulk FROM /tmp/in").output();
        psql("\\copy bulk TO /tmp/out").output();

        String[] checksums =
                client.sh("sha256sum < /tmp/in; sha256sum < /tmp/out").output().split("\n", -1);
        assertThat(checksums[1]).isEqualTo(checksums[0]);
        assertThat(Long.parseLong(client.sh("stat -c %s /tmp/out").output())).isGreaterThanOrEqualTo(100_000_000);
    }

    @Test
    void fiftyConnectionsWorkBesideEachOther() {
        client.sh("pgbench -h /sockets -U postgres -i -q postgres").output();
        String report = client.sh("pgbench -h /sockets -U postgres -n -c 50 -j 2 -t 20 postgres")
                .output();
        assertThat(report)
                .contains("number of clients: 50")
                .contains("number of transactions actually processed: 1000/1000")
                .contains("number of failed transactions: 0 ");
    }

    private static Exec psql(String sql) {
        return client.exec("psql", "-h", "/sockets", "-U", "postgres", "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", sql);
    }
}
