package io.socketbridge.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/**
 * One place where connections go.
 *
 * @param name the pod's name, or the service's host
 * @param address address and port
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record EndpointStatus(
        @JsonPropertyDescription("The pod's name, or the service's host.")
        String name,

        @JsonPropertyDescription("Address and port, or with transport.protocol IP the protocol.")
        String address) {}
