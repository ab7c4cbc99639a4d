package io.socketbridge.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of what apps send when a socket of one type meets a socket of another. Whoever has to know asks here: the operator, the
 * bridge's status, and the documentation.
 */
public sealed interface Verdict {

    /** One word for programs, and for the table of the documentation. */
    String word();

    /** A sentence for people. */
    String reason();

    /**
     * All that the one app says reaches the other.
     *
     * @param reason what arrives as it was sent
     */
    record Lossless(String reason) implements Verdict {
        @Override
        public String word() {
            return "Lossless";
        }
    }

    /**
     * It works, and something is lost.
     *
     * @param reason what
     */
    record Lossy(String reason) implements Verdict {
        @Override
        public String word() {
            return "Lossy";
        }
    }

    /**
     * It cannot be, or it is not said how.
     *
     * @param reason why, and what to write instead
     */
    record Refused(String reason) implements Verdict {
        @Override
        public String word() {
            return "Refused";
        }
    }

    /** The verdict on an encounter. */
    static Verdict of(Encounter encounter) {
        Optional<String> refusal = refusal(encounter);
        if (refusal.isPresent()) {
            return new Refused(refusal.get());
        }
        List<String> lost = losses(encounter);
        return lost.isEmpty() ? new Lossless(kept(encounter)) : new Lossy(String.join("; ", lost));
    }

    private static Optional<String> refusal(Encounter encounter) {
        String pair = encounter.client().text() + " to " + encounter.server().text();
        return switch (encounter.protocol()) {
            case TCP ->
                encounter.needsFraming() && encounter.framing().isEmpty()
                        ? Optional.of("framing is missing, as records meet a stream of bytes (" + pair
                                + "): write framing: LengthPrefix (4 bytes of length in front of each record,"
                                + " big-endian), Newline (a record is a line) or None (where records end is lost)")
                        : Optional.empty();
            case UDP ->
                encounter.isBetween(SocketType.DATAGRAM)
                        ? unencrypted(encounter)
                        : Optional.of("transport.protocol UDP carries Datagram alone, at both ends, and this is " + pair
                                + ": Stream and SeqPacket need a path on which nothing is lost, and Raw has no port;"
                                + " set transport.protocol to TCP"
                                + (encounter.isBetween(SocketType.RAW) ? " or IP" : "")
                                + ", or the types of both ends to Datagram");
            case IP ->
                encounter.isBetween(SocketType.RAW)
                        ? unencrypted(encounter)
                        : Optional.of("transport.protocol IP carries Raw alone, at both ends, and this is " + pair
                                + ": set transport.protocol to TCP, or the types of both ends to Raw");
        };
    }

    private static Optional<String> unencrypted(Encounter encounter) {
        return encounter.mutualTls()
                ? Optional.of("transport.protocol " + encounter.protocol()
                        + " has no encryption in this version, and transport.tls is Mutual: set transport.tls to Disabled,"
                        + " or transport.protocol to TCP")
                : Optional.empty();
    }

    private static List<String> losses(Encounter encounter) {
        List<String> lost = new ArrayList<>();
        switch (encounter.protocol()) {
            case TCP -> {}
            case UDP ->
                lost.add("the network may lose packets, double them and change their order; a datagram larger than"
                        + " a packet may be is dropped and counted");
            case IP ->
                lost.add("the network may lose packets, double them and change their order; a record larger than a"
                        + " packet may be is dropped and counted");
        }
        if (encounter.needsFraming()) {
            encounter.framing().flatMap(Verdict::lossByFraming).ifPresent(lost::add);
        }
        if (hasConnections(encounter.client()) != hasConnections(encounter.server())) {
            lost.add("a " + (hasConnections(encounter.client()) ? encounter.server() : encounter.client()).text()
                    + " socket has no connections, so its app is not told when the other ends one, or one direction of it,"
                    + " or resets it; and its own silence is taken for an end after limits.idleTimeout");
        }
        if (encounter.writesHeaders()
                && encounter.involves(SocketType.SEQ_PACKET)
                && !encounter.isBetween(SocketType.SEQ_PACKET)) {
            lost.add(
                    "the headers that the SeqPacket app writes in front of its records (headers.onOutput) reach nobody");
        }
        return lost;
    }

    private static Optional<String> lossByFraming(Framing framing) {
        return switch (framing) {
            case LENGTH_PREFIX, HEADED -> Optional.empty();
            case NEWLINE -> Optional.of("a record with a line feed in it becomes several lines");
            case NONE ->
                Optional.of("the stream's app does not learn where a record ends, and what it writes is cut into"
                        + " records anywhere");
        };
    }

    private static boolean hasConnections(SocketType type) {
        return switch (type) {
            case STREAM, SEQ_PACKET -> true;
            case DATAGRAM, RAW -> false;
        };
    }

    private static String kept(Encounter encounter) {
        if (!encounter.carriesRecords()) {
            return "bytes arrive in order, and so do the end of each direction, a reset and out-of-band data";
        }
        if (encounter.isBetween(SocketType.SEQ_PACKET)) {
            return "records arrive whole and in order with their headers, and so do the end of each direction and a reset";
        }
        if (encounter.needsFraming()) {
            return "records arrive whole and in order, and so do the end of each direction and a reset";
        }
        return encounter.isBetween(SocketType.DATAGRAM)
                ? "datagrams arrive whole and in order, and answers reach who asked"
                : "records arrive whole and in order, and answers reach who asked: on Linux a Raw Unix socket is a Datagram"
                        + " one";
    }
}
