package io.socketbridge.contract;

/** How records are told from each other where they pass through a stream of bytes. */
public enum Framing {
    /** Each has its length in front of it, in four bytes, the most significant first. */
    LENGTH_PREFIX("LengthPrefix"),
    /** Each has a line feed behind it, which is no part of it. */
    NEWLINE("Newline"),
    /** They are not: the bytes follow each other, and whatever is read at once is a record. */
    NONE("None"),
    /**
     * Each has its length and its header in front of it, as sidecars speak with each other. It is not for apps, and no SocketBridge has
     * it.
     */
    HEADED("Headed");

    private final String text;

    Framing(String text) {
        this.text = text;
    }

    /** As it is written in a SocketBridge. */
    public String text() {
        return text;
    }
}
