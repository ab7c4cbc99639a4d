package io.socketbridge.contract;

/**
 * One place that serves a route.
 *
 * @param address an {@link Address} as text
 * @param name what a person knows it by, such as a pod's name; may be empty
 * @param proxyProtocol what each connection to it begins with
 * @param distance how far away it is, from 0 to {@value #MOST_DISTANCE}: the nearest that can be reached is used. All are 0 where that
 *     does not matter
 */
public record Target(String address, String name, ProxyProtocol proxyProtocol, int distance) {

    /** The largest distance. */
    public static final int MOST_DISTANCE = 9;

    /** @throws IllegalArgumentException if the distance is out of range; the message names it */
    public Target {
        if (distance < 0 || distance > MOST_DISTANCE) {
            throw new IllegalArgumentException(
                    "distance " + distance + " is out of range: it is from 0 to " + MOST_DISTANCE);
        }
    }

    /** A target that is as near as any. */
    public Target(String address, String name, ProxyProtocol proxyProtocol) {
        this(address, name, proxyProtocol, 0);
    }

    /** A target that gets the app's bytes and nothing before them. */
    public Target(String address, String name) {
        this(address, name, ProxyProtocol.NONE);
    }
}
