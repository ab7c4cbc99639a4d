package io.socketbridge.contract;

import java.util.Optional;

/**
 * How one of a bridge's clients meets its server: all that {@link Verdict} depends on.
 *
 * @param client the type of the client's socket
 * @param server the type of the server's socket; a TCP service is a {@link SocketType#STREAM}, a UDP one a {@link SocketType#DATAGRAM}
 * @param framing how records become bytes where one of the two is a stream; empty where nothing is said
 * @param protocol what carries it
 * @param mutualTls whether both ends have to be known, and what is between them encrypted
 * @param writesHeaders whether apps with sequenced packets write the header of each record themselves ({@link RecordHeaders#onOutput})
 */
public record Encounter(
        SocketType client,
        SocketType server,
        Optional<Framing> framing,
        TransportProtocol protocol,
        boolean mutualTls,
        boolean writesHeaders) {

    /** Of apps that leave the headers of records to the sidecar, in tunnels. */
    public Encounter(SocketType client, SocketType server, Optional<Framing> framing) {
        this(client, server, framing, TransportProtocol.TCP, true, false);
    }

    /** Whether records meet a stream of bytes. */
    public boolean needsFraming() {
        return client.hasRecords() != server.hasRecords();
    }

    /** Whether what is carried are records, and not bytes. */
    public boolean carriesRecords() {
        return client.hasRecords() || server.hasRecords();
    }

    /** Whether both ends are of this type. */
    boolean isBetween(SocketType type) {
        return client == type && server == type;
    }

    /** Whether either end is of this type. */
    boolean involves(SocketType type) {
        return client == type || server == type;
    }
}
