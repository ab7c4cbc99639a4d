package io.socketbridge.sidecar.identity;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The credentials that are in force; others may take their place at any time, and hold for the next handshake. Any thread may call. */
public final class Identity {

    private volatile @Nullable Credentials current;

    /** Nobody yet. */
    public Identity() {}

    /** One that has these credentials. */
    public Identity(Credentials credentials) {
        this.current = credentials;
    }

    /** The credentials that are in force; empty before there are any. */
    public Optional<Credentials> current() {
        return Optional.ofNullable(current);
    }

    /** Puts others in force. */
    public void replace(Credentials credentials) {
        current = credentials;
    }
}
