package io.socketbridge.contract;

/** What becomes of a connection while no server is ready. */
public enum WhenUnavailable {
    /** It is refused at once, as a local socket does on which nobody listens. */
    REFUSE,
    /** It is taken and held until a server is ready, for at most {@link Limits#connectTimeoutMillis}, and reset then. */
    WAIT
}
