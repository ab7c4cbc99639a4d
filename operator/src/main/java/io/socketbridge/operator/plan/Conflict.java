package io.socketbridge.operator.plan;

/**
 * Two ends that cannot both be in one pod; the later one is not programmed there.
 *
 * @param loser the end that is left out
 * @param winner the end that is there
 * @param reason one word, stable
 * @param what what both want, such as {@code path /sockets/db.sock}
 */
public record Conflict(End loser, End winner, String reason, String what) {

    /** Both want the same socket. */
    public static final String PATH = "PathConflict";

    /** Both want to set the same environment variable. */
    public static final String ENVIRONMENT = "EnvironmentConflict";

    /** Both demand the same port. */
    public static final String PORT = "PortConflict";

    /** Both demand the same protocol of IP. */
    public static final String PROTOCOL = "ProtocolConflict";

    /** For people: who wants what, who has it, and what to do. */
    public String sentence(String pod) {
        boolean same = loser.bridge().key().equals(winner.bridge().key());
        return "pod " + pod + ": " + what + " is already claimed by "
                + (same
                        ? "this bridge's "
                                + winner.id().substring(winner.bridge().key().length() + 1)
                        : "the older bridge " + winner.bridge().key())
                + "; choose another in one of the two, or make their selectors disjoint";
    }
}
