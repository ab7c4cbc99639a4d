package io.socketbridge.contract;

/**
 * The certificate that a sidecar has. In seconds since 1970, both 0 while it has none.
 *
 * @param renewalSeconds when the sidecar begins to ask for another
 * @param expirySeconds when it expires
 */
public record CertificateReport(long renewalSeconds, long expirySeconds) {

    /** There is none. */
    public static final CertificateReport NONE = new CertificateReport(0, 0);

    /** Whether there is one. */
    public boolean exists() {
        return expirySeconds > 0;
    }

    /**
     * From when on something must be wrong if there is still no other: half of the time is gone in which the sidecar asked for one.
     */
    public long overdueSeconds() {
        return expirySeconds - (expirySeconds - renewalSeconds) / 2;
    }
}
