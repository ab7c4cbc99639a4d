package io.socketbridge.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PrinterColumn;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to bridge.
 *
 * @param type the sockets' type, where an end does not say another
 * @param server who serves
 * @param clients who connects, in groups
 * @param framing how records become bytes, where one end alone is a stream
 * @param headers what apps see of the headers of records
 * @param oversize what becomes of a record that is too large
 * @param overflow what becomes of datagrams that are too many
 * @param raw which packets of IP carry the records
 * @param transport how bytes get from pod to pod
 * @param access who of the clients may connect
 * @param whenUnavailable what becomes of a connection while no server is ready
 * @param limits how much and how long connections may take
 * @param accessLog which connections are written down
 * @param trafficDistribution which of several servers a connection goes to
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "has(self.server)",
        message = "server is missing: name the server's pods with server.selector and server.path, or any TCP service"
                + " with server.address")
@ValidationRule(
        value = "has(self.clients) && self.clients.size() > 0",
        message = "clients is empty: list at least one group of pods with its selector and path")
@ValidationRule(value = TransportRules.PORT, message = TransportRules.PORT_MESSAGE)
@ValidationRule(value = TransportRules.ACCESS_PLAIN, message = TransportRules.ACCESS_PLAIN_MESSAGE)
@ValidationRule(value = TransportRules.ACCESS_ADDRESS, message = TransportRules.ACCESS_ADDRESS_MESSAGE)
@ValidationRule(value = TypeRules.SERVICE, message = TypeRules.SERVICE_MESSAGE)
@ValidationRule(value = TypeRules.UDP, message = TypeRules.UDP_MESSAGE)
@ValidationRule(value = TypeRules.IP, message = TypeRules.IP_MESSAGE)
@ValidationRule(value = TypeRules.ENCRYPTION, messageExpression = TypeRules.ENCRYPTION_MESSAGE)
@ValidationRule(value = TypeRules.FRAMING_MISSING, message = TypeRules.FRAMING_MISSING_MESSAGE)
@ValidationRule(value = TypeRules.FRAMING_UNUSED, message = TypeRules.FRAMING_UNUSED_MESSAGE)
@ValidationRule(value = TypeRules.STREAM_SERVER, message = TypeRules.STREAM_SERVER_MESSAGE)
@ValidationRule(value = TypeRules.SIZE, message = TypeRules.SIZE_MESSAGE)
@ValidationRule(value = TypeRules.OVERFLOW, message = TypeRules.OVERFLOW_MESSAGE)
@ValidationRule(value = TypeRules.HEADERS, message = TypeRules.HEADERS_MESSAGE)
@ValidationRule(value = TypeRules.RAW_MISSING, message = TypeRules.RAW_MISSING_MESSAGE)
@ValidationRule(value = TypeRules.RAW_UNUSED, message = TypeRules.RAW_UNUSED_MESSAGE)
@ValidationRule(value = TypeRules.PROXY, message = TypeRules.PROXY_MESSAGE)
@ValidationRule(value = TypeRules.PORT_MISSING, message = TypeRules.PORT_MISSING_MESSAGE)
@ValidationRule(value = TypeRules.PORT_UNUSED, message = TypeRules.PORT_UNUSED_MESSAGE)
@ValidationRule(
        value = "!has(self.trafficDistribution) || !has(self.server) || !has(self.server.address)"
                + " || has(self.server.selector)",
        message = "trafficDistribution goes with server.selector alone, as it is not known where server.address is:"
                + " remove trafficDistribution, or use server.selector")
