package io.socketbridge.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/**
 * One condition, in the shape of {@code metav1.Condition}.
 *
 * @param type its name
 * @param status {@code True}, {@code False} or {@code Unknown}
 * @param observedGeneration the generation of the spec that it is about
 * @param lastTransitionTime when the status last changed, RFC 3339
 * @param reason one word, for programs
 * @param message a sentence, for people
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record BridgeCondition(
        @JsonPropertyDescription("Accepted, Programmed, Ready, Lossless or Certified.") @Required
        String type,

        @JsonPropertyDescription("True, False or Unknown.") @Required
        String status,

        @JsonPropertyDescription("The generation of the spec that this condition is about.")
        long observedGeneration,

        @JsonPropertyDescription("When the status last changed.") @Required
        String lastTransitionTime,

        @JsonPropertyDescription("Why, in one word, for programs.") @Required
        String reason,

        @JsonPropertyDescription("Why, and what to do, for people.") @Required
        String message) {}
