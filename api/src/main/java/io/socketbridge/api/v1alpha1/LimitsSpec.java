package io.socketbridge.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.IntOrString;
import org.jspecify.annotations.Nullable;

/**
 * How much and how long a bridge's connections may take. Durations are as {@link DurationRules} has them.
 *
 * @param maxConnections connections open at once in one pod; null for as many as its sidecar may have descriptors for
 * @param connectTimeout how long a connection may wait for a server
 * @param idleTimeout how long a connection may be silent; null for ever
 * @param drainTimeout how long connections may go on when the pod ends
 * @param deadPeerTimeout how long a machine may give no sign of life
 * @param maxRecordSize how large a record may be
 * @param maxLifetime how old a connection may become; null for as old as it likes
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LimitsSpec(
        @JsonPropertyDescription(
                "How many connections of this bridge may be open at once in one pod, 1 to 1000000. More wait in the"
                        + " socket's backlog, as they do where a local server does not accept them. By default as many as"
                        + " the sidecar may have file descriptors for.")
        @Min(1)
        @Max(1_000_000)
        @Nullable
        Integer maxConnections,

        @JsonPropertyDescription(
                "How long a connection may wait for a server, and for that server to take it, 1ms to 1h. Then it is"
                        + " reset.")
        @Default("10s")
        @Size(max = DurationRules.MOST_CHARACTERS)
        @ValidationRule(value = DurationRules.CONNECT, messageExpression = DurationRules.CONNECT_MESSAGE)
        @Nullable
        String connectTimeout,

        @JsonPropertyDescription(
                "A connection on which no byte has moved either way for so long, and none waits for a reader that rests,"
                        + " is reset, 1s to 720h. By default it may be silent for ever, as on a local socket; but a"
                        + " client of Datagram or Raw that has been silent for 60s is forgotten, as it has no connection"
                        + " to end.")
        @Size(max = DurationRules.MOST_CHARACTERS)
        @ValidationRule(value = DurationRules.IDLE, messageExpression = DurationRules.IDLE_MESSAGE)
        @Nullable
        String idleTimeout,

        @JsonPropertyDescription(
                "How long connections may go on after the sidecar was told to end, 0s to 1h. Then they are reset. It is"
                        + " told when the app's containers have ended, and has no more time than is left of the pod's"
                        + " terminationGracePeriodSeconds.")
        @Default("5s")
        @Size(max = DurationRules.MOST_CHARACTERS)
        @ValidationRule(value = DurationRules.DRAIN, messageExpression = DurationRules.DRAIN_MESSAGE)
        @Nullable
        String drainTimeout,

        @JsonPropertyDescription(
                "When the machine at a connection's other end has given no sign of life for so long, 6s to 1h, it is"
                        + " taken for dead and the connection is reset. A connection that is merely silent is not. Where"
                        + " bytes are on their way, the node's kernel may give up earlier, by default after about 15 minutes.")
        @Default("60s")
        @Size(max = DurationRules.MOST_CHARACTERS)
        @ValidationRule(value = DurationRules.DEAD_PEER, messageExpression = DurationRules.DEAD_PEER_MESSAGE)
        @Nullable
        String deadPeerTimeout,

        @JsonPropertyDescription(
                "How large a record may be, 1 to 16Mi: a number of bytes, or one with the unit k, M, Ki or Mi. By default 1Mi."
                        + " oversize says what becomes of larger ones.")
        @ValidationRule(value = SizeRules.RECORD, message = SizeRules.RECORD_MESSAGE)
        @Nullable
        IntOrString maxRecordSize,

        @JsonPropertyDescription(
                "A connection that is so old is reset, 1m to 720h, so that who is at its ends is asked anew. By default"
                        + " it may become as old as it likes.")
        @Size(max = DurationRules.MOST_CHARACTERS)
        @ValidationRule(value = DurationRules.LIFETIME, messageExpression = DurationRules.LIFETIME_MESSAGE)
        @Nullable
        String maxLifetime) {}
