package io.socketbridge.sidecar.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socketbridge.contract.Access;
import io.socketbridge.contract.Framing;
import io.socketbridge.contract.Listen;
import io.socketbridge.contract.Overflow;
import io.socketbridge.contract.Oversize;
import io.socketbridge.contract.ProxyProtocol;
import io.socketbridge.contract.RecordHeaders;
import io.socketbridge.contract.Records;
import io.socketbridge.contract.Report;
import io.socketbridge.contract.Role;
import io.socketbridge.contract.Route;
import io.socketbridge.contract.RouteReport;
import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.Snapshot;
import io.socketbridge.contract.Target;
import io.socketbridge.contract.Tunnel;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SnapshotFormatTest {

    @Test
    void readsWhatTheOperatorWrites() throws IOException {
        assertThat(SnapshotFormat.read("""
                        {"revision": "7", "later": {"x": [1]}, "routes": [{
                          "id": "shop/db/client/0", "bridge": "shop/db", "role": "SERVER",
                          "listen": {"address": "unix:/s/db.sock", "mode": "0660", "anyPort": true},
                          "targets": [{"address": "tcp:10.0.0.1:5", "name": "db-0"}]}]}
                        """))
                .isEqualTo(new Snapshot(
                        "7",
                        List.of(new Route(
                                "shop/db/client/0",
                                "shop/db",
                                Role.SERVER,
                                new Listen("unix:/s/db.sock", "0660", true, ProxyProtocol.NONE),
                                List.of(new Target("tcp:10.0.0.1:5", "db-0"))))));
    }

    @Test
    void readsWhoseTunnelsThereAreAndWhoIsTrusted() throws IOException {
        Snapshot read = SnapshotFormat.read("""
                {"revision": "7", "trust": "PEM", "routes": [{
                  "id": "a", "listen": {"address": "unix:@a"}, "targets": [{"address": "tunnel:10.0.0.1:5"}],
                  "tunnel": {"serverName": "db.shop.socketbridge.internal", "peerName": "", "peers": ["spiffe://a/ns/b/sa/c"],
                             "access": {"uids": [4294967295], "gids": []}}}]}
                """);
        assertThat(read.trust()).isEqualTo("PEM");
        assertThat(read.routes().getFirst().tunnel())
                .isEqualTo(new Tunnel(
                        "db.shop.socketbridge.internal",
                        "",
                        List.of("spiffe://a/ns/b/sa/c"),
                        new Access(List.of(4_294_967_295L), List.of())));
    }

    @Test
    void readsHowFarAwayATargetIs() throws IOException {
        assertThat(SnapshotFormat.read("""
                        {"routes": [{"id": "a", "listen": {"address": "unix:@a"}, "targets": [
                          {"address": "tcp:10.0.0.1:5"}, {"address": "tcp:10.0.0.2:5", "distance": 9}]}]}
                        """).routes().getFirst().targets())
                .extracting(Target::distance)
                .containsExactly(0, 9);
    }

    @Test
    void readsHowRecordsAreCarried() throws IOException {
        assertThat(SnapshotFormat.read("""
                        {"routes": [{"id": "a", "listen": {"address": "unix-seqpacket:@a"}, "records": {
                          "mostBytes": 7, "oversize": "TRUNCATE", "framing": "NEWLINE", "wire": "LENGTH_PREFIX",
                          "headers": {"onInput": true, "control": 32, "datastream": 5}}}]}
                        """).routes().getFirst().records())
                .isEqualTo(new Records(
                        7,
                        Oversize.TRUNCATE,
                        Framing.NEWLINE,
                        Framing.LENGTH_PREFIX,
                        Overflow.BLOCK,
                        new RecordHeaders(true, false, RecordHeaders.ATTENTION, 5)));
        assertThat(SnapshotFormat.read("""
                        {"routes": [{"id": "a", "listen": {"address": "unix-seqpacket:@a"}, "records": {"mostBytes": 1048576}}]}
                        """).routes().getFirst().records()).isEqualTo(Records.DEFAULT);
        assertThatThrownBy(() -> SnapshotFormat.read("""
                        {"routes": [{"id": "a", "listen": {"address": "unix:@a"}, "records": {"framing": "HEADED"}}]}
                        """))
                .hasMessageContaining("records.framing HEADED")
                .hasMessageContaining("NEWLINE");
    }

    @Test
    void takesTheTunnelOfARouteThatHasNone() throws IOException {
        assertThat(SnapshotFormat.read("""
                        {"routes": [{"id": "a", "listen": {"address": "unix:@a"},
                          "tunnel": {"serverName": "", "peerName": "", "peers": [], "access": {"uids": [], "gids": []}}}]}
                        """).routes().getFirst().tunnel()).isEqualTo(Tunnel.NONE);
    }

    @Test
    void needsLittleOfAFile() throws IOException {
        assertThat(SnapshotFormat.read("{\"routes\": [{\"id\": \"a\", \"listen\": {\"address\": \"unix:@a\"}}]}"))
                .isEqualTo(new Snapshot(
                        "",
                        List.of(new Route(
                                "a",
                                "a",
                                Role.CLIENT,
                                new Listen("unix:@a", "", false, ProxyProtocol.NONE),
                                List.of()))));
    }

    @Test
    void takesALongTime() throws IOException {
        assertThat(SnapshotFormat.read("""
                        {"routes": [{"id": "a", "listen": {"address": "unix:@a"},
                          "limits": {"idleTimeoutMillis": 2592000000}}]}
                        """).routes().getFirst().limits().idleTimeoutMillis())
                .isEqualTo(2_592_000_000L);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    {"routes": 1}                                                       | snapshot.routes is not a list
                    {"routes": [1]}                                                     | snapshot.routes[0] is missing; it is an object
                    {"routes": [{"id": "a"}]}                                           | snapshot.routes[0].listen is missing
                    {"routes": [{"listen": {"address": "x"}}]}                          | snapshot.routes[0].id is missing
                    {"routes": [{"id": "a", "listen": {}}]}                             | snapshot.routes[0].listen.address is missing
                    {"routes": [{"id": "a", "role": "X", "listen": {"address": "x"}}]}  | 'X' is none of [CLIENT, SERVER]
                    {"routes": [{"id": "a", "listen": {"address": "x", "mode": "9"}}]}  | '9' is not a file mode
                    {"routes": [{"id": "a", "listen": {"address": "x"}, "limits": {"maxConnections": 2147483648}}]} | limits.maxConnections: '2147483648' is not a whole number from 0 to 2147483647
                    {"routes": [{"id": "a", "listen": {"address": "x"}, "limits": {"drainTimeoutMillis": 9223372036854775807}}]} | drainTimeoutMillis: '9223372036854775807' is not
                    {"routes": [{"id": "a", "listen": {"address": "x"}, "targets": [{"address": "y", "distance": 10}]}]} | targets[0].distance 10 is out of range
                    {"routes": [{"id": "a", "listen": {"address": "x"}, "targets": [{"address": "y", "distance": -1}]}]} | targets[0].distance: '-1' is not a whole number
                    {"routes": [{"id": "a", "listen": {"address": "x"}}, {"id": "a", "listen": {"address": "y"}}]} | ids are unique
                    """)
    void namesTheFieldThatIsWrong(String json, String why) {
        assertThatThrownBy(() -> SnapshotFormat.read(json))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(why);
    }

    @Test
    void writesReports() throws IOException {
        assertThat(SnapshotFormat.write(new Report(
                        "7", "1.0", List.of(new RouteReport("a", "tcp:0.0.0.0:1", RouteState.READY, "", 2, 3)))))
                .contains("\"revision\":\"7\"", "\"state\":\"READY\"", "\"activeConnections\":2");
    }
}
