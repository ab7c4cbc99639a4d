package io.socketbridge.contract;

/**
 * The names that are in a pod's certificate and in a tunnel's handshake.
 *
 * <p>A certificate says by its SPIFFE ID which service account its pod has, and by one DNS name for each end of a bridge that is in the
 * pod that it may be that end. So a certificate of one bridge is of no use for another, though the service account be the same.
 */
public final class TunnelNames {

    /** Below it are all names; {@code internal} is reserved for private use. */
    public static final String DOMAIN = "socketbridge.internal";

    private TunnelNames() {}

    /** What a client asks for (SNI), such as {@code orders-db.shop.socketbridge.internal}. */
    public static String server(String namespace, String bridge) {
        return bridge + "." + namespace + "." + DOMAIN;
    }

    /**
     * What the certificate of a pod has that is this end of the bridge.
     *
     * @param serverName as {@link #server} gives it
     */
    public static String grant(Role role, String serverName) {
        return switch (role) {
            case CLIENT -> "client." + serverName;
            case SERVER -> "server." + serverName;
        };
    }

    /** The SPIFFE ID of a service account. */
    public static String spiffeId(String trustDomain, String namespace, String serviceAccount) {
        return "spiffe://" + trustDomain + "/ns/" + namespace + "/sa/" + serviceAccount;
    }
}
