package io.socketbridge.sidecar.frame;

/** Why a connection was cut, as the other end is told. It is told no more: whoever is refused learns nothing of the rules. */
public enum ResetCode {
    /** The app did it, or its end of the road is gone. */
    CUT(0),
    /** This client may not connect. */
    DENIED(1),
    /** No app listens. */
    UNAVAILABLE(2),
    /** The app did not take the connection in time. */
    TIMEOUT(3),
    /** The sidecar has no descriptor or memory left. */
    RESOURCES(4),
    /** It is this sidecar that ends: another may take the connection. */
    DRAIN(5),
    /** The two ends do not carry the same: bytes at one, records at the other. */
    KIND(6);

    private static final ResetCode[] ALL = values();

    private final int code;

    ResetCode(int code) {
        this.code = code;
    }

    /** The byte. */
    public byte code() {
        return (byte) code;
    }

    /** The code of a byte; one that this version does not know says that the connection was cut, and no more. */
    public static ResetCode of(byte code) {
        int index = Byte.toUnsignedInt(code);
        return index < ALL.length ? ALL[index] : CUT;
    }
}
