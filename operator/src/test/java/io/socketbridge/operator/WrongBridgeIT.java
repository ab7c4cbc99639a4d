package io.socketbridge.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person gets to read who writes a bridge that cannot work. */
class WrongBridgeIT {

    private static final String SERVER = "server: {selector: {matchLabels: {app: db}}, path: /run/db/db.sock}";
    private static final String CLIENTS = "clients: [{selector: {matchLabels: {app: web}}, path: /sockets/db.sock}]";

    private static final String ADDRESS = "server: {address: {host: db.example.com, port: 5432}}";
    private static final String PLAIN = "\n  transport: {tls: Disabled}";

    private static TestApiServer server;
    private static KubernetesClient client;

    @BeforeAll
    static void start() {
        server = TestApiServer.start();
        client = server.client();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @Test
    void aRightBridgeIsTakenAndGetsItsDefaults() {
        var bridge = client.resource(yaml(
                        SERVER + "\n  " + CLIENTS + "\n  limits: {}\n  accessLog: {}\n  transport: {}\n  access: {}"))
                .create();

        assertThat(client.getKubernetesSerialization().asYaml(bridge))
                .contains(
                        "type: \"Stream\"",
                        "protocol: \"TCP\"",
                        "mode: \"0666\"",
                        "whenUnavailable: \"Refuse\"",
                        "proxyProtocol: \"None\"",
                        "tls: \"Mutual\"",
                        "connectTimeout: \"10s\"",
                        "drainTimeout: \"5s\"",
                        "deadPeerTimeout: \"60s\"",
                        "samplePercent: 0")
                .doesNotContain("framing", "oversize", "overflow", "headers", "maxRecordSize", "raw")
                .doesNotContain("maxConnections", "idleTimeout", "maxLifetime", "serviceAccounts", "uids", "gids");
    }

    @Test
    void theBridgeOfTheReferenceIsTakenWithAllItsFields() throws IOException {
        String reference = Files.readString(Path.of("../docs/resource.md"));
        String bridge = reference.substring(reference.indexOf("```yaml") + 7, reference.indexOf("```\n\n## "));

        client.genericKubernetesResources("socketbridge.io/v1alpha1", "SocketBridge")
                .inNamespace("default")
                .resource(Serialization.unmarshal(
                        bridge.replace("namespace: shop", "namespace: default"), GenericKubernetesResource.class))
                .fieldValidation(FieldValidateable.Validation.STRICT)
                .create();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            run/db.sock             | path 'run/db.sock' is not absolute
            EMPTY                    | path '' is not absolute
            @                       | path '@' is not absolute
            /db.sock                | path '/db.sock' is in a directory that the system needs
            /                       | path '/' is in a directory that the system needs
            /proc/self/db.sock      | path '/proc/self/db.sock' is in a directory that the system needs
            /sys/db.sock            | is in a directory that the system needs
            /dev/log                | is in a directory that the system needs
            /etc/db.sock            | is in a directory that the system needs
            /usr/lib/x/db.sock      | is in a directory that the system needs
            /var/run/secrets/a/b    | is in a directory that the system needs
            /run/../db.sock         | path '/run/../db.sock' has an empty, '.' or '..' segment
            /run/./db.sock          | path '/run/./db.sock' has an empty, '.' or '..' segment
            /run//db.sock           | path '/run//db.sock' has an empty, '.' or '..' segment
            /run/db/                | path '/run/db/' has an empty, '.' or '..' segment
            """)
    void aWrongPathGetsOneSentence(String path, String sentence) {
        assertThatOneSentenceComesBackFor(
                SERVER + "\n  clients: [{selector: {matchLabels: {app: web}}, path: '" + path.replace("EMPTY", "")
                        + "'}]",
                sentence);
        assertThatOneSentenceComesBackFor(
                CLIENTS + "\n  server: {selector: {matchLabels: {app: web}}, path: '" + path.replace("EMPTY", "")
                        + "'}",
                sentence);
    }

    @ParameterizedTest
    @CsvSource({
        "/run/db.sock",
        "/tmp/db.sock",
        "/opt/app/db.sock",
        "/etc/app/db.sock",
        "/usr/share/x.sock",
        "@db",
        "@a/b//c"
    })
    void aRightPathIsTaken(String path) {
        client.resource(yaml(SERVER + "\n  clients: [{selector: {matchLabels: {app: web}}, path: '" + path + "'}]"))
                .create();
    }

    @Test
    void aPathMayHave107BytesAndNotCharacters() {
        String ascii = "/sockets/" + "a".repeat(98);
        String umlauts = "/sockets/" + "ä".repeat(49);

        client.resource(yaml(CLIENTS + "\n  server: {selector: {matchLabels: {app: db}}, path: " + ascii + "}"))
                .create();
        client.resource(yaml(CLIENTS + "\n  server: {selector: {matchLabels: {app: db}}, path: " + umlauts + "}"))
                .create();
        client.resource(yaml(
                        CLIENTS + "\n  server: {selector: {matchLabels: {app: db}}, path: '@" + "a".repeat(107) + "'}"))
                .create();
        assertThatOneSentenceComesBackFor(
                CLIENTS + "\n  server: {selector: {matchLabels: {app: db}}, path: " + ascii + "a}",
                "has more than the 107 bytes that the kernel takes");
        assertThatOneSentenceComesBackFor(
                CLIENTS + "\n  server: {selector: {matchLabels: {app: db}}, path: " + umlauts + "ä}",
                "has more than the 107 bytes that the kernel takes");
        assertThatOneSentenceComesBackFor(
                CLIENTS + "\n  server: {selector: {matchLabels: {app: db}}, path: '@" + "a".repeat(108) + "'}",
                "has more than the 107 bytes that the kernel takes");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                                              | server says neither selector nor address
            {path: /run/db/db.sock}                                         | server says neither selector nor address
            {selector: {matchLabels: {a: b}}}                               | server.path is missing
            {selector: {matchLabels: {a: b}}, path: /run/db/db.sock, address: {host: db, port: 1}} | server has both selector and address
            {address: {host: db, port: 1}, port: 2}                         | server.path and server.port go with server.selector
            {address: {host: db, port: 0}}                                  | greater than or equal to 1
            {address: {host: 'tcp://db', port: 1}}                          | host 'tcp://db' is neither a host name nor an IP address
            {selector: {matchLabels: {a: b}}, path: /run/db/db.sock, proxyProtocol: V1} | proxyProtocol 'V1' is not supported: the allowed values are: None, V2
            {address: {host: db, port: 1}, proxyProtocol: v2}               | proxyProtocol 'v2' is not supported: the allowed values are: None, V2
            {selector: {}, path: /run/db/db.sock}                           | selector is empty
            {selector: {matchLabels: {}}, path: /run/db/db.sock}            | selector is empty
            {selector: {matchExpressions: [{key: a, operator: Is}]}, path: /run/db/db.sock} | operator must be one of
            {selector: {matchExpressions: [{key: a, operator: In}]}, path: /run/db/db.sock} | need at least one of values
            """)
    void aWrongServerGetsOneSentence(String serverSpec, String sentence) {
        assertThatOneSentenceComesBackFor(CLIENTS + "\n  server: " + serverSpec, sentence);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            0     | greater than or equal to 1
            65536 | less than or equal to 65535
            15820 | port 15820 is the sidecar's own, for tunnels: choose another, or none
            15821 | port 15821 is the sidecar's own, for health and metrics: choose another, or none
            """)
    void aWrongPortOfPlainTcpGetsOneSentence(int port, String sentence) {
        assertThatOneSentenceComesBackFor(withPort(port) + PLAIN, sentence);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            transport: {tls: Server}              | tls 'Server' is not supported: the allowed values are: Mutual, Disabled
            transport: {tls: ''}                  | tls '' is not supported: the allowed values are: Mutual, Disabled
            access: {serviceAccounts: [web, Web]} | serviceAccounts 'Web' cannot name a service account: write the plain name of one of this namespace, such as web
            access: {serviceAccounts: [shop/web]} | serviceAccounts 'shop/web' cannot name a service account
            access: {serviceAccounts: ['']}       | serviceAccounts '' cannot name a service account
            access: {serviceAccounts: [a..b]}     | serviceAccounts 'a..b' cannot name a service account
            access: {uids: [0, -1]}               | uids has a number that is not a user id: write ids from 0 to 4294967295
            access: {uids: [4294967296]}          | uids has a number that is not a user id: write ids from 0 to 4294967295
            access: {gids: [4294967296, -1]}      | gids has a number that is not a group id: write ids from 0 to 4294967295
            access: {gids: [-1]}                  | gids has a number that is not a group id: write ids from 0 to 4294967295
            """)
    void aWrongTransportOrAccessGetsOneSentence(String field, String sentence) {
        assertThatOneSentenceComesBackFor(SERVER + "\n  " + CLIENTS + "\n  " + field, sentence);
    }

    @Test
    void whatDoesNotGoTogetherGetsOneSentence() {
        String port =
                "server.port goes with transport.tls Disabled alone, as tunnels have port 15820, one for all bridges"
                        + " of a pod: remove server.port, or set transport.tls to Disabled";
        assertThatOneSentenceComesBackFor(withPort(5_433), port);
        assertThatOneSentenceComesBackFor(withPort(5_433) + "\n  transport: {}", port);
        assertThatOneSentenceComesBackFor(withPort(5_433) + "\n  transport: {tls: Mutual}", port);
        assertThatOneSentenceComesBackFor(
                withPort(5_433) + "\n  transport: {tls: mutual}",
                "tls 'mutual' is not supported: the allowed values are: Mutual, Disabled");

        assertThatOneSentenceComesBackFor(
                SERVER + "\n  " + CLIENTS + PLAIN + "\n  access: {uids: [1]}",
                "access needs transport.tls Mutual, as it is not known who connects otherwise: set transport.tls to Mutual,"
                        + " or remove access");
        String address = "access goes with server.selector alone, as no sidecar of ours is at server.address to ask who"
                + " connects: remove access, or use server.selector";
        assertThatOneSentenceComesBackFor(ADDRESS + "\n  " + CLIENTS + "\n  access: {}", address);
        assertThatOneSentenceComesBackFor(ADDRESS + "\n  " + CLIENTS + PLAIN + "\n  access: {uids: [1]}", address);
        assertThatOneSentenceComesBackFor(
                ADDRESS + "\n  " + CLIENTS + "\n  trafficDistribution: PreferClose",
                "trafficDistribution goes with server.selector alone, as it is not known where server.address is: remove"
                        + " trafficDistribution, or use server.selector");
    }

    @Test
    void transportAndAccessMayBeAtTheirEnds() {
        String accounts = IntStream.range(0, 64)
                .mapToObj(i -> ("a".repeat(61) + "." + i % 10).repeat(3) + i)
                .collect(Collectors.joining(", "));
        String ids = "[" + "0, 4294967295, ".repeat(31) + "1, 2]";
        for (String spec : List.of(
                SERVER + "\n  " + CLIENTS + "\n  access: {serviceAccounts: [" + accounts + "], uids: " + ids
                        + ", gids: " + ids + "}",
                SERVER + "\n  " + CLIENTS + PLAIN,
                SERVER + "\n  " + CLIENTS + "\n  trafficDistribution: PreferClose",
                ADDRESS + "\n  " + CLIENTS + PLAIN,
                withPort(65_535) + PLAIN,
                SERVER + "\n  " + CLIENTS + "\n  access: {serviceAccounts: [], uids: [], gids: []}")) {
            client.resource(yaml(spec)).create();
        }
        for (String field :
                List.of("serviceAccounts: [" + "a, ".repeat(64) + "a", "uids: [" + "1, ".repeat(64) + "1")) {
            assertThatThrownBy(() -> client.resource(yaml(SERVER + "\n  " + CLIENTS + "\n  access: {" + field + "]}"))
                            .create())
                    .hasMessageContaining("Too many: 65: must have at most 64 items");
        }
    }

    @Test
    void aNameHas63CharactersAtMost() {
        String spec = SERVER + "\n  " + CLIENTS;
        client.resource(named("a".repeat(31) + "." + "b".repeat(31), spec)).create();

        assertThatOneSentenceComesBack(
                named("a".repeat(64), spec),
                "name '" + "a".repeat(64) + "' has more than 63 characters: choose a shorter one");
        assertThatOneSentenceComesBack(named("a".repeat(253), spec), "has more than 63 characters");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            mode: '666'      | mode '666' is not a file mode
            mode: '0999'     | mode '0999' is not a file mode
            pathEnv: 1X      | pathEnv '1X' cannot name an environment variable
            """)
    void aWrongClientGetsOneSentence(String field, String sentence) {
        assertThatOneSentenceComesBackFor(
                SERVER + "\n  clients: [{selector: {matchLabels: {app: web}}, path: /sockets/db.sock, " + field + "}]",
                sentence);
    }

    @Test
    void whatIsMissingIsSaid() {
        assertThatOneSentenceComesBackFor(CLIENTS, "server is missing");
        assertThatOneSentenceComesBackFor(SERVER, "clients is empty");
        assertThatOneSentenceComesBackFor(SERVER + "\n  clients: []", "clients is empty");
    }

    @Test
    void anUnknownTypeGetsTheAllowedOnes() {
        assertThatOneSentenceComesBackFor(
                SERVER + "\n  " + CLIENTS + "\n  type: Carrier",
                "type 'Carrier' is not supported: the allowed values are: Stream, Datagram, SeqPacket, Raw");
        assertThatOneSentenceComesBackFor(
                CLIENTS + "\n  server: {selector: {matchLabels: {app: db}}, path: /run/db/db.sock, type: stream}",
                "type 'stream' is not supported: the allowed values are: Stream, Datagram, SeqPacket, Raw");
        assertThatOneSentenceComesBackFor(
                SERVER + "\n  clients: [{selector: {matchLabels: {app: web}}, path: /s/db.sock, type: Dgram}]",
                "type 'Dgram' is not supported");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            type: Datagram, oversize: Cut                    | oversize 'Cut' is not supported: the allowed values are: Reject, Truncate
            type: Datagram, overflow: Drop                   | overflow 'Drop' is not supported: the allowed values are: Block, DropNewest, DropOldest
            type: Datagram, transport: {protocol: SCTP}      | protocol 'SCTP' is not supported: the allowed values are: TCP, UDP, IP
            type: Datagram, limits: {maxRecordSize: 0}       | maxRecordSize is not a size from 1 to 16Mi: write a number of bytes, or one with the unit k, M, Ki or Mi, such as 65536, 64Ki or 1Mi
            type: Datagram, limits: {maxRecordSize: 16777217} | maxRecordSize is not a size from 1 to 16Mi
            type: Datagram, limits: {maxRecordSize: 17Mi}    | maxRecordSize is not a size from 1 to 16Mi
            type: Datagram, limits: {maxRecordSize: 1Gi}     | maxRecordSize is not a size from 1 to 16Mi
            type: Datagram, limits: {maxRecordSize: '1.5Mi'} | maxRecordSize is not a size from 1 to 16Mi
            type: SeqPacket, headers: {default: {datastream: 256}} | spec.headers.default.datastream in body should be less than or equal to 255
            type: SeqPacket, headers: {default: {datastream: -1}}  | spec.headers.default.datastream in body should be greater than or equal to 0
            type: Raw, transport: {protocol: IP, tls: Disabled}, raw: {ipProtocol: 0}   | spec.raw.ipProtocol in body should be greater than or equal to 1
            type: Raw, transport: {protocol: IP, tls: Disabled}, raw: {ipProtocol: 256} | spec.raw.ipProtocol in body should be less than or equal to 255
            """)
    void aWrongFieldOfRecordsGetsOneSentence(String fields, String sentence) {
        assertThatOneSentenceComesBack(flow(SERVER + ", " + CLIENTS + ", " + fields), sentence);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            transport: {protocol: UDP, tls: Disabled}                  | transport.protocol UDP carries Datagram alone, at both ends, as Stream and SeqPacket need a path on which nothing is lost, and Raw has no port: set transport.protocol to TCP, or type to Datagram
            transport: {protocol: UDP}                                 | transport.protocol UDP carries Datagram alone
            type: SeqPacket, transport: {protocol: UDP}, framing: None | transport.protocol UDP carries Datagram alone
            type: Raw, transport: {protocol: UDP, tls: Disabled}       | transport.protocol UDP carries Datagram alone
            transport: {protocol: IP}                                  | transport.protocol IP carries Raw alone, at both ends: set transport.protocol to TCP, or type to Raw
            type: Datagram, transport: {protocol: IP, tls: Disabled}   | transport.protocol IP carries Raw alone
            type: Datagram, transport: {protocol: UDP}                 | transport.protocol UDP has no encryption in this version, and transport.tls is Mutual: set transport.tls to Disabled, or transport.protocol to TCP
            type: Raw, transport: {protocol: IP, tls: Mutual}, raw: {ipProtocol: 9} | transport.protocol IP has no encryption in this version
            type: Raw, transport: {protocol: IP, tls: Disabled}        | raw.ipProtocol is missing: with transport.protocol IP say which protocol of IP, 1 to 255, such as raw: {ipProtocol: 253}
            type: Raw, raw: {ipProtocol: 9}                            | raw says which packets of IP carry the records, and transport.protocol is not IP: remove raw, or set transport.protocol to IP
            framing: Newline                                           | framing says how records become bytes where one end alone is a Stream, and that is not so here: remove framing, or set server.type or clients[].type
            type: Datagram, framing: None                              | framing says how records become bytes
            oversize: Truncate                                         | oversize and limits.maxRecordSize are about records, and a Stream has none: remove them, or set type to Datagram, SeqPacket or Raw
            limits: {maxRecordSize: 1Ki}                               | oversize and limits.maxRecordSize are about records
            overflow: DropOldest                                       | overflow is about datagrams, and neither end is Datagram or Raw; connections wait for a slow reader: remove overflow, or set type to Datagram
            type: SeqPacket, overflow: Block                           | overflow is about datagrams
            headers: {onInput: true}                                   | headers are those of sequenced packets, and neither end is SeqPacket: remove headers, or set type to SeqPacket
            type: Datagram, headers: {}                                | headers are those of sequenced packets
            """)
    void typesAndTransportsThatDoNotGoTogetherGetOneSentence(String fields, String sentence) {
        assertThatOneSentenceComesBack(flow(SERVER + ", " + CLIENTS + ", " + fields), sentence);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            type: Datagram, server: {address: {host: h, port: 1}}                                       | framing is missing, as records meet a stream of bytes: write framing: LengthPrefix (4 bytes of length in front of each record, big-endian), Newline (a record is a line) or None (where records end is lost)
            type: SeqPacket, framing: Headed, server: {selector: {matchLabels: {a: b}}, path: /run/a/b, type: Stream} | framing 'Headed' is not supported: the allowed values are: LengthPrefix, Newline, None
            type: SeqPacket, server: {selector: {matchLabels: {a: b}}, path: /run/a/b, type: Stream}    | framing is missing, as records meet a stream of bytes
            server: {selector: {matchLabels: {a: b}}, path: /run/a/b, type: SeqPacket}                  | framing is missing, as records meet a stream of bytes
            type: Datagram, server: {address: {host: h, port: 1}, type: Datagram}                       | server.type with server.address follows from transport.protocol, and is Stream for TCP, Datagram for UDP and Raw for IP: remove server.type, or set transport.protocol to what the service speaks
            type: Datagram, server: {address: {host: h, port: 1}, type: Stream}, transport: {protocol: UDP} | server.type with server.address follows from transport.protocol
            type: Datagram, server: {address: {host: h}}, transport: {protocol: UDP}                    | server.address.port is missing: say the service's port, 1 to 65535
            server: {address: {host: h}}                                                                | server.address.port is missing
            type: Raw, server: {address: {host: h, port: 1}}, transport: {protocol: IP}, raw: {ipProtocol: 1} | transport.protocol IP has no ports: remove server.port and server.address.port; raw.ipProtocol says which protocol
            type: Raw, server: {selector: {matchLabels: {a: b}}, path: /run/a/b, port: 5}, transport: {protocol: IP, tls: Disabled}, raw: {ipProtocol: 1} | transport.protocol IP has no ports
            type: Datagram, server: {selector: {matchLabels: {a: b}}, path: /run/a/b, proxyProtocol: V2} | server.proxyProtocol V2 goes with Stream at both ends alone, as records have no place for what is before a connection's first byte: set server.proxyProtocol to None
            """)
    void aServerOfAnotherTypeGetsOneSentence(String fields, String sentence) {
        assertThatOneSentenceComesBack(flow(CLIENTS + ", " + fields), sentence);
    }

    @Test
    void aStreamServerWithClientsOfBothKindsGetsOneSentence() {
        assertThatOneSentenceComesBack(
                flow(SERVER + ", framing: Newline, clients: [{selector: {matchLabels: {a: b}}, path: /s/a}, {selector:"
                        + " {matchLabels: {a: c}}, path: /s/a, type: Datagram}]"),
                "clients are Streams and others, and the server is a Stream, which cannot know whether a connection carries"
                        + " bytes or records: make a bridge for each of the two, with a socket of its own for the server to"
                        + " listen on");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            type: Datagram, limits: {maxRecordSize: 1}, oversize: Truncate, overflow: DropNewest
            type: Datagram, limits: {maxRecordSize: 16777216}
            type: Datagram, limits: {maxRecordSize: '65536'}
            type: Datagram, limits: {maxRecordSize: 16Mi}
            type: Datagram, transport: {protocol: UDP, tls: Disabled}
            type: Datagram, transport: {protocol: UDP}, server: {address: {host: h, port: 1}}
            type: Datagram, framing: LengthPrefix, server: {address: {host: h, port: 1}, type: Stream}
            type: SeqPacket, headers: {default: {endOfMessage: false, attention: true, datastream: 255}, onInput: true, onOutput: true}
            type: SeqPacket, headers: {default: {}}
            type: Raw
            type: Raw, transport: {protocol: IP, tls: Disabled}, raw: {ipProtocol: 255, headerIncluded: true}
            type: Raw, transport: {protocol: IP}, raw: {ipProtocol: 1}, server: {address: {host: 10.0.0.1}}
            """)
    void whatGoesTogetherIsTaken(String fields) {
        client.resource(flow((fields.contains("server:") ? "" : SERVER + ", ") + CLIENTS + ", " + fields))
                .create();
    }

    @Test
    void sixtyFourClientsOfAllTypesAreNotTooManyForTheRules() {
        String clients = IntStream.range(0, 64)
                .mapToObj(i -> "{selector: {matchLabels: {app: c" + i + "}}, path: /s/" + i + ", type: "
                        + List.of("Stream", "Datagram", "SeqPacket", "Raw").get(i % 4) + "}")
                .collect(Collectors.joining(", "));

        client.resource(flow("type: SeqPacket, framing: None, headers: {}, overflow: Block, oversize: Reject, " + SERVER
                        + ", clients: [" + clients + "]"))
                .create();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            whenUnavailable: Queue            | whenUnavailable 'Queue' is not supported: the allowed values are: Refuse, Wait
            whenUnavailable: wait             | whenUnavailable 'wait' is not supported
            trafficDistribution: PreferSame   | trafficDistribution 'PreferSame' is not supported: the allowed values are: PreferClose
            trafficDistribution: ''           | trafficDistribution '' is not supported: the allowed values are: PreferClose
            accessLog: {samplePercent: 101}   | spec.accessLog.samplePercent in body should be less than or equal to 100
            accessLog: {samplePercent: -1}    | spec.accessLog.samplePercent in body should be greater than or equal to 0
            limits: {maxConnections: 0}       | spec.limits.maxConnections in body should be greater than or equal to 1
            limits: {maxConnections: 1000001} | spec.limits.maxConnections in body should be less than or equal to 1000000
            limits: {connectTimeout: '10'}    | connectTimeout '10' is not a duration from 1ms to 1h: write numbers with the units h, m, s or ms, such as 500ms, 10s or 1h30m
            limits: {connectTimeout: ''}      | connectTimeout '' is not a duration from 1ms to 1h
            limits: {connectTimeout: 0s}      | connectTimeout '0s' is not a duration from 1ms to 1h
            limits: {connectTimeout: 1h1ms}   | connectTimeout '1h1ms' is not a duration from 1ms to 1h
            limits: {connectTimeout: -1s}     | connectTimeout '-1s' is not a duration from 1ms to 1h
            limits: {connectTimeout: 1.5s}    | connectTimeout '1.5s' is not a duration from 1ms to 1h
            limits: {idleTimeout: 0s}         | idleTimeout '0s' is not a duration from 1s to 720h
            limits: {idleTimeout: 999ms}      | idleTimeout '999ms' is not a duration from 1s to 720h
            limits: {idleTimeout: 30d}        | idleTimeout '30d' is not a duration from 1s to 720h
            limits: {idleTimeout: 99999h99999h99999h99999h} | idleTimeout '99999h99999h99999h99999h' is not a duration
            limits: {drainTimeout: 61m}       | drainTimeout '61m' is not a duration from 0s to 1h
            limits: {maxLifetime: 59s}        | maxLifetime '59s' is not a duration from 1m to 720h: write numbers with the units h, m, s or ms
            limits: {maxLifetime: 720h1ms}    | maxLifetime '720h1ms' is not a duration from 1m to 720h
            limits: {maxLifetime: 0s}         | maxLifetime '0s' is not a duration from 1m to 720h
            limits: {deadPeerTimeout: 5s}     | deadPeerTimeout '5s' is not a duration from 6s to 1h
            """)
    void aWrongLimitGetsOneSentence(String field, String sentence) {
        assertThatOneSentenceComesBackFor(SERVER + "\n  " + CLIENTS + "\n  " + field, sentence);
    }

    @Test
    void limitsMayBeAtTheirEnds() {
        for (String limits : List.of(
                "{maxConnections: 1, connectTimeout: 1ms, idleTimeout: 1s, drainTimeout: 0s, deadPeerTimeout: 6s,"
                        + " maxLifetime: 1m}",
                "{maxConnections: 1000000, connectTimeout: 1h, idleTimeout: 720h, drainTimeout: 60m,"
                        + " deadPeerTimeout: 59m59s1000ms, maxLifetime: 720h}")) {
            client.resource(yaml(SERVER + "\n  " + CLIENTS + "\n  limits: " + limits))
                    .create();
        }
    }

    private static String withPort(int port) {
        return CLIENTS + "\n  server: {selector: {matchLabels: {app: db}}, path: /run/db/db.sock, port: " + port + "}";
    }

    private static void assertThatOneSentenceComesBackFor(String spec, String sentence) {
        assertThatOneSentenceComesBack(yaml(spec), sentence);
    }

    private static void assertThatOneSentenceComesBack(String yaml, String sentence) {
        assertThatThrownBy(() -> client.resource(yaml).create())
                .asInstanceOf(InstanceOfAssertFactories.type(KubernetesClientException.class))
                .extracting(KubernetesClientException::getStatus)
                .extracting(WrongBridgeIT::messages)
                .satisfies(messages ->
                        assertThat(messages).singleElement().asString().contains(sentence));
    }

    private static List<String> messages(Status status) {
        return status.getDetails().getCauses().stream()
                .map(StatusCause::getMessage)
                .toList();
    }

    private static String named(String name, String spec) {
        return yaml(spec).replace("generateName: wrong-", "name: " + name);
    }

    /** A spec in one line. */
    private static String flow(String fields) {
        return yaml("x").replace("spec:\n  x", "spec: {" + fields + "}");
    }

    private static String yaml(String spec) {
        return """
                apiVersion: socketbridge.io/v1alpha1
                kind: SocketBridge
                metadata:
                  generateName: wrong-
                  namespace: default
                spec:
                  %s
                """.formatted(spec);
    }
}
