package io.socketbridge.sidecar.record;

/** What becomes of a record that is larger than may be, where it is to be rejected. */
public enum TooLarge {
    /** The connection is cut: whoever sends records on one counts on each. */
    CUTS,
    /** It is dropped, and counted: a datagram. */
    DROPPED
}
