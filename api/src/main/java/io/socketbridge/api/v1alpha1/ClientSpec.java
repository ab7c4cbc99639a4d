package io.socketbridge.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * A group of pods whose apps connect.
 *
 * @param selector the pods
 * @param path the socket that their apps open
 * @param type the type of that socket
 * @param mode permission bits of that socket
 * @param pathEnv the environment variable that says the path
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ClientSpec(
        @JsonPropertyDescription("The pods of this namespace whose apps connect to the socket.") @Required @Nullable
        PodSelector selector,

        @JsonPropertyDescription(
                "Where the app finds the socket: an absolute path, such as /sockets/db.sock, or an abstract name, such"
                        + " as @db. At most 107 bytes. The sidecar makes the socket; the path's directory becomes a"
                        + " volume that the app shares with it.")
        @Required
        @Size(max = 255)
        @ValidationRule(value = PathRules.ABSOLUTE, messageExpression = PathRules.ABSOLUTE_MESSAGE)
        @ValidationRule(value = PathRules.LENGTH, messageExpression = PathRules.LENGTH_MESSAGE)
        @ValidationRule(value = PathRules.SEGMENTS, messageExpression = PathRules.SEGMENTS_MESSAGE)
        @ValidationRule(value = PathRules.DIRECTORY, messageExpression = PathRules.DIRECTORY_MESSAGE)
        @Nullable
        String path,

        @JsonPropertyDescription("The type of the socket, where it is not spec.type.")
        @Size(max = 32)
        @ValidationRule(value = TypeRules.TYPE, messageExpression = TypeRules.TYPE_MESSAGE)
        @Nullable
        String type,

        @JsonPropertyDescription(
                "Permission bits of the socket in octal, four digits in quotes; who may connect needs the write bit."
                        + " Without meaning for an abstract name.")
        @Default("0666")
        @Size(max = 8)
        @ValidationRule(
                value = "self.matches('^0[0-7]{3}$')",
                messageExpression =
                        "\"mode '\" + self + \"' is not a file mode: write 0 and three octal digits, such as '0660'\"")
        @Nullable
        String mode,

        @JsonPropertyDescription(
                "The name of an environment variable that is set to the path in every container of the pod; a value"
                        + " that the container itself gives it stays.")
        @Size(max = 253)
        @ValidationRule(
                value = "self.matches('^[A-Za-z_][A-Za-z0-9_]*$')",
                messageExpression = "\"pathEnv '\" + self + \"' cannot name an environment variable: use letters,"
                        + " digits and underscores, such as DATABASE_SOCKET\"")
        @Nullable
        String pathEnv) {}
