package io.socketbridge.contract;

/**
 * A TCP address.
 *
 * @param host an IP address (IPv6 without brackets) or a host name; never empty
 * @param port 0 to 65535; 0 asks the kernel for a free port and makes sense only where one listens
 */
public record TcpAddress(String host, int port) implements Address {

    /** @throws InvalidAddressException if the host is empty or the port out of range */
    public TcpAddress {
        if (host.isEmpty()) {
            throw new InvalidAddressException("tcp:" + host + ":" + port, "the host is missing", "");
        }
        if (port < 0 || port > 65_535) {
            throw new InvalidAddressException("tcp:" + host + ":" + port, "the port is not in 0-65535", "");
        }
    }

    static TcpAddress parse(String rest) {
        int colon = rest.lastIndexOf(':');
        String host = colon < 0 ? "" : rest.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (!bracketed && host.indexOf(':') >= 0) {
            throw new InvalidAddressException("tcp:" + rest, "an IPv6 address stands in brackets", "");
        }
        try {
            int port = Integer.parseInt(rest.substring(colon + 1));
            return new TcpAddress(bracketed ? host.substring(1, host.length() - 1) : host, port);
        } catch (NumberFormatException e) {
            throw new InvalidAddressException("tcp:" + rest, "the port is not a number", "");
        }
    }

    @Override
    public String toString() {
        return "tcp:" + authority();
    }

    /** Host and port; an IPv6 address in brackets. */
    String authority() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
