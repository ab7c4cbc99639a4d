package io.socketbridge.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import org.jspecify.annotations.Nullable;

/**
 * What apps with sequenced packets see of the headers of records, after the sequenced packet protocol of BSD.
 *
 * @param defaults the header of records that an app sends without one
 * @param onInput whether apps read headers
 * @param onOutput whether apps write headers
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RecordHeadersSpec(
        @JsonProperty("default")
        @JsonPropertyDescription("The header of records that an app sends without one (SO_DEFAULT_HEADERS).")
        @Nullable
        DefaultHeaderSpec defaults,

        @JsonPropertyDescription(
                "Whether the app reads the header in front of each record, in 4 bytes: connection control (16:"
                        + " end of message, 32: attention), datastream type, and a sequence number in two, big-endian"
                        + " (SO_HEADERS_ON_INPUT).")
        @Default("false")
        @Nullable
        Boolean onInput,

        @JsonPropertyDescription(
                "Whether the app writes such a header in front of each record that it sends; the sequence number"
                        + " in it means nothing (SO_HEADERS_ON_OUTPUT).")
        @Default("false")
        @Nullable
        Boolean onOutput) {}
