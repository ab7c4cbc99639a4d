package io.socketbridge.sidecar.datagram;

import io.socketbridge.contract.RawAddress;
import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.Kernel;
import io.socketbridge.sidecar.linux.MessageBatch;
import io.socketbridge.sidecar.linux.SocketAddress;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;

/**
 * Sockets above IP: of UDP, or of a raw protocol.
 *
 * @param scheme of their addresses' text
 * @param protocol the protocol's number; 0 for UDP
 * @param headerIncluded whether a raw protocol's messages are whole packets
 */
record IpFamily(String scheme, int protocol, boolean headerIncluded) {

    static final IpFamily UDP = new IpFamily("udp:", 0, false);

    /** What a header of IPv4 has at most: its length is in words of four bits. */
    private static final int MOST_IPV4_HEADER_BYTES = 60;

    private static final int WORD_BYTES = 4;

    /** A network does not wait for those who receive late: room for a burst. */
    private static final int RECEIVE_BUFFER_BYTES = 4 << 20;

    static IpFamily of(RawAddress address) {
        return new IpFamily("raw:", address.protocol(), address.headerIncluded());
    }

    private boolean isUdp() {
        return protocol == 0;
    }

    /** The kernel's form of an address; a raw protocol knows no ports. */
    SocketAddress address(InetAddress host, int port) {
        return SocketAddress.inet(scheme, host, isUdp() ? port : 0);
    }

    /** A socket for this address or at it, or a negated error number. */
    int open(Kernel kernel, SocketAddress address) {
        if (headerIncluded && !address.isIpv4()) {
            return -Errno.EOPNOTSUPP;
        }
        int fd = isUdp() ? kernel.datagramSocket(address) : kernel.rawSocket(address, protocol);
        if (fd < 0) {
            return fd;
        }
        int result = headerIncluded ? kernel.setHeaderIncluded(fd, address) : kernel.setPathDiscovery(fd, address);
        if (result < 0) {
            kernel.close(fd);
            return result;
        }
        kernel.raiseReceiveBuffer(fd, RECEIVE_BUFFER_BYTES);
        return fd;
    }

    /** What is to be done where a socket cannot be opened or used; empty where that says nothing more than the error. */
    String advice(int errno) {
        if (headerIncluded && errno == Errno.EOPNOTSUPP) {
            return "; whole packets are to be had of IPv4 alone";
        }
        boolean lacksPermission = !isUdp() && (errno == Errno.EPERM || errno == Errno.EACCES);
        return lacksPermission
                ? "; raw IP sockets need the capability NET_RAW, which the sidecar does not have: allow it in the"
                        + " container's securityContext, or carry the bridge through a tunnel"
                : "";
    }

    int mostHeaderBytes() {
        return cutsHeaders() ? MOST_IPV4_HEADER_BYTES : 0;
    }

    private boolean cutsHeaders() {
        return !isUdp() && !headerIncluded;
    }

    /** How many bytes in front of a received message are an IP header that is not wanted: IPv4 has one, IPv6 has not. */
    int headerBytes(MessageBatch batch, int i, boolean ipv4) {
        if (!cutsHeaders() || !ipv4 || batch.length(i) == 0) {
            return 0;
        }
        int words = batch.memory().get(ValueLayout.JAVA_BYTE, batch.start(i)) & 0xF;
        return Math.min(batch.length(i), words * WORD_BYTES);
    }
}
