package io.socketbridge.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which pods, by their labels; all of what it says must hold.
 *
 * @param matchLabels labels that a pod must have
 * @param matchExpressions further demands on its labels
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "(has(self.matchLabels) && self.matchLabels.size() > 0)"
                + " || (has(self.matchExpressions) && self.matchExpressions.size() > 0)",
        message = "selector is empty, which would be every pod of the namespace: give at least one label in matchLabels"
                + " or matchExpressions")
public record PodSelector(
        @JsonPropertyDescription("Labels that a pod must have, each with this value.") @Nullable
        Map<String, String> matchLabels,

        @JsonPropertyDescription("Further demands on a pod's labels, all of which must hold.") @Size(max = 32) @Nullable
        List<LabelExpression> matchExpressions) {}
