package io.socketbridge.sidecar.identity;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The credentials that are in force; others may take their place at any time, and hold for the next handshake. Any thread may call. */
public final class Identity {

    /** Written under the object's lock, read without. */
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
    public synchronized void replace(Credentials credentials) {
        current = credentials;
    }

    /** Believes others by these authorities, if there are credentials at all; key and certificate stay. */
    public synchronized void trust(List<X509Certificate> authorities) {
        Credentials now = current;
        if (now != null && !now.trusted().equals(authorities)) {
            current = new Credentials(now.key(), now.chain(), authorities);
        }
    }
}
