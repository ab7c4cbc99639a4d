package io.socketbridge.sidecar.datagram;

import io.socketbridge.sidecar.linux.Kernel;
import io.socketbridge.sidecar.record.RecordMeter;

/** Counts what the kernel dropped before it could be received, as a network's socket had no room left. Owned by one loop. */
final class LossCounter {

    private final Kernel kernel;
    private final RecordMeter meter;
    private int counted;

    LossCounter(Kernel kernel, RecordMeter meter) {
        this.kernel = kernel;
        this.meter = meter;
    }

    /** Counts what was dropped since the last time. */
    void count(int fd) {
        int now = kernel.receiveDrops(fd);
        meter.dropped("receive-buffer", Integer.toUnsignedLong(now - counted));
        counted = now;
    }

    /** Another socket takes the place of the one before. */
    void restart() {
        counted = 0;
    }
}
