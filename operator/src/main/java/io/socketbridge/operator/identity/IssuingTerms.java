package io.socketbridge.operator.identity;

import java.time.Duration;

/**
 * On what terms certificates are issued; {@code socketbridge.identity.*} in the configuration.
 *
 * @param trustDomain of SPIFFE IDs
 * @param leafLifetime of the certificates of pods and of the operator's own
 * @param authorityLifetime of an authority that the operator makes; rotation begins when a third of it is left
 * @param announceTime how long an authority is trusted before it signs; long enough for everybody to have heard of it
 * @param clockSkew how far apart the clocks of nodes may be
 */
record IssuingTerms(
        String trustDomain,
        Duration leafLifetime,
        Duration authorityLifetime,
        Duration announceTime,
        Duration clockSkew) {

    private static final String PREFIX = "socketbridge.identity.";

    /** @throws IllegalArgumentException if they make no sense; the message names the property */
    IssuingTerms {
        if (!trustDomain.matches("[a-z0-9._-]{1,255}")) {
            throw new IllegalArgumentException(PREFIX + "trust-domain '" + trustDomain
                    + "' is no trust domain: it has lower-case letters, digits, dots, dashes and underscores alone");
        }
        requirePositive("leaf-lifetime", leafLifetime);
        requirePositive("authority-lifetime", authorityLifetime);
        if (announceTime.isNegative() || clockSkew.isNegative()) {
            throw new IllegalArgumentException(PREFIX + "announce-time and clock-skew are not negative");
        }
        if (authorityLifetime
                        .dividedBy(3)
                        .compareTo(announceTime.plus(leafLifetime).plus(clockSkew))
                < 0) {
            throw new IllegalArgumentException(PREFIX + "authority-lifetime " + authorityLifetime
                    + " is too short: a rotation takes announce-time, leaf-lifetime and clock-skew,"
                    + " and has a third of it");
        }
    }

    /** The age at which a leaf is renewed: two thirds of its life, so that there is time to fail. */
    Duration renewalAge() {
        return leafLifetime.multipliedBy(2).dividedBy(3);
    }

    /** How long an authority stays trusted when it signs no more: until the last leaf has expired, by any clock. */
    Duration retirement() {
        return leafLifetime.plus(clockSkew);
    }

    private static void requirePositive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(PREFIX + name + " " + value + " is not positive");
        }
    }
}
