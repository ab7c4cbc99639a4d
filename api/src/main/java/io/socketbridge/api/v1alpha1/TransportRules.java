package io.socketbridge.api.v1alpha1;

/** What the API server checks of a bridge's transport together with its other fields. */
final class TransportRules {

    private static final String MUTUAL =
            "(!has(self.transport) || !has(self.transport.tls) || self.transport.tls == 'Mutual')";

    private static final String DISABLED =
            "(has(self.transport) && has(self.transport.tls) && self.transport.tls == 'Disabled')";

    private static final String ADDRESS = "(has(self.server) && has(self.server.address))";

    /** Holds with an address, beside which the server's own rule forbids a port. */
    static final String PORT = "!has(self.server) || !has(self.server.port) || has(self.server.address) || !" + MUTUAL;

    static final String PORT_MESSAGE = "server.port goes with transport.tls Disabled alone, as tunnels have port 15820,"
            + " one for all bridges of a pod: remove server.port, or set transport.tls to Disabled";

    /** Holds with an address, which the other rule on access is about. */
    static final String ACCESS_PLAIN = "!has(self.access) || " + ADDRESS + " || !" + DISABLED;

    static final String ACCESS_PLAIN_MESSAGE = "access needs transport.tls Mutual, as it is not known who connects"
            + " otherwise: set transport.tls to Mutual, or remove access";

    static final String ACCESS_ADDRESS = "!has(self.access) || !" + ADDRESS + " || has(self.server.selector)";

    static final String ACCESS_ADDRESS_MESSAGE = "access goes with server.selector alone, as no sidecar of ours is at"
            + " server.address to ask who connects: remove access, or use server.selector";

    private TransportRules() {}
}
