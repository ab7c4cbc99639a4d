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
    /** A record was larger than the route carries, or than the socket that it was for takes. */
    RECORD_TOO_LARGE,
    /** It ended within a record. */
    RECORD_INCOMPLETE,
    /** What came was no record: its length is none that may be, or it has not the header that it has to have. */
    RECORD_INVALID,
    /** It did not begin with the PROXY protocol header that it had to begin with. */
    PROXY_HEADER,
    /** Nothing moved either way for as long as the route allows. */
    IDLE,
    /** It was as old as the route allows. */
    LIFETIME,
    /** The machine at the other end gave no sign of life for as long as the route allows. */
    DEAD_PEER,
    /** The sidecar was told to end, and the connection had not ended in the time that it was given. */
    DRAIN,
    /** The sidecar had no descriptor or memory left. */
    RESOURCES;

    /** The word that metrics and logs use. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
