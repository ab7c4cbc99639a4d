package io.socketbridge.sidecar.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * An address in the kernel's form ({@code struct sockaddr}).
 *
 * @param memory the structure; lives as long as this record is reachable
 * @param length its bytes in use
 * @param text what a person reads
 * @see <a href="https://man7.org/linux/man-pages/man3/sockaddr.3type.html">sockaddr(3type)</a>
 */
public record SocketAddress(MemorySegment memory, int length, String text) {

    static final int AF_UNIX = 1;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;

    private static final int PATH_OFFSET = 2;

    private static final ValueLayout.OfShort FAMILY = ValueLayout.JAVA_SHORT;
    private static final ValueLayout.OfShort PORT = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    /**
     * A Unix address, by path or, behind {@code @}, abstract.
     *
     * @throws IllegalArgumentException if it does not fit the kernel's 108 bytes
     */
    public static SocketAddress unix(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        boolean isAbstract = name.startsWith("@");
        // A path ends with a NUL; an abstract name begins with one, in the place of the @, and ends where the length
        // says.
        int length = 2 + bytes.length + (isAbstract ? 0 : 1);
        if (length > 2 + 108) {
            throw new IllegalArgumentException("unix:" + name + " does not fit a socket address");
        }
        MemorySegment memory = Arena.ofAuto().allocate(2 + 108, 8);
        memory.set(FAMILY, 0, (short) AF_UNIX);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 2, bytes.length);
        if (isAbstract) {
            memory.set(ValueLayout.JAVA_BYTE, 2, (byte) 0);
        }
        return new SocketAddress(memory, length, "unix:" + name);
    }

    /** An IPv4 or IPv6 address and a TCP port. */
    public static SocketAddress inet(InetAddress address, int port) {
        return inet("tcp:", address, port);
    }

    /**
     * An IPv4 or IPv6 address and a port.
     *
     * @param scheme what stands in front of its text
     */
    public static SocketAddress inet(String scheme, InetAddress address, int port) {
        MemorySegment memory = Arena.ofAuto().allocate(28, 8);
        memory.set(PORT, 2, (short) port);
        byte[] bytes = address.getAddress();
        if (address instanceof Inet6Address v6) {
            memory.set(FAMILY, 0, (short) AF_INET6);
            MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 8, 16);
            memory.set(ValueLayout.JAVA_INT, 24, v6.getScopeId());
            return new SocketAddress(memory, 28, scheme + "[" + address.getHostAddress() + "]:" + port);
        }
        memory.set(FAMILY, 0, (short) AF_INET);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 4, 4);
        return new SocketAddress(memory, 16, scheme + address.getHostAddress() + ":" + port);
    }

    /** A copy of an address that the kernel wrote, such as a sender's; {@code length} is not 0. */
    public static SocketAddress copyOf(MemorySegment address, int length) {
        MemorySegment memory = Arena.ofAuto().allocate(length, 8);
        MemorySegment.copy(address, 0, memory, 0, length);
        String name = unixName(address, length);
        return new SocketAddress(memory, length, name.isEmpty() ? inetText(address) : "unix:" + name);
    }

    /** The name in a Unix address that the kernel wrote, an abstract one behind {@code @}; empty if it has none, or is of another family. */
    public static String unixName(MemorySegment address, int length) {
        int bytes = length - PATH_OFFSET;
        if (bytes <= 0 || address.get(FAMILY, 0) != AF_UNIX) {
            return "";
        }
        byte[] name = address.asSlice(PATH_OFFSET, bytes).toArray(ValueLayout.JAVA_BYTE);
        if (name[0] == 0) {
            return "@" + new String(name, 1, bytes - 1, StandardCharsets.UTF_8);
        }
        int end = 0;
        while (end < bytes && name[end] != 0) {
            end++;
        }
        return new String(name, 0, end, StandardCharsets.UTF_8);
    }

    /** Whether it is an IPv4 address. */
    public boolean isIpv4() {
        return family() == AF_INET;
    }

    /** The address family, such as {@link #AF_UNIX}. */
    int family() {
        return memory.get(FAMILY, 0);
    }

    /** Reads the port of an IPv4 or IPv6 address that the kernel wrote. */
    static int port(MemorySegment address) {
        return Short.toUnsignedInt(address.get(PORT, 2));
    }

    /** Reads an IPv4 or IPv6 address that the kernel wrote; empty text for another family. */
    static String inetText(MemorySegment address) {
        return inet(address)
                .map(found -> inet(found.getAddress(), found.getPort()).text())
                .orElse("");
    }

    /** Reads an IPv4 or IPv6 address that the kernel wrote; empty for another family. */
    public static Optional<InetSocketAddress> inet(MemorySegment address) {
        int family = address.get(FAMILY, 0);
        int length = family == AF_INET6 ? 16 : family == AF_INET ? 4 : 0;
        if (length == 0) {
            return Optional.empty();
        }
        byte[] bytes = new byte[length];
        MemorySegment.copy(address, ValueLayout.JAVA_BYTE, length == 16 ? 8 : 4, bytes, 0, length);
        try {
            return Optional.of(new InetSocketAddress(InetAddress.getByAddress(bytes), port(address)));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + length + " bytes is always valid", e);
        }
    }
}
