package io.socketbridge.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * How bytes get from the sidecar of one pod to that of another.
 *
 * @param protocol what carries them
 * @param tls what they are in
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TransportSpec(
        @JsonPropertyDescription(
                "TCP: connections, in which nothing is lost. UDP, for Datagram at both ends: a packet for each datagram, which may"
                        + " get lost. IP, for Raw at both ends: packets of the protocol raw.ipProtocol, for which the sidecars"
                        + " of the bridge's pods need the capability NET_RAW, and the namespace has to allow it. UDP and IP"
                        + " have no encryption in this version, so between two pods they go with tls Disabled alone.")
        @Default("TCP")
        @Size(max = 32)
        @ValidationRule(
                value = "self in ['TCP', 'UDP', 'IP']",
                messageExpression =
                        "\"protocol '\" + self + \"' is not supported: the allowed values are: TCP, UDP, IP\"")
        @Nullable
        String protocol,

        @JsonPropertyDescription(
                "Mutual: in tunnels of TLS 1.3, in which each sidecar knows the other by its certificate, to port 15820 of"
                        + " the server's pod. Disabled: plain TCP, UDP or IP, which anybody on the way can read and change, and to"
                        + " which any pod can connect that reaches the port. It is about the way between two sidecars: to"
                        + " a service at server.address the app's bytes go as they are, in that service's own protocol.")
        @Default("Mutual")
        @Size(max = 32)
        @ValidationRule(
                value = "self in ['Mutual', 'Disabled']",
                messageExpression =
                        "\"tls '\" + self + \"' is not supported: the allowed values are: Mutual, Disabled\"")
        @Nullable
        String tls) {}
