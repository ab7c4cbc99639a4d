package io.socketbridge.contract;

import java.nio.charset.StandardCharsets;

/**
 * A Unix domain socket's address.
 *
 * @param type what the socket is; {@link SocketType#RAW} has the address of a datagram socket, which it is
 * @param name an absolute path, or an abstract name behind {@code @} (which stands for the NUL byte that the kernel
 *     wants there); at most {@value #MAX_BYTES} bytes of UTF-8
 * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7)</a>
 */
public record UnixAddress(SocketType type, String name) implements Address {

    /** What {@code sun_path} holds: 108 bytes, less the NUL that ends a path or begins an abstract name. */
    public static final int MAX_BYTES = 107;

    /** @throws InvalidAddressException if the name is relative, empty, holds a NUL, names a directory, or is too long */
    public UnixAddress {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length - (name.startsWith("@") ? 1 : 0);
        if (type == SocketType.RAW) {
            type = SocketType.DATAGRAM;
        }
        String text = scheme(type) + ":" + name;
        if (name.indexOf('\0') >= 0) {
            throw new InvalidAddressException(text.replace("\0", "\\0"), "it holds a NUL byte", "");
        }
        if (name.equals("@") || !(name.startsWith("/") || name.startsWith("@"))) {
            throw new InvalidAddressException(text, "the path is not absolute", "");
        }
        if (name.startsWith("/") && name.endsWith("/")) {
            throw new InvalidAddressException(text, "the path names a directory", "");
        }
        if (bytes > MAX_BYTES) {
            throw new InvalidAddressException(
                    text, "it has " + bytes + " bytes", "a socket's address may have at most " + MAX_BYTES);
        }
    }

    /** A stream socket's. */
    public UnixAddress(String name) {
        this(SocketType.STREAM, name);
    }

    private static String scheme(SocketType type) {
        return switch (type) {
            case STREAM -> "unix";
            case DATAGRAM, RAW -> "unix-dgram";
            case SEQ_PACKET -> "unix-seqpacket";
        };
    }

    /** Whether the name is abstract: bound to the network namespace, with no file and no permissions. */
    public boolean isAbstract() {
        return name.startsWith("@");
    }

    @Override
    public String toString() {
        return scheme(type) + ":" + name;
    }
}
