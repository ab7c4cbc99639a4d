package io.socketbridge.sidecar.local;

import io.socketbridge.contract.Records;
import io.socketbridge.contract.SocketType;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.record.Framer;
import io.socketbridge.sidecar.record.RecordMeter;
import io.socketbridge.sidecar.relay.ByteStream;

/**
 * Makes streams of connected Unix sockets.
 *
 * @param type what the sockets are: of a stream, or of sequenced packets
 * @param records what the route carries, if not bytes
 * @param meter counts records
 */
public record UnixStreams(SocketType type, Records records, RecordMeter meter) {

    /** Of a route that carries bytes. */
    public static final UnixStreams BYTES = new UnixStreams(SocketType.STREAM, Records.NONE, new RecordMeter());

    /** Takes a connected socket over. */
    ByteStream of(EventLoop loop, int fd) {
        return type == SocketType.SEQ_PACKET
                ? new SeqPacketStream(loop, fd, records, meter)
                : Framer.of(records, records.framing(), meter).frame(loop, new UnixStream(loop, fd));
    }
}
