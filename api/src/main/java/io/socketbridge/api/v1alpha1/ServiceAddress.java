package io.socketbridge.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * A TCP or UDP service, or a host.
 *
 * @param host its name or IP address
 * @param port its port; a host that is reached by IP alone has none
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ServiceAddress(
        @JsonPropertyDescription("A host name or an IP address, as seen from the clients' pods.")
        @Required
        @Size(max = 253)
        @ValidationRule(
                value =
                        "self.matches('^[a-zA-Z0-9]([-a-zA-Z0-9_.]*[a-zA-Z0-9])?$') || self.matches('^[0-9a-fA-F:.]+$')",
                messageExpression = "\"host '\" + self + \"' is neither a host name nor an IP address: write it without"
                        + " scheme, port or brackets\"")
        @Nullable
        String host,

        @JsonPropertyDescription("Its port, 1 to 65535. Only with transport.protocol IP there is none.")
        @Min(1)
        @Max(65_535)
        @Nullable
        Integer port) {}
