package io.socketbridge.sidecar.tls;

import javax.net.ssl.SSLException;

/** Makes the {@link Protection} of each tunnel. Any thread may call. */
public interface Protections {

    /** None at all: whoever can reach the port can read, write and pretend. */
    Protections CLEARTEXT = new Protections() {
        @Override
        public Protection client(String serverName) {
            return Cleartext.client(serverName);
        }

        @Override
        public Protection server() {
            return Cleartext.server();
        }
    };

    /**
     * For a tunnel that this end begins.
     *
     * @param serverName whom it asks for
     * @throws SSLException if there are no credentials yet, or they cannot be used
     */
    Protection client(String serverName) throws SSLException;

    /**
     * For a tunnel that the other end has begun.
     *
     * @throws SSLException as for {@link #client}
     */
    Protection server() throws SSLException;
}
