package io.socketbridge.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import org.jspecify.annotations.Nullable;

/**
 * Which connections the sidecars write down.
 *
 * @param samplePercent of how many connections in a hundred there is a line
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AccessLogSpec(
        @JsonPropertyDescription(
                "Of how many connections in a hundred there is a line in the log: 0 for none, 100 for all.")
        @Default("0")
        @Min(0)
        @Max(100)
        @Nullable
        Integer samplePercent) {}
