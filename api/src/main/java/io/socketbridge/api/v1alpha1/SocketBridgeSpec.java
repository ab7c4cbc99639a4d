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
 * @param type the sockets' type
 * @param server who serves
 * @param clients who connects, in groups
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
@ValidationRule(
        value = "!has(self.trafficDistribution) || !has(self.server) || !has(self.server.address)"
                + " || has(self.server.selector)",
        message = "trafficDistribution goes with server.selector alone, as it is not known where server.address is:"
                + " remove trafficDistribution, or use server.selector")
public record SocketBridgeSpec(
        @JsonPropertyDescription(
                "The type of the sockets. Stream (SOCK_STREAM) carries bytes in order, each direction ending on its"
                        + " own. It is the only type that this version supports.")
        @Default("Stream")
        @PrinterColumn(name = "Type")
        @Size(max = 32)
        @ValidationRule(
                value = "self == 'Stream'",
                messageExpression = "\"type '\" + self + \"' is not supported: the allowed values are: Stream\"")
        @Nullable
        String type,

        @JsonPropertyDescription(
                "Who serves: either pods whose app listens on a Unix socket (selector and path), or any TCP service"
                        + " (address).")
        @Nullable
        ServerSpec server,

        @JsonPropertyDescription(
                "Who connects: groups of pods, each with the path at which its apps find the socket. At most 64.")
        @Size(max = 64)
        @Nullable
        List<ClientSpec> clients,

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
