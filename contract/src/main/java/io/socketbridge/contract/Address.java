package io.socketbridge.contract;

/**
 * Where a socket is: the grammar of the command line, of the configuration file and of the control stream.
 *
 * <table>
 * <caption>Forms</caption>
 * <tr><td>{@code unix:/run/db.sock}</td><td>stream socket at a path</td></tr>
 * <tr><td>{@code unix:@name}</td><td>stream socket with an abstract name</td></tr>
 * <tr><td>{@code unix-dgram:/run/log.sock}</td><td>datagram socket at a path, or with an abstract name</td></tr>
 * <tr><td>{@code unix-seqpacket:/run/app.sock}</td><td>socket of sequenced packets, the same</td></tr>
 * <tr><td>{@code tcp:HOST:PORT}</td><td>TCP; an IPv6 address stands in brackets</td></tr>
 * <tr><td>{@code tunnel:HOST:PORT}</td><td>encrypted, to or from another sidecar</td></tr>
 * <tr><td>{@code udp:HOST:PORT}</td><td>UDP, a packet for each datagram</td></tr>
 * <tr><td>{@code raw:HOST:PROTOCOL}</td><td>IP packets of a protocol, by its number; with {@code /header} behind it whole ones</td></tr>
 * </table>
 */
public sealed interface Address permits UnixAddress, TcpAddress, TunnelAddress, UdpAddress, RawAddress {

    /**
     * Reads an address.
     *
     * @throws InvalidAddressException if the text is no address that this version supports; the message says what is
     *     wrong with it and what is allowed
     */
    static Address parse(String text) {
        int colon = text.indexOf(':');
        String scheme = colon < 0 ? "" : text.substring(0, colon);
        String rest = text.substring(colon + 1);
        return switch (scheme) {
            case "unix" -> new UnixAddress(SocketType.STREAM, rest);
            case "tcp" -> TcpAddress.parse(rest);
            case "tunnel" -> TunnelAddress.parse(rest);
            case "unix-dgram" -> new UnixAddress(SocketType.DATAGRAM, rest);
            case "unix-seqpacket" -> new UnixAddress(SocketType.SEQ_PACKET, rest);
            case "udp" -> UdpAddress.parse(rest);
            case "raw" -> RawAddress.parse(rest);
            default -> throw new InvalidAddressException(text, "it does not start with a known scheme", "");
        };
    }
}
