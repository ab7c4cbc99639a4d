package io.socketbridge.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/**
 * One group of clients.
 *
 * @param path the group's path
 * @param pods counts of its pods
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ClientStatus(
        @JsonPropertyDescription("The path of this group of clients.")
        String path,

        @JsonPropertyDescription("Its pods.") PodCounts pods) {}
