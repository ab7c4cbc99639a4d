package io.socketbridge.operator.identity;

import java.time.Instant;
import java.util.List;

/** Where the authority comes from. */
interface AuthoritySource {

    /**
     * The authorities as they are to be now, after such steps as are due. Blocks.
     *
     * @throws IllegalStateException if there is none that can sign; the message says why, and what to do
     */
    Standing advance(Instant now);

    /** The names of the Secrets, in the operator's namespace, a change of which is a reason to {@link #advance}. */
    List<String> secrets();
}
