package io.socketbridge.sidecar.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socketbridge.sidecar.relay.Peer.Addresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyHeaderTest {

    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    private static final ProxyHeader UNIX = new ProxyHeader(
            new Peer(new Addresses.Unix("", "/sockets/db.sock"), 1000, 0xFFFF_FFFEL), "9f3ab2c4-000000000000002a");

    private static final ProxyHeader INET = new ProxyHeader(
            new Peer(
                    new Addresses.Inet(at("192.0.2.1", 56_324), at("198.51.100.2", 443)),
                    Peer.UNKNOWN_ID,
                    Peer.UNKNOWN_ID),
            "");

    @Test
    void readsTheBytesThatTheSpecificationDescribes() throws Exception {
        // Version 2, PROXY; TCP over IPv4; 12 bytes follow: 192.0.2.1, 198.51.100.2, 56324, 443.
        assertThat(decode(SIGNATURE + "21" + "11" + "000c" + "c0000201" + "c6336402" + "dc04" + "01bb"))
                .isEqualTo(INET);
        // The same with what a load balancer adds: a TLV of no bytes (PP2_TYPE_NOOP) and one that nobody here knows.
        assertThat(decode(SIGNATURE + "21" + "11" + "0014" + "c0000201" + "c6336402" + "dc04" + "01bb" + "040000"
                        + "ea0002" + "0102"))
                .isEqualTo(INET);
        assertThat(decode(SIGNATURE + "21" + "21" + "0024" + "20010db8" + "00".repeat(11) + "01" + "20010db8"
                        + "00".repeat(11) + "02" + "0001" + "ffff"))
                .isEqualTo(new ProxyHeader(
                        new Peer(
                                new Addresses.Inet(at("2001:db8::1", 1), at("2001:db8::2", 65_535)),
                                Peer.UNKNOWN_ID,
                                Peer.UNKNOWN_ID),
                        ""));
    }

    @Test
    void writesExactlyTheBytesThatTheSpecificationDescribes() {
        byte[] bytes = UNIX.encode();
        String path = HexFormat.of().formatHex("/sockets/db.sock".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        String id =
                HexFormat.of().formatHex("9f3ab2c4-000000000000002a".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(HexFormat.of().formatHex(bytes, 0, bytes.length - 4))
                .isEqualTo(SIGNATURE + "2131" + "0109" + "00".repeat(108) + path + "00".repeat(108 - 16) + "050019" + id
                        + "e00004" + "000003e8" + "e10004" + "fffffffe" + "030004");
    }

    @Test
    void readsWhatItWrites() throws Exception {
        for (ProxyHeader header : List.of(
                UNIX,
                INET,
                new ProxyHeader(new Peer(new Addresses.Unix("@client", "@server"), 0, 0), "x"),
                new ProxyHeader(new Peer(new Addresses.Unix("", "/" + "x".repeat(107)), 0, 0), ""),
                new ProxyHeader(
                        new Peer(new Addresses.Unix("", "/s"), 7, Peer.UNKNOWN_ID),
                        new String(bytes(128), java.nio.charset.StandardCharsets.ISO_8859_1)))) {
            assertThat(ProxyHeader.decode(header.encode())).isEqualTo(header);
        }
    }

    @Test
    void writesIpv4AddressesAsIpv6WhereTheOtherEndHasOne() throws Exception {
        ProxyHeader mixed =
                new ProxyHeader(new Peer(new Addresses.Inet(at("192.0.2.1", 1), at("2001:db8::2", 2)), 1, 1), "");
        assertThat(HexFormat.of().formatHex(mixed.encode(), 13, 32))
                .startsWith("21")
                .contains("ffffc0000201");
        assertThat(ProxyHeader.decode(mixed.encode())).isEqualTo(mixed);
    }

    @Test
    void takesARelaysOwnConnectionForOneOfWhichNothingIsKnown() throws Exception {
        assertThat(decode(SIGNATURE + "20000000").peer().isKnown()).isFalse();
        // Whatever such a header says besides is to be passed over, what makes no sense too.
        assertThat(decode(SIGNATURE + "20110000").peer().isKnown()).isFalse();
        assertThat(decode(SIGNATURE + "20ff000101").peer().isKnown()).isFalse();
        byte[] local = UNIX.encode();
        local[12] = 0x20;
        assertThat(ProxyHeader.decode(local)).isEqualTo(new ProxyHeader(Peer.UNKNOWN, ""));
    }

    @ParameterizedTest
    @CsvSource({
        "0d0a0d0a000d0a515549540b21110000, signature",
        "50524f585920544350342031, signature",
        "0d0a0d0a000d0a515549540a2111ffff, too-long",
        "0d0a0d0a000d0a515549540a11110000, malformed",
        "0d0a0d0a000d0a515549540a22110000, malformed",
        "0d0a0d0a000d0a515549540a21410000, malformed",
        "0d0a0d0a000d0a515549540a21130000, malformed",
        "0d0a0d0a000d0a515549540a2111000bc0000201c6336402dc0401, malformed",
        "0d0a0d0a000d0a515549540a2111000ec0000201c6336402dc0401bb0500, malformed",
        "0d0a0d0a000d0a515549540a2111000fc0000201c6336402dc0401bb050001, malformed",
        "0d0a0d0a000d0a515549540a21110011c0000201c6336402dc0401bbe000020102, malformed",
        "0d0a0d0a000d0a515549540a21110013c0000201c6336402dc0401bb03000400000000, checksum",
        "0d0a0d0a000d0a515549540a21110001, malformed"
    })
    void refusesWhatIsNoHeader(String hex, String reason) {
        assertThatThrownBy(() -> decode(hex))
                .isInstanceOf(InvalidProxyHeaderException.class)
                .extracting(e -> ((InvalidProxyHeaderException) e).reason())
                .isEqualTo(reason);
    }

    @Test
    void asksForNoByteBeyondTheHeader() throws Exception {
        byte[] bytes = UNIX.encode();
        byte[] room = Arrays.copyOf(bytes, bytes.length + 100);
        for (int count = 0; count < bytes.length; count++) {
            int missing = ProxyHeader.missing(room, count);
            assertThat(missing).isPositive();
            assertThat(count + missing).isLessThanOrEqualTo(bytes.length);
        }
        assertThat(ProxyHeader.missing(room, bytes.length)).isZero();
    }

    @Test
    void neverDoesAnythingToAnyBytesButReadOrRefuseThem() {
        Random random = new Random(7);
        int read = 0;
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = mutated(random, (i % 2 == 0 ? UNIX : INET).encode());
            try {
                ProxyHeader header = ProxyHeader.decode(bytes);
                ProxyHeader.decode(header.encode());
                read++;
            } catch (InvalidProxyHeaderException e) {
                assertThat(e.reason()).isNotEmpty();
            }
        }
        // Mutations that take the checksum away leave some to be read.
        assertThat(read).isPositive();
    }

    private static byte[] mutated(Random random, byte[] original) {
        byte[] bytes = original;
        for (int n = random.nextInt(4); n >= 0; n--) {
            switch (random.nextInt(4)) {
                case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 20));
                case 1 -> bytes = withLength(bytes, Math.max(0, bytes.length - 16));
                case 2 -> bytes = withLength(Arrays.copyOf(bytes, Math.max(16, bytes.length - 7)), bytes.length - 23);
                default -> {
                    bytes = bytes.clone();
                    if (bytes.length > 0) {
                        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                    }
                }
            }
        }
        return bytes;
    }

    private static byte[] withLength(byte[] bytes, int length) {
        byte[] changed = bytes.clone();
        if (changed.length >= 16) {
            changed[14] = (byte) (length >> 8);
            changed[15] = (byte) length;
        }
        return changed;
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static ProxyHeader decode(String hex) throws InvalidProxyHeaderException {
        return ProxyHeader.decode(HexFormat.of().parseHex(hex));
    }

    private static InetSocketAddress at(String host, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(host), port);
    }
}
