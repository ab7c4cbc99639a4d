package io.socketbridge.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who of the clients may connect; all that it says must hold.
 *
 * @param serviceAccounts the service accounts of their pods; empty for any
 * @param uids the users that their apps run as; empty for any
 * @param gids the groups that their apps run as; empty for any
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AccessSpec(
        @JsonPropertyDescription(
                "Names of service accounts of this namespace, at most 64: of the pods that clients select only those that"
                        + " run as one of them may connect. Empty: all of them.")
        @Size(max = MOST)
        @ValidationRule(value = NAMES, messageExpression = NAMES_MESSAGE)
        @Nullable
        List<@Size(max = 253) String> serviceAccounts,

        @JsonPropertyDescription(
                "User ids, 0 to 4294967295, at most 64: only apps that run as one of them may connect, as the kernel of"
                        + " the client's node has it. Empty: any user.")
        @Size(max = MOST)
        @ValidationRule(value = IDS, message = UIDS_MESSAGE)
        @Nullable
        List<Long> uids,

        @JsonPropertyDescription(
                "Group ids, 0 to 4294967295, at most 64: only apps whose primary group is one of them may connect."
                        + " Empty: any group.")
        @Size(max = MOST)
        @ValidationRule(value = IDS, message = GIDS_MESSAGE)
        @Nullable
        List<Long> gids) {

    private static final long MOST = 64;

    /** A DNS subdomain, as Kubernetes has it for service accounts. */
    private static final String NAME =
            "name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$')";

    private static final String NAMES = "self.all(name, " + NAME + ")";

    private static final String NAMES_MESSAGE = "\"serviceAccounts '\" + self.filter(name, !" + NAME
            + ")[0] + \"' cannot name a service account: write the plain name of one of this namespace, such as web\"";

    private static final String IDS = "self.all(id, id >= 0 && id <= 4294967295)";

    /** Without the number: to the API server, turning it into text costs more than all the rest. */
    private static final String UIDS_MESSAGE =
            "uids has a number that is not a user id: write ids from 0 to 4294967295";

    private static final String GIDS_MESSAGE =
            "gids has a number that is not a group id: write ids from 0 to 4294967295";
}
