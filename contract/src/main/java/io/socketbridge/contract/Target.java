package io.socketbridge.contract;

/**
 * One place that serves a route.
 *
 * @param address an {@link Address} as text
 * @param name what a person knows it by, such as a pod's name; may be empty
 * @param proxyProtocol what each connection to it begins with
 */
public record Target(String address, String name, ProxyProtocol proxyProtocol) {

    /** A target that gets the app's bytes and nothing before them. */
    public Target(String address, String name) {
        this(address, name, ProxyProtocol.NONE);
    }
}
