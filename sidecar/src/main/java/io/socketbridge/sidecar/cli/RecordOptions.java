package io.socketbridge.sidecar.cli;

import io.socketbridge.contract.Address;
import io.socketbridge.contract.Framing;
import io.socketbridge.contract.Overflow;
import io.socketbridge.contract.Oversize;
import io.socketbridge.contract.RecordHeaders;
import io.socketbridge.contract.Records;
import io.socketbridge.contract.SocketType;
import io.socketbridge.contract.TcpAddress;
import io.socketbridge.contract.UnixAddress;
import io.socketbridge.sidecar.control.Pairing;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How records are carried, where one of the addresses has them or an option says so. */
final class RecordOptions {

    @Option(
            names = "--framing",
            paramLabel = "length-prefix|newline|none",
            converter = FramingText.class,
            description =
                    "How records are told from each other at a unix: address: by their length in four bytes in front, by"
                            + " line feeds, or not at all. Default: length-prefix, where the other end has records.")
    private @Nullable Framing framing;

    @Option(
            names = "--wire-framing",
            paramLabel = "headed|length-prefix|newline|none",
            converter = FramingText.class,
            description = "The same at a tcp: address; headed is what another socketbridge speaks. Default: headed.")
    private @Nullable Framing wire;

    @Option(
            names = "--max-record",
            paramLabel = "BYTES",
            description = "The largest record, at most 16777216 bytes. Default: 1048576.")
    private @Nullable Integer mostBytes;

    @Option(
            names = "--oversize",
            paramLabel = "reject|truncate",
            description =
                    "What becomes of larger ones: the connection is reset (a datagram is dropped), or they are cut."
                            + " Default: reject.")
    private @Nullable Oversize oversize;

    @Option(
            names = "--overflow",
            paramLabel = "block|drop-newest|drop-oldest",
            converter = OverflowText.class,
            description =
                    "What becomes of datagrams that come to LISTEN while CONNECT takes no more: they wait, and hold their"
                            + " senders back; or the newest, or the oldest, are dropped and counted. Default: block.")
    private @Nullable Overflow overflow;

    @Option(
            names = "--header-control",
            paramLabel = "BITS",
            description =
                    "Connection control of records that an app sends without a header: 16 for the end of a message, 32 for"
                            + " attention, 48 for both. Default: 16.")
    private @Nullable Integer control;

    @Option(
            names = "--header-datastream",
            paramLabel = "TYPE",
            description = "Datastream type of records that an app sends without a header, 0 to 255. Default: 0.")
    private @Nullable Integer datastream;

    @Option(
            names = "--headers-on-input",
            description = "The app at a unix-seqpacket: address reads a header of four bytes in front of each record.")
    private boolean onInput;

    @Option(
            names = "--headers-on-output",
            description = "The app at a unix-seqpacket: address writes a header of four bytes in front of each record.")
    private boolean onOutput;

    /**
     * How records are carried between two addresses; {@link Records#NONE} where bytes are.
     *
     * @throws IllegalArgumentException if an option makes no sense, or does not go with the addresses; the message names it
     */
    Records between(Address listen, Address connect) {
        List<Address> ends = List.of(listen, connect);
        require(
                framing == null || any(ends, RecordOptions::isStream),
                "--framing goes with a unix: address, and neither LISTEN nor CONNECT is one");
        require(
                framing != Framing.HEADED,
                "--framing headed is no framing of apps: use length-prefix, newline or none");
        require(
                wire == null || any(ends, TcpAddress.class::isInstance),
                "--wire-framing goes with a tcp: address, and neither LISTEN nor CONNECT is one");
        boolean packets = any(ends, RecordOptions::isOfSequencedPackets);
        require(packets || !onInput, "--headers-on-input goes with a unix-seqpacket: address, and neither is one");
        require(packets || !onOutput, "--headers-on-output goes with a unix-seqpacket: address, and neither is one");
        boolean some = any(ends, Pairing::hasRecords) || framing != null || wire != null;
        require(some || mostBytes == null, withRecords("--max-record"));
        require(some || oversize == null, withRecords("--oversize"));
        require(some || control == null, withRecords("--header-control"));
        require(some || datastream == null, withRecords("--header-datastream"));
        require(
                overflow == null || Pairing.isOfDatagrams(listen),
                "--overflow goes with a LISTEN address of datagrams: unix-dgram:, udp: or raw:");
        return some ? records() : Records.NONE;
    }

    private Records records() {
        Records otherwise = Records.DEFAULT;
        int most = mostBytes == null ? otherwise.mostBytes() : mostBytes;
        require(
                most > 0 && most <= Records.LIMIT_BYTES,
                "--max-record " + most + " is out of range: it is from 1 to " + Records.LIMIT_BYTES);
        return new Records(
                most,
                oversize == null ? otherwise.oversize() : oversize,
                framing == null ? otherwise.framing() : framing,
                wire == null ? otherwise.wire() : wire,
                overflow == null ? Overflow.BLOCK : overflow,
                headers());
    }

    private RecordHeaders headers() {
        try {
            return new RecordHeaders(
                    onInput,
                    onOutput,
                    control == null ? RecordHeaders.END_OF_MESSAGE : control,
                    datastream == null ? 0 : datastream);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--header-" + e.getMessage(), e);
        }
    }

    private static String withRecords(String option) {
        return option
                + " goes with addresses that have records: unix-seqpacket:, unix-dgram:, udp: or raw:, or unix: with"
                + " --framing";
    }

    private static boolean any(List<Address> ends, Predicate<Address> which) {
        return ends.stream().anyMatch(which);
    }

    private static boolean isStream(Address address) {
        return address instanceof UnixAddress unix && unix.type() == SocketType.STREAM;
    }

    private static boolean isOfSequencedPackets(Address address) {
        return address instanceof UnixAddress unix && unix.type() == SocketType.SEQ_PACKET;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
