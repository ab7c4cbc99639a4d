package io.socketbridge.contract;

/** What becomes of datagrams that come while the other end takes none. */
public enum Overflow {
    /** They wait, and whoever sends more is held back, as by a local socket. */
    BLOCK,
    /** The ones that come are dropped, and counted. */
    DROP_NEWEST,
    /** The ones that wait are dropped for those that come, and counted. */
    DROP_OLDEST
}
