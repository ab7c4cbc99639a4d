package io.socketbridge.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One demand on a pod's labels.
 *
 * @param key the label
 * @param operator what is demanded of it
 * @param values values for {@code In} and {@code NotIn}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "self.operator in ['In', 'NotIn'] ? has(self.values) && self.values.size() > 0"
                + " : !has(self.values) || self.values.size() == 0",
        message = "In and NotIn need at least one of values, Exists and DoesNotExist none")
public record LabelExpression(
        @JsonPropertyDescription("The label's key.") @Required @Size(min = 1, max = 317) @Nullable
        String key,

        @JsonPropertyDescription("In, NotIn, Exists or DoesNotExist.")
        @Required
        @Size(max = 32)
        @ValidationRule(
                value = "self in ['In', 'NotIn', 'Exists', 'DoesNotExist']",
                message = "operator must be one of In, NotIn, Exists, DoesNotExist")
        @Nullable
        String operator,

        @JsonPropertyDescription("The values, for In and NotIn.") @Size(max = 64) @Nullable
        List<String> values) {}
