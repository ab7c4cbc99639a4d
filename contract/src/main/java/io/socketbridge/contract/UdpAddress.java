package io.socketbridge.contract;

/**
 * A UDP address.
 *
 * @param host an IP address (IPv6 without brackets) or a host name; never empty
 * @param port 0 to 65535; 0 asks the kernel for a free port and makes sense only where datagrams are received
 */
public record UdpAddress(String host, int port) implements Address {

    /** @throws InvalidAddressException if the host is empty or the port out of range */
    public UdpAddress {
        if (host.isEmpty()) {
            throw new InvalidAddressException("udp:" + host + ":" + port, "the host is missing", "");
        }
        if (port < 0 || port > 65_535) {
            throw new InvalidAddressException("udp:" + host + ":" + port, "the port is not in 0-65535", "");
        }
    }

    static UdpAddress parse(String rest) {
        try {
            TcpAddress same = TcpAddress.parse(rest);
            return new UdpAddress(same.host(), same.port());
        } catch (InvalidAddressException e) {
            throw e.of("udp:" + rest);
        }
    }

    @Override
    public String toString() {
        return "udp:" + new TcpAddress(host, port).authority();
    }
}
