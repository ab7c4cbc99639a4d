package io.socketbridge.sidecar.relay;

import io.socketbridge.sidecar.relay.Peer.Addresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The header of the PROXY protocol, version 2: who is at the other end of a connection that somebody relays.
 *
 * <p>User and group are in TLVs of our own, of the range that the protocol leaves to anybody: {@code 0xE0} and {@code 0xE1}, four bytes
 * each, the most significant first.
 *
 * @param peer who; {@link Peer#UNKNOWN} where the relay speaks for itself ({@code LOCAL}), such as when it checks whether it is answered
 * @param id by which the relays know the connection ({@code PP2_TYPE_UNIQUE_ID}), each char a byte; empty if there is none
 * @param records whether the connection carries records, and not bytes: the transport protocol is that of datagrams then
 * @see <a href="https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt">The PROXY protocol</a>
 */
public record ProxyHeader(Peer peer, String id, boolean records) {

    /** What every header begins with; no text does. */
    private static final byte[] SIGNATURE = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};

    /** Signature, version and command, family and protocol, and the length of the rest. */
    static final int FIXED_BYTES = SIGNATURE.length + 4;

    /** Much more than anybody sends, and few enough for what a stranger may have the sidecar hold. */
    static final int MOST_BYTES = FIXED_BYTES + 1024;

    private static final int VERSION = 2;
    private static final int LOCAL = 0;
    private static final int PROXY = 1;

    private static final int UNSPECIFIED = 0x0;
    private static final int INET = 0x10;
    private static final int INET6 = 0x20;
    private static final int UNIX = 0x30;
    private static final int STREAM = 1;
    private static final int DATAGRAM = 2;
    private static final int UNIX_NAME_BYTES = 108;

    /** Of a connection that carries bytes. */
    public ProxyHeader(Peer peer, String id) {
        this(peer, id, false);
    }

    /** The same, of a connection that carries records. */
    public ProxyHeader ofRecords() {
        return new ProxyHeader(peer, id, true);
    }

    /** The header in bytes. */
    public byte[] encode() {
        ByteBuffer header = ByteBuffer.allocate(MOST_BYTES);
        header.put(SIGNATURE).put((byte) (VERSION << 4 | PROXY));
        int familyAt = header.position();
        header.position(FIXED_BYTES);
        int family = put(header, peer.addresses());
        new ProxyTlvs(id, peer.uid(), peer.gid()).put(header);
        int length = header.position();
        int transport = records ? DATAGRAM : family == UNSPECIFIED ? 0 : STREAM;
        header.put(familyAt, (byte) (family | transport)).putShort(familyAt + 1, (short) (length - FIXED_BYTES));
        byte[] bytes = new byte[length];
        header.get(0, bytes);
        return ProxyTlvs.seal(bytes);
    }

    private static int put(ByteBuffer header, Addresses addresses) {
        return switch (addresses) {
            case Addresses.Unknown() -> UNSPECIFIED;
            case Addresses.Unix(String source, String destination) -> {
                header.put(nameBytes(source)).put(nameBytes(destination));
                yield UNIX;
            }
            case Addresses.Inet(InetSocketAddress source, InetSocketAddress destination) -> {
                byte[] from = source.getAddress().getAddress();
                byte[] to = destination.getAddress().getAddress();
                boolean both4 = from.length == 4 && to.length == 4;
                header.put(both4 ? from : mapped(from)).put(both4 ? to : mapped(to));
                header.putShort((short) source.getPort()).putShort((short) destination.getPort());
                yield both4 ? INET : INET6;
            }
        };
    }

    /** As {@code sun_path} has it: an abstract name behind a NUL, any other ended by one if there is room. */
    private static byte[] nameBytes(String name) {
        byte[] field = new byte[UNIX_NAME_BYTES];
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, field, 0, Math.min(bytes.length, field.length));
        if (name.startsWith("@")) {
            field[0] = 0;
        }
        return field;
    }

    private static byte[] mapped(byte[] address) {
        if (address.length == 16) {
            return address;
        }
        return ByteBuffer.allocate(16)
                .putShort(10, (short) 0xFFFF)
                .put(12, address)
                .array();
    }

    /**
     * How many bytes have to be read yet, at least, before the header is whole; 0 when it is.
     *
     * @param bytes what was read, and room behind it
     * @param count how many were read
     * @throws InvalidProxyHeaderException if this is not how a header begins, or it is too long
     */
    static int missing(byte[] bytes, int count) throws InvalidProxyHeaderException {
        for (int i = 0; i < Math.min(count, SIGNATURE.length); i++) {
            if (bytes[i] != SIGNATURE[i]) {
                throw new InvalidProxyHeaderException("signature", "it does not begin with the signature of version 2");
            }
        }
        if (count < FIXED_BYTES) {
            return FIXED_BYTES - count;
        }
        int length = FIXED_BYTES + Short.toUnsignedInt(ByteBuffer.wrap(bytes).getShort(FIXED_BYTES - 2));
        if (length > MOST_BYTES) {
            throw new InvalidProxyHeaderException(
                    "too-long", "it has " + length + " bytes; at most " + MOST_BYTES + " are taken");
        }
        return length - count;
    }

    /**
     * Reads a whole header.
     *
     * @param bytes exactly the header
     * @throws InvalidProxyHeaderException if it is none
     */
    public static ProxyHeader decode(byte[] bytes) throws InvalidProxyHeaderException {
        if (missing(bytes, bytes.length) != 0) {
            throw malformed("its length is not that of its bytes");
        }
        int command = bytes[SIGNATURE.length] & 0xF;
        if ((bytes[SIGNATURE.length] & 0xFF) >> 4 != VERSION || command > PROXY) {
            throw malformed("its version and command are neither those of a relayed connection nor of a relay's own");
        }
        if (command == LOCAL) {
            // Whatever else it says is to be passed over.
            return new ProxyHeader(Peer.UNKNOWN, "");
        }
        int family = bytes[SIGNATURE.length + 1] & 0xFF;
        if (family >> 4 > 3 || (family & 0xF) > 2) {
            throw malformed("there is no address family " + family);
        }
        ByteBuffer rest =
                ByteBuffer.wrap(bytes, FIXED_BYTES, bytes.length - FIXED_BYTES).slice();
        Addresses addresses = addresses(family, rest);
        ProxyTlvs tlvs = ProxyTlvs.read(bytes, FIXED_BYTES + rest.position());
        return new ProxyHeader(new Peer(addresses, tlvs.uid(), tlvs.gid()), tlvs.id(), (family & 0xF) == DATAGRAM);
    }

    private static Addresses addresses(int family, ByteBuffer rest) throws InvalidProxyHeaderException {
        // Those of an unspecified transport are passed over, but have to be there: what follows them is read.
        return switch (family >> 4) {
            case 1 -> inet(family, rest, 4);
            case 2 -> inet(family, rest, 16);
            case 3 -> {
                require(rest, 2 * UNIX_NAME_BYTES);
                String source = name(rest);
                String destination = name(rest);
                yield (family & 0xF) != 0 ? new Addresses.Unix(source, destination) : new Addresses.Unknown();
            }
            default -> {
                // What an unspecified family's bytes mean is unspecified too.
                rest.position(rest.limit());
                yield new Addresses.Unknown();
            }
        };
    }

    private static Addresses inet(int family, ByteBuffer rest, int bytes) throws InvalidProxyHeaderException {
        require(rest, 2 * bytes + 4);
        InetAddress source = ip(rest, bytes);
        InetAddress destination = ip(rest, bytes);
        InetSocketAddress from = new InetSocketAddress(source, Short.toUnsignedInt(rest.getShort()));
        InetSocketAddress to = new InetSocketAddress(destination, Short.toUnsignedInt(rest.getShort()));
        boolean specified = (family & 0xF) != 0;
        return specified ? new Addresses.Inet(from, to) : new Addresses.Unknown();
    }

    private static InetAddress ip(ByteBuffer rest, int length) {
        byte[] address = new byte[length];
        rest.get(address);
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + length + " bytes is always valid", e);
        }
    }

    private static String name(ByteBuffer rest) {
        byte[] field = new byte[UNIX_NAME_BYTES];
        rest.get(field);
        boolean isAbstract = field[0] == 0 && field[1] != 0;
        int start = isAbstract ? 1 : 0;
        int end = start;
        while (end < field.length && field[end] != 0) {
            end++;
        }
        String name = new String(field, start, end - start, StandardCharsets.UTF_8);
        return isAbstract ? "@" + name : name;
    }

    private static void require(ByteBuffer rest, int bytes) throws InvalidProxyHeaderException {
        if (rest.remaining() < bytes) {
            throw malformed("its addresses are cut off");
        }
    }

    static InvalidProxyHeaderException malformed(String message) {
        return new InvalidProxyHeaderException("malformed", message);
    }
}
