package io.socketbridge.contract;

/**
 * How a route carries records, where it carries records and not bytes: where either end of its bridge has them.
 *
 * @param mostBytes the largest one; 0 where the route carries bytes
 * @param oversize what becomes of larger ones
 * @param framing how they are told from each other where this end of the bridge is a stream
 * @param wire how they are told from each other at its {@code tcp:} addresses: {@link Framing#HEADED} where another sidecar is there
 * @param overflow what becomes of datagrams for which there is no room
 * @param headers what the app at this end sees of their headers
 */
public record Records(
        int mostBytes, Oversize oversize, Framing framing, Framing wire, Overflow overflow, RecordHeaders headers) {

    /** More than any local socket takes, unless its system was set up for more. */
    public static final int DEFAULT_MOST_BYTES = 1 << 20;

    /** The most that can be asked for. */
    public static final int LIMIT_BYTES = 16 << 20;

    /** No records: bytes. */
    public static final Records NONE = new Records(0);

    /** What holds where nothing is said. */
    public static final Records DEFAULT = new Records(DEFAULT_MOST_BYTES);

    /** @throws IllegalArgumentException if the size is out of range */
    public Records {
        if (mostBytes < 0 || mostBytes > LIMIT_BYTES) {
            throw new IllegalArgumentException("mostBytes " + mostBytes + " is not in 0-" + LIMIT_BYTES);
        }
        if (framing == Framing.HEADED) {
            throw new IllegalArgumentException("framing HEADED is for what sidecars say to each other: apps have"
                    + " LENGTH_PREFIX, NEWLINE or NONE");
        }
    }

    /** Records that sidecars tell from each other. */
    public Records(int mostBytes, Oversize oversize, Framing framing, Overflow overflow, RecordHeaders headers) {
        this(mostBytes, oversize, framing, Framing.HEADED, overflow, headers);
    }

    /** The same, as an end has them whose apps see nothing of headers. */
    public Records hidingHeaders() {
        return new Records(
                mostBytes,
                oversize,
                framing,
                wire,
                overflow,
                new RecordHeaders(false, false, headers.control(), headers.datastream()));
    }

    private Records(int mostBytes) {
        this(mostBytes, Oversize.REJECT, Framing.LENGTH_PREFIX, Overflow.BLOCK, RecordHeaders.HIDDEN);
    }

    /** Whether the route carries records. */
    public boolean areCarried() {
        return mostBytes > 0;
    }
}
