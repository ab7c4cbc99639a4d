package io.socketbridge.contract;

/** What an app's socket is, and so what passes through it. Both ends of a bridge have one each. */
public enum SocketType {
    /** A stream of bytes ({@code SOCK_STREAM}). */
    STREAM("Stream"),
    /** Messages without a connection ({@code SOCK_DGRAM}), which Linux keeps whole and in order, and does not lose. */
    DATAGRAM("Datagram"),
    /** A connection of records ({@code SOCK_SEQPACKET}). */
    SEQ_PACKET("SeqPacket"),
    /** Payloads of an IP protocol. Linux makes a datagram socket of a Unix socket of the type {@code SOCK_RAW}; to the app it is one. */
    RAW("Raw");

    private final String text;

    SocketType(String text) {
        this.text = text;
    }

    /** As it is written in a SocketBridge. */
    public String text() {
        return text;
    }

    /** Whether what is sent at once is received at once. */
    public boolean hasRecords() {
        return this != STREAM;
    }
}
