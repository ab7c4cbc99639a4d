package io.socketbridge.sidecar.identity;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Why a pod needs another certificate now. */
public enum LeafNeed {
    /** It does not. */
    NONE("has what it needs"),

    /** It has none. */
    FIRST("has none yet"),

    /** There is an end of a bridge that the certificate does not name. */
    NAMES("has another end of a bridge"),

    /** The authority is trusted no more. */
    AUTHORITY("its certificate's authority is trusted no more"),

    /** It has expired. */
    EXPIRED("its certificate has expired"),

    /** It is two thirds through its life. */
    AGE("its certificate is two thirds through its life");

    private final String why;

    LeafNeed(String why) {
        this.why = why;
    }

    /** The reason, in words. */
    public String why() {
        return why;
    }

    /**
     * Whether another certificate is needed.
     *
     * @param held what there is
     * @param renewal when what there is gets old
     */
    public static LeafNeed of(LeafDemand demand, Optional<Credentials> held, Instant renewal, Instant now) {
        if (!demand.needed() || demand.trusted().isEmpty()) {
            return NONE;
        }
        if (held.isEmpty()) {
            return FIRST;
        }
        CertificateChain chain = new CertificateChain(held.get().chain());
        if (!chain.names().containsAll(demand.names())) {
            return NAMES;
        }
        if (!chain.leadsTo(demand.trusted())) {
            return AUTHORITY;
        }
        if (!now.isBefore(chain.leaf().getNotAfter().toInstant())) {
            return EXPIRED;
        }
        return now.isBefore(renewal) ? NONE : AGE;
    }

    /**
     * When a certificate that was obtained now gets old: at two thirds of what is left of its life, a little earlier by chance, so that
     * pods that started together do not all come at once for ever.
     *
     * @param chance from 0 to 1
     */
    public static Instant renewal(X509Certificate leaf, Instant obtained, double chance) {
        Duration life = Duration.between(obtained, leaf.getNotAfter().toInstant());
        double part = 2.0 / 3 - chance / 20;
        return obtained.plusMillis((long) (life.toMillis() * part));
    }
}
