package io.socketbridge.sidecar.frame;

/** What a frame is; docs/protocol.md says who sends it when. */
public enum FrameType {
    /** Begins a connection; a PROXY protocol header of version 2. */
    OPEN(0x01, 16, 1_040),
    /** The app at the other end has taken the connection. */
    ACCEPT(0x02, 0, 0),
    /** Bytes of the connection. */
    DATA(0x03, 1, FrameHeader.MOST_DATA_BYTES),
    /** A byte that was sent out of band, in its place among the others. */
    OUT_OF_BAND(0x05, 1, 1),
    /** The sender's app has ended its output. */
    END(0x06, 0, 0),
    /** The connection was cut; a {@link ResetCode}. */
    RESET(0x07, 1, 1),
    /** Both ends have ended, and all has been delivered: the tunnel is free for another connection. */
    DONE(0x08, 0, 0),
    /** Asks for a {@link #PONG}. */
    PING(0x09, 8, 8),
    /** Answers a {@link #PING}, with what was in it. */
    PONG(0x0A, 8, 8),
    /** No more connections are to be begun. */
    GO_AWAY(0x0B, 0, 0);

    private static final FrameType[] BY_CODE = byCode();

    private final int code;
    private final int leastBytes;
    private final int mostBytes;

    FrameType(int code, int leastBytes, int mostBytes) {
        this.code = code;
        this.leastBytes = leastBytes;
        this.mostBytes = mostBytes;
    }

    private static FrameType[] byCode() {
        FrameType[] types = new FrameType[GO_AWAY.code + 1];
        for (FrameType type : values()) {
            types[type.code] = type;
        }
        return types;
    }

    /** The type byte. */
    public int code() {
        return code;
    }

    /**
     * The type that a header has.
     *
     * @throws ProtocolException if there is none, or the length is not one that it may have
     */
    static FrameType of(int code, int length) throws ProtocolException {
        FrameType type = code < BY_CODE.length ? BY_CODE[code] : null;
        if (type == null) {
            throw new ProtocolException("there is no frame of type " + code);
        }
        if (length < type.leastBytes || length > type.mostBytes) {
            throw new ProtocolException("a frame " + type + " of " + length + " bytes; it has " + type.leastBytes
                    + (type.leastBytes == type.mostBytes ? "" : " to " + type.mostBytes));
        }
        return type;
    }
}
