package io.socketbridge.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PrinterColumn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the operator made of a bridge.
 *
 * @param observedGeneration the generation that all of this is about
 * @param serverSummary who serves, in a few words
 * @param clientsReady ready of matched client pods
 * @param server counts of the server's pods
 * @param clients counts of the clients' pods, in the order of the spec
 * @param endpoints where connections go now
 * @param certificates the pods' certificates
 * @param conditions Accepted, Programmed, Ready and Lossless, and Certified where there are tunnels
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SocketBridgeStatus(
        @JsonPropertyDescription("The generation of the spec that this status is about.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription("Who serves, in a few words.") @PrinterColumn(name = "Server") @Nullable
        String serverSummary,

        @JsonPropertyDescription("How many of the matched client pods are ready, such as 2/2.")
        @PrinterColumn(name = "Clients")
        @Nullable
        String clientsReady,

        @JsonPropertyDescription("The server's pods; absent where the server is an address.") @Nullable
        PodCounts server,

        @JsonPropertyDescription("The clients' pods, one entry for each of spec.clients, in its order.") @Nullable
        List<ClientStatus> clients,

        @JsonPropertyDescription("Where connections go now; at most the first 100 are listed.") @Nullable
        List<EndpointStatus> endpoints,

        @JsonPropertyDescription("The certificates that the operator has issued to the pods; absent without tunnels.")
        @Nullable
        CertificatesStatus certificates,

        @JsonPropertyDescription(
                "Accepted: the bridge makes sense and is acted on. Programmed: every matched pod has what it needs."
                        + " Ready: every client pod reaches a server. Lossless: all that the one app says reaches the other, or"
                        + " what does not (reason Lossy). Certified, where transport.tls is Mutual: the pods'"
                        + " certificates are renewed in time.")
        @Nullable
        List<BridgeCondition> conditions) {}
