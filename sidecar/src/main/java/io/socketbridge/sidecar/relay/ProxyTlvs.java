package io.socketbridge.sidecar.relay;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * What stands behind the addresses in a {@link ProxyHeader}: a type, a length and a value each. Those that are not known are passed over.
 *
 * @param id each char a byte; empty if there is none
 * @param uid or {@link Peer#UNKNOWN_ID}
 * @param gid or {@link Peer#UNKNOWN_ID}
 */
record ProxyTlvs(String id, long uid, long gid) {

    private static final int CRC32C_TYPE = 0x03;
    private static final int UNIQUE_ID_TYPE = 0x05;
    private static final int UID_TYPE = 0xE0;
    private static final int GID_TYPE = 0xE1;
    private static final int FIXED_BYTES = 3;
    private static final int NUMBER_BYTES = 4;
    private static final int MOST_ID_BYTES = 128;

    /** So that any bytes of an id come back as they were. */
    private static final Charset ID_CHARSET = StandardCharsets.ISO_8859_1;

    /** Writes them, and last the place for the checksum. */
    void put(ByteBuffer header) {
        byte[] idBytes = id.getBytes(ID_CHARSET);
        if (idBytes.length > 0 && idBytes.length <= MOST_ID_BYTES) {
            put(header, UNIQUE_ID_TYPE, idBytes.length).put(idBytes);
        }
        if (uid != Peer.UNKNOWN_ID) {
            put(header, UID_TYPE, NUMBER_BYTES).putInt((int) uid);
        }
        if (gid != Peer.UNKNOWN_ID) {
            put(header, GID_TYPE, NUMBER_BYTES).putInt((int) gid);
        }
        put(header, CRC32C_TYPE, NUMBER_BYTES).putInt(0);
    }

    private static ByteBuffer put(ByteBuffer header, int type, int length) {
        return header.put((byte) type).putShort((short) length);
    }

    /** Puts the checksum of a whole header in its place at the end. */
    static byte[] seal(byte[] header) {
        ByteBuffer.wrap(header).putInt(header.length - NUMBER_BYTES, checksum(header));
        return header;
    }

    /**
     * Reads them.
     *
     * @param bytes the whole header, whose checksum is checked if it has one
     * @param start where they begin
     * @throws InvalidProxyHeaderException if one is cut off, or is not what its type says
     */
    static ProxyTlvs read(byte[] bytes, int start) throws InvalidProxyHeaderException {
        String id = "";
        long uid = Peer.UNKNOWN_ID;
        long gid = Peer.UNKNOWN_ID;
        ByteBuffer rest = ByteBuffer.wrap(bytes).position(start);
        while (rest.hasRemaining()) {
            if (rest.remaining() < FIXED_BYTES) {
                throw ProxyHeader.malformed("its last TLV is cut off");
            }
            int type = rest.get() & 0xFF;
            int length = Short.toUnsignedInt(rest.getShort());
            if (length > rest.remaining()) {
                throw ProxyHeader.malformed("its TLV of type " + type + " is cut off");
            }
            int at = rest.position();
            switch (type) {
                case UNIQUE_ID_TYPE -> id = id(bytes, at, length);
                case UID_TYPE -> uid = number(bytes, type, at, length);
                case GID_TYPE -> gid = number(bytes, type, at, length);
                case CRC32C_TYPE -> check(bytes, at, number(bytes, type, at, length));
                default -> {
                    // What others may say is of no use here.
                }
            }
            rest.position(at + length);
        }
        return new ProxyTlvs(id, uid, gid);
    }

    private static String id(byte[] bytes, int at, int length) throws InvalidProxyHeaderException {
        if (length > MOST_ID_BYTES) {
            throw ProxyHeader.malformed("its unique id has " + length + " bytes");
        }
        return new String(bytes, at, length, ID_CHARSET);
    }

    private static long number(byte[] bytes, int type, int at, int length) throws InvalidProxyHeaderException {
        if (length != NUMBER_BYTES) {
            throw ProxyHeader.malformed("its TLV of type " + type + " has " + length + " bytes and not 4");
        }
        return Integer.toUnsignedLong(ByteBuffer.wrap(bytes).getInt(at));
    }

    private static void check(byte[] bytes, int at, long stated) throws InvalidProxyHeaderException {
        byte[] without = bytes.clone();
        ByteBuffer.wrap(without).putInt(at, 0);
        if (checksum(without) != (int) stated) {
            throw new InvalidProxyHeaderException("checksum", "its CRC32C is wrong");
        }
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
