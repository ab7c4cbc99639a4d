package io.socketbridge.api.v1alpha1;

/**
 * What the API server checks of the types of a bridge's ends together with how it gets from one to the other. Each rule holds where an earlier
 * one fails, so that a mistake gets one sentence.
 */
final class TypeRules {

    private static final String TYPES = "['Stream', 'Datagram', 'SeqPacket', 'Raw']";

    static final String TYPE = "self in " + TYPES;

    static final String TYPE_MESSAGE =
            "\"type '\" + self + \"' is not supported: the allowed values are: Stream, Datagram," + " SeqPacket, Raw\"";

    private static final String PROTOCOL =
            "(has(self.transport) && has(self.transport.protocol) ? self.transport.protocol : 'TCP')";

    private static final String ADDRESS = "(has(self.server) && has(self.server.address))";

    private static final String TCP = "(" + PROTOCOL + " == 'TCP')";

    /** A service's type follows from what it is reached by. */
    private static final String OF_SERVICE =
            "(" + TCP + " ? 'Stream' : " + PROTOCOL + " == 'UDP' ? 'Datagram' : 'Raw')";

    static final String SERVICE = "!" + ADDRESS + " || !has(self.server.type) || has(self.server.selector)"
            + " || self.server.type == " + OF_SERVICE;

    private static final String OF_SERVER = "(" + ADDRESS + " ? " + OF_SERVICE
            + " : has(self.server) && has(self.server.type) ? self.server.type : self.type)";

    private static final String OF_CLIENT = "(has(client.type) ? client.type : self.type)";

    private static final String CLIENTS = "(has(self.clients) ? self.clients : [])";

    private static final String ALL = CLIENTS + ".all(client, ";

    private static final String ANY = CLIENTS + ".exists(client, ";

    private static final String ALL_STREAM = "(" + OF_SERVER + " == 'Stream' && " + ALL + OF_CLIENT + " == 'Stream'))";

    private static final String ALL_DATAGRAM =
            "(" + OF_SERVER + " == 'Datagram' && " + ALL + OF_CLIENT + " == 'Datagram'))";

    private static final String ALL_RAW = "(" + OF_SERVER + " == 'Raw' && " + ALL + OF_CLIENT + " == 'Raw'))";

    private static final String ANY_DATAGRAM =
            "(" + OF_SERVER + " == 'Datagram' || " + ANY + OF_CLIENT + " == 'Datagram'))";

    private static final String ANY_SEQPACKET =
            "(" + OF_SERVER + " == 'SeqPacket' || " + ANY + OF_CLIENT + " == 'SeqPacket'))";

    private static final String ANY_RAW = "(" + OF_SERVER + " == 'Raw' || " + ANY + OF_CLIENT + " == 'Raw'))";

    private static final String RECORDS = "!" + ALL_STREAM;

    private static final String KNOWN = "((" + SERVICE + ") && " + OF_SERVER + " in " + TYPES + " && " + ALL + OF_CLIENT
            + " in " + TYPES + ")" + ")";

    private static final String MIXED =
            "(" + KNOWN + " && " + ANY + "(" + OF_CLIENT + " == 'Stream') != (" + OF_SERVER + " == 'Stream'))" + ")";

    /** Whether the protocol carries these types. */
    private static final String FITS = "(" + KNOWN + " && (" + TCP + " || " + PROTOCOL + " == 'UDP' && " + ALL_DATAGRAM
            + " || " + PROTOCOL + " == 'IP' && " + ALL_RAW + "))";

    static final String SERVICE_MESSAGE =
            "server.type with server.address follows from transport.protocol, and is Stream"
                    + " for TCP, Datagram for UDP and Raw for IP: remove server.type, or set transport.protocol to what the service"
                    + " speaks";

    static final String UDP = PROTOCOL + " != 'UDP' || !" + KNOWN + " || " + ALL_DATAGRAM;

    static final String UDP_MESSAGE =
            "transport.protocol UDP carries Datagram alone, at both ends, as Stream and SeqPacket"
                    + " need a path on which nothing is lost, and Raw has no port: set transport.protocol to TCP, or type to Datagram";

    static final String IP = PROTOCOL + " != 'IP' || !" + KNOWN + " || " + ALL_RAW;

