package io.socketbridge.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import org.jspecify.annotations.Nullable;

/**
 * The header of records that an app sends without one.
 *
 * @param endOfMessage whether each is the last of a message
 * @param attention whether each goes ahead of those that wait
 * @param datastream what kind of record it is, for the app at the other end
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DefaultHeaderSpec(
        @JsonPropertyDescription("Whether each record is the last of a message.") @Default("true") @Nullable
        Boolean endOfMessage,

        @JsonPropertyDescription("Whether records go ahead of others that wait for a slow reader.")
        @Default("false")
        @Nullable
        Boolean attention,

        @JsonPropertyDescription("The datastream type, 0 to 255: a number that means something to the apps alone.")
        @Default("0")
        @Min(0)
        @Max(255)
        @Nullable
        Integer datastream) {}