public record SocketBridgeSpec(
        @JsonPropertyDescription(
                "The type of the sockets. Stream (SOCK_STREAM) carries bytes in order, each direction ending on its own."
                        + " Datagram (SOCK_DGRAM) carries messages without a connection, SeqPacket (SOCK_SEQPACKET) records"
                        + " over one, Raw (SOCK_RAW) payloads of an IP protocol. server.type and clients[].type say another"
                        + " for one end; docs/types.md says what is lost between which.")
        @Default("Stream")
        @PrinterColumn(name = "Type")
        @Size(max = 32)
        @ValidationRule(value = TypeRules.TYPE, messageExpression = TypeRules.TYPE_MESSAGE)
        @Nullable
        String type,

        @JsonPropertyDescription(
                "Who serves: either pods whose app listens on a Unix socket (selector and path), or any TCP or UDP service"
                        + " (address).")
        @Nullable
        ServerSpec server,

        @JsonPropertyDescription(
                "Who connects: groups of pods, each with the path at which its apps find the socket. At most 64.")
        @Size(max = 64)
        @Nullable
        List<ClientSpec> clients,

        @JsonPropertyDescription(
                "How records become bytes, where one end alone is a Stream; it has to be said there. LengthPrefix: 4 bytes of"
                        + " length in front of each record, big-endian. Newline: a line feed behind each, so that a record"
                        + " which has one in it becomes several. None: nothing, so that it is lost where a record ends.")
        @Size(max = 32)
        @ValidationRule(
                value = "self in ['LengthPrefix', 'Newline', 'None']",
                messageExpression = "\"framing '\" + self"
                        + " + \"' is not supported: the allowed values are: LengthPrefix, Newline, None\"")
        @Nullable
        String framing,

        @JsonPropertyDescription(
                "What apps with SeqPacket sockets see of the headers of records. By default nothing, as on any such socket"
                        + " of Linux.")
        @Nullable
        RecordHeadersSpec headers,

        @JsonPropertyDescription(
                "What becomes of a record that is larger than limits.maxRecordSize. Reject, by default: its connection is reset,"
                        + " or the datagram dropped and counted. Truncate: its beginning is passed on, and the cut counted.")
        @Size(max = 32)
        @ValidationRule(
                value = "self in ['Reject', 'Truncate']",
                messageExpression =
                        "\"oversize '\" + self" + " + \"' is not supported: the allowed values are: Reject, Truncate\"")
        @Nullable
        String oversize,

        @JsonPropertyDescription(
                "What becomes of datagrams that come while the server's end takes no more. Block, by default: who sends them waits,"
                        + " as on a local socket. DropNewest: they are dropped. DropOldest: those that wait are. What is"
                        + " dropped is counted.")
        @Size(max = 32)
        @ValidationRule(
                value = "self in ['Block', 'DropNewest', 'DropOldest']",
                messageExpression = "\"overflow '\" + self"
                        + " + \"' is not supported: the allowed values are: Block, DropNewest, DropOldest\"")
        @Nullable
        String overflow,

        @JsonPropertyDescription("Which packets of IP carry the records, with transport.protocol IP.") @Nullable
        RawSpec raw,

        @JsonPropertyDescription(
                "How bytes get from the sidecar of one pod to that of another: in mutual TLS, by default.")
        @Nullable
        TransportSpec transport,

        @JsonPropertyDescription(
                "Who of the clients may connect; all that it says must hold, and by default all pods that clients select"
                        + " and all their users may. It needs transport.tls Mutual and a server with a selector: who"
                        + " connects is not known otherwise. A connection of anybody else is reset before a byte of it is"
                        + " delivered.")
        @Nullable
        AccessSpec access,

        @JsonPropertyDescription(
                "What becomes of a connection while no server is ready. Refuse: it is refused at once, as on a local"
                        + " socket on which nobody listens. Wait: it is taken and held until a server is ready, for at"
                        + " most limits.connectTimeout, and then reset. An address (server.address) always counts as"
                        + " ready.")
        @Default("Refuse")
        @Size(max = 32)
        @ValidationRule(
                value = "self in ['Refuse', 'Wait']",
                messageExpression = "\"whenUnavailable '\" + self"
                        + " + \"' is not supported: the allowed values are: Refuse, Wait\"")
        @Nullable
        String whenUnavailable,

        @JsonPropertyDescription(
                "How much and how long this bridge's connections may take. The sidecar of each pod, client or server,"
                        + " keeps to it on its own. Durations are written as 500ms, 10s or 1h30m.")
        @Nullable
        LimitsSpec limits,

        @JsonPropertyDescription("Which connections the sidecars write a line about to their logs.") @Nullable
        AccessLogSpec accessLog,

        @JsonPropertyDescription(
                "Which of several servers a client's connections go to, as a Kubernetes Service says it. PreferClose: one on"
                        + " the client's own node if there is one, else one in its zone (the node's label"
                        + " topology.kubernetes.io/zone), else any; to the others as long as none of the nearer ones is"
                        + " ready. By default to any, near or far. It needs a server with a selector.")
        @Size(max = 32)
        @ValidationRule(
                value = "self == 'PreferClose'",
                messageExpression = "\"trafficDistribution '\" + self"
                        + " + \"' is not supported: the allowed values are: PreferClose\"")
        @Nullable
        String trafficDistribution) {}
