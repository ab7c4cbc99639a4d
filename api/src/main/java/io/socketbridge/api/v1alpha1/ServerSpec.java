package io.socketbridge.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * Who serves: a selector with a path, or an address.
 *
 * @param selector the pods whose app listens
 * @param path the socket on which it listens
 * @param type the type of that socket
 * @param port the TCP port of the pod's sidecar
 * @param address a service instead
 * @param proxyProtocol what a connection to the server begins with
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "has(self.selector) || has(self.address)",
        message = "server says neither selector nor address: name the server's pods with selector and path, or any TCP"
                + " or UDP service with address")
@ValidationRule(
        value = "!(has(self.selector) && has(self.address))",
        message = "server has both selector and address: keep selector and path for pods of this namespace, or address"
                + " for any TCP service")
@ValidationRule(
        value = "!has(self.selector) || has(self.address) || has(self.path)",
        message = "server.path is missing: with server.selector say the path of the socket on which the app listens")
@ValidationRule(
        value = "!has(self.address) || has(self.selector) || !(has(self.path) || has(self.port))",
        message = "server.path and server.port go with server.selector: remove them, or use server.selector instead of"
                + " server.address")
public record ServerSpec(
        @JsonPropertyDescription(
                "The pods of this namespace whose app listens on the socket. Connections go to any of them that is"
                        + " ready.")
        @Nullable
        PodSelector selector,

        @JsonPropertyDescription(
                "Where the app listens: an absolute path, such as /run/postgresql/.s.PGSQL.5432, or an abstract name,"
                        + " such as @postgres. At most 107 bytes. The path's directory becomes a volume that the app"
                        + " shares with its sidecar; a volume that the app already mounts there is used as it is.")
        @Size(max = 255)
        @ValidationRule(value = PathRules.ABSOLUTE, messageExpression = PathRules.ABSOLUTE_MESSAGE)
        @ValidationRule(value = PathRules.LENGTH, messageExpression = PathRules.LENGTH_MESSAGE)
        @ValidationRule(value = PathRules.SEGMENTS, messageExpression = PathRules.SEGMENTS_MESSAGE)
        @ValidationRule(value = PathRules.DIRECTORY, messageExpression = PathRules.DIRECTORY_MESSAGE)
        @Nullable
        String path,

        @JsonPropertyDescription(
                "The type of the server's socket, where it is not spec.type. With address it follows from transport.protocol:"
                        + " Stream for TCP, Datagram for UDP, Raw for IP.")
        @Size(max = 32)
        @ValidationRule(value = TypeRules.TYPE, messageExpression = TypeRules.TYPE_MESSAGE)
        @Nullable
        String type,

        @JsonPropertyDescription(
                "The TCP or UDP port on which the sidecar of the server's pod takes this bridge's connections where transport.tls"
                        + " is Disabled. By default the operator chooses one that is free; set it where a firewall or a"
                        + " NetworkPolicy has to know. Tunnels have port 15820, one for all bridges of a pod.")
        @Min(1)
        @Max(65_535)
        @ValidationRule(
                value = "self != 15821",
                message = "port 15821 is the sidecar's own, for health and metrics: choose another, or none")
        @ValidationRule(
                value = "self != 15820",
                message = "port 15820 is the sidecar's own, for tunnels: choose another, or none")
        @Nullable
        Integer port,

        @JsonPropertyDescription(
                "A TCP or UDP service, or with transport.protocol IP a host, inside or outside the cluster, reached through the clients' local sockets. Nothing is"
                        + " injected on its side.")
        @Nullable
        ServiceAddress address,

        @JsonPropertyDescription(
                "What the app, or the service at the address, gets before the bytes of each connection. None: nothing."
                        + " V2: a header of the PROXY protocol, version 2, which says who connects: the user and group"
                        + " id of the connecting app as its kernel knows them (TLVs 0xE0 and 0xE1, 4 bytes each,"
                        + " big-endian), and a unique id of the connection. Only for servers that expect it, and only with"
                        + " Stream at both ends.")
        @Default("None")
        @Size(max = 32)
        @ValidationRule(
                value = "self in ['None', 'V2']",
                messageExpression =
                        "\"proxyProtocol '\" + self" + " + \"' is not supported: the allowed values are: None, V2\"")
        @Nullable
        String proxyProtocol) {}
