package io.socketbridge.contract;

/**
 * Where a route takes connections.
 *
 * @param address an {@link Address} as text
 * @param mode permission bits of the socket file in octal, such as {@code 0660}; empty where there is no file
 * @param anyPort whether another free port will do if the one in {@code address} is taken; the report says which it is
 */
public record Listen(String address, String mode, boolean anyPort) {

    /** A Unix socket that the sidecar makes. */
    public static Listen unix(UnixAddress address, String mode) {
        return new Listen(address.toString(), mode, false);
    }

    /** A TCP port, exactly this one or, with {@code anyPort}, preferably. */
    public static Listen tcp(TcpAddress address, boolean anyPort) {
        return new Listen(address.toString(), "", anyPort);
    }
}
