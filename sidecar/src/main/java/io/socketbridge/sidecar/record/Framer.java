package io.socketbridge.sidecar.record;

import io.socketbridge.contract.Framing;
import io.socketbridge.contract.Records;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.relay.ByteStream;

/** Makes a stream of a connected socket what a route carries: bytes as they are, or records that are framed. */
@FunctionalInterface
public interface Framer {

    /** The bytes are what the route carries. */
    Framer NONE = (loop, stream) -> stream;

    /**
     * For a route's streams of one kind.
     *
     * @param records what the route carries
     * @param framing how records are told from each other at these streams
     */
    static Framer of(Records records, Framing framing, RecordMeter meter) {
        return !records.areCarried() || framing == Framing.HEADED
                ? NONE
                : (loop, stream) -> new FramedStream(loop, stream, records.hidingHeaders(), framing, meter);
    }

    /** Takes a stream over. */
    ByteStream frame(EventLoop loop, ByteStream stream);
}
