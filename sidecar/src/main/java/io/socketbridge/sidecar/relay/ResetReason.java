package io.socketbridge.sidecar.relay;

import java.util.Locale;

/** Why a connection was ended by a reset. */
public enum ResetReason {
    /** No target could be reached; see the failures by reason. */
    UNREACHABLE,
    /** One side was reset by its peer, or its peer took no more. */
    PEER,
    /** An app sent file descriptors ({@code SCM_RIGHTS}), which cannot leave the machine. */
    DESCRIPTORS,
    /** Out-of-band data ({@code MSG_OOB}, TCP urgent data) came, and the kernel of the other side has no such thing. */
    OUT_OF_BAND,
    /** The sidecar had no descriptor or memory left. */
    RESOURCES;

    /** The word that metrics and logs use. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
