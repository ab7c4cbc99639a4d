package io.socketbridge.contract;

/** What becomes of a record that is larger than {@link Records#mostBytes}. */
public enum Oversize {
    /** It is not passed on: a connection is reset, a datagram dropped and counted. */
    REJECT,
    /** Its beginning is passed on, and the cut counted. */
    TRUNCATE
}
