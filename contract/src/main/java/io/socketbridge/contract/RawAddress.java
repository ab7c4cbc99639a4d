package io.socketbridge.contract;

/**
 * A host, and a protocol above IP.
 *
 * @param host an IP address (IPv6 without brackets) or a host name; never empty
 * @param protocol the protocol's number, 1 to 255
 * @param headerIncluded whether records are whole packets, the IP header in front, and not what is behind it ({@code IP_HDRINCL})
 * @see <a href="https://man7.org/linux/man-pages/man7/raw.7.html">raw(7)</a>
 */
public record RawAddress(String host, int protocol, boolean headerIncluded) implements Address {

    private static final String HEADER = "/header";

    /** @throws InvalidAddressException if the host is empty or the protocol out of range */
    public RawAddress {
        if (host.isEmpty()) {
            throw new InvalidAddressException("raw:" + host + ":" + protocol, "the host is missing", "");
        }
        if (protocol < 1 || protocol > 255) {
            throw new InvalidAddressException(
                    "raw:" + host + ":" + protocol,
                    "the protocol is not in 1-255",
                    "use a number from 1 to 255, such as raw:10.0.0.1:253");
        }
        if (headerIncluded && host.indexOf(':') >= 0) {
            throw new InvalidAddressException(
                    "raw:[" + host + "]:" + protocol + HEADER,
                    "whole packets are to be had of IPv4 alone, as the kernel gives those of IPv6 without their header",
                    "use an IPv4 address, or leave " + HEADER + " out");
        }
    }

    static RawAddress parse(String rest) {
        boolean header = rest.endsWith(HEADER);
        String place = header ? rest.substring(0, rest.length() - HEADER.length()) : rest;
        TcpAddress same;
        try {
            same = TcpAddress.parse(place);
        } catch (InvalidAddressException e) {
            throw new InvalidAddressException(
                    "raw:" + rest,
                    "it is not a host and a protocol's number from 1 to 255, or an IPv6 address is not in brackets",
                    "use raw:HOST:PROTOCOL, such as raw:10.0.0.1:253, or raw:HOST:PROTOCOL/header for whole packets");
        }
        return new RawAddress(same.host(), same.port(), header);
    }

    @Override
    public String toString() {
        return "raw:" + new TcpAddress(host, protocol).authority() + (headerIncluded ? HEADER : "");
    }
}
