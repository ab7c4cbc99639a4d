package io.socketbridge.operator.plan;

import io.socketbridge.contract.Framing;
import io.socketbridge.contract.Overflow;
import io.socketbridge.contract.Oversize;
import io.socketbridge.contract.RecordHeaders;
import io.socketbridge.contract.Records;
import java.util.Optional;

/**
 * How a bridge treats records, where it carries any. None of it makes another pod of a pod: it is told to sidecars while they run.
 *
 * @param mostBytes the largest one
 * @param oversize what becomes of larger ones
 * @param framing how they become bytes where one end alone is a stream; empty where nothing is said
 * @param overflow what becomes of datagrams for which there is no room
 * @param headers what apps with sequenced packets see of their headers
 */
public record RecordPolicy(
        int mostBytes, Oversize oversize, Optional<Framing> framing, Overflow overflow, RecordHeaders headers) {

    /** What holds where nothing is said. */
    public static final RecordPolicy DEFAULT = new RecordPolicy(
            Records.DEFAULT.mostBytes(),
            Records.DEFAULT.oversize(),
            Optional.empty(),
            Records.DEFAULT.overflow(),
            RecordHeaders.HIDDEN);
}