    static final String IP_MESSAGE =
            "transport.protocol IP carries Raw alone, at both ends: set transport.protocol to TCP, or type to Raw";

    static final String ENCRYPTION = TCP + " || !" + FITS + " || " + ADDRESS
            + " || (has(self.transport.tls) && self.transport.tls == 'Disabled')";

    static final String ENCRYPTION_MESSAGE =
            "\"transport.protocol \" + self.transport.protocol + \" has no encryption in"
                    + " this version, and transport.tls is Mutual: set transport.tls to Disabled, or transport.protocol to TCP\"";

    static final String FRAMING_MISSING = "has(self.framing) || !" + TCP + " || !" + MIXED;

    static final String FRAMING_MISSING_MESSAGE =
            "framing is missing, as records meet a stream of bytes: write framing:"
                    + " LengthPrefix (4 bytes of length in front of each record, big-endian), Newline (a record is a line) or None"
                    + " (where records end is lost)";

    static final String FRAMING_UNUSED = "!has(self.framing) || !" + FITS + " || " + MIXED;

    static final String FRAMING_UNUSED_MESSAGE =
            "framing says how records become bytes where one end alone is a Stream, and"
                    + " that is not so here: remove framing, or set server.type or clients[].type";

    /** A server's sidecar has one route for all clients. */
    static final String STREAM_SERVER =
            ADDRESS + " || " + OF_SERVER + " != 'Stream' || !" + MIXED + " || " + ALL + OF_CLIENT + " != 'Stream')";

    static final String STREAM_SERVER_MESSAGE =
            "clients are Streams and others, and the server is a Stream, which cannot know"
                    + " whether a connection carries bytes or records: make a bridge for each of the two, with a socket of its own"
                    + " for the server to listen on";

    static final String SIZE =
            RECORDS + " || !(has(self.oversize) || (has(self.limits) && has(self.limits.maxRecordSize)))";

    static final String SIZE_MESSAGE =
            "oversize and limits.maxRecordSize are about records, and a Stream has none: remove"
                    + " them, or set type to Datagram, SeqPacket or Raw";

    static final String OVERFLOW = "!has(self.overflow) || " + ANY_DATAGRAM + " || " + ANY_RAW;

    static final String OVERFLOW_MESSAGE =
            "overflow is about datagrams, and neither end is Datagram or Raw; connections wait"
                    + " for a slow reader: remove overflow, or set type to Datagram";

    static final String HEADERS = "!has(self.headers) || " + ANY_SEQPACKET;

    static final String HEADERS_MESSAGE = "headers are those of sequenced packets, and neither end is SeqPacket: remove"
            + " headers, or set type to SeqPacket";

    static final String RAW_MISSING = PROTOCOL + " != 'IP' || has(self.raw) || !" + FITS;

    static final String RAW_MISSING_MESSAGE =
            "raw.ipProtocol is missing: with transport.protocol IP say which protocol of IP,"
                    + " 1 to 255, such as raw: {ipProtocol: 253}";

    static final String RAW_UNUSED = "!has(self.raw) || !" + FITS + " || " + PROTOCOL + " == 'IP'";

    static final String RAW_UNUSED_MESSAGE =
            "raw says which packets of IP carry the records, and transport.protocol is not"
                    + " IP: remove raw, or set transport.protocol to IP";

    static final String PROXY =
            "!has(self.server) || !has(self.server.proxyProtocol) || self.server.proxyProtocol != 'V2'" + " || !("
                    + RECORDS + ")";

    static final String PROXY_MESSAGE =
            "server.proxyProtocol V2 goes with Stream at both ends alone, as records have no place"
                    + " for what is before a connection's first byte: set server.proxyProtocol to None";

    static final String PORT_MISSING = "!" + ADDRESS + " || " + PROTOCOL + " == 'IP' || has(self.server.address.port)";

    static final String PORT_MISSING_MESSAGE = "server.address.port is missing: say the service's port, 1 to 65535";

    static final String PORT_UNUSED = PROTOCOL + " != 'IP' || !" + FITS + " || !has(self.server)"
            + " || !(has(self.server.port) || (has(self.server.address) && has(self.server.address.port)))";

    static final String PORT_UNUSED_MESSAGE =
            "transport.protocol IP has no ports: remove server.port and server.address.port;"
                    + " raw.ipProtocol says which protocol";

    private TypeRules() {}
}
