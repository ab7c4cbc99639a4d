package io.socketbridge.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/**
 * Which packets of IP carry the records of a Raw bridge.
 *
 * @param ipProtocol the protocol's number
 * @param headerIncluded whether records are whole packets
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RawSpec(
        @JsonPropertyDescription(
                "The number of the protocol of IP whose payloads the records are, 1 to 255: 1 for ICMP; 253 and 254 are for"
                        + " experiments.")
        @Required
        @Min(1)
        @Max(255)
        @Nullable
        Integer ipProtocol,

        @JsonPropertyDescription("Whether each record is a whole packet, with the IP header in front of the payload; of"
                + " IPv4 alone.")
        @Default("false")
        @Nullable
        Boolean headerIncluded) {}
