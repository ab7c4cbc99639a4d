package io.socketbridge.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of a bridge's pods.
 *
 * @param earliestExpiry when the first of them expires, RFC 3339
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CertificatesStatus(
        @JsonPropertyDescription(
                "When the first certificate of these pods expires, of those that their sidecars say they have. Each is"
                        + " renewed long before, so the time moves on; absent before the first sidecar has said so.")
        @Nullable
        String earliestExpiry) {}
