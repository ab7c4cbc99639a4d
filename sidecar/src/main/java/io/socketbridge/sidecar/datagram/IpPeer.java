package io.socketbridge.sidecar.datagram;

import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.Kernel;
import io.socketbridge.sidecar.linux.MessageBatch;
import io.socketbridge.sidecar.record.RecordMeter;
import io.socketbridge.sidecar.record.RecordSink;

/**
 * A host, of which the network tells errors late: an error of a call is about a packet that was sent before, which is lost, and what the call
 * was to do has not been done. Where it comes again it is about the packet itself.
 */
final class IpPeer implements DatagramPeer {

    private final int fd;
    private final IpFamily family;
    private final boolean ipv4;
    private final RecordMeter meter;

    IpPeer(Kernel kernel, int fd, IpFamily family, boolean ipv4, RecordMeter meter) {
        this.fd = fd;
        this.family = family;
        this.ipv4 = ipv4;
        this.meter = meter;
    }

    @Override
    public int descriptor() {
        return fd;
    }

    @Override
    public int sendFailed(int errno, boolean again) {
        if (DatagramPeer.isPassing(errno)) {
            return -errno;
        }
        if (errno == Errno.EMSGSIZE && again) {
            return -Errno.EMSGSIZE;
        }
        if (errno == Errno.EMSGSIZE) {
            return -Errno.EINTR; // Told of an earlier packet, or of this one: then it is told again.
        }
        meter.dropped(reason(errno), 1);
        return again ? RecordSink.DROPPED : -Errno.EINTR;
    }

    @Override
    public int receiveFailed(int errno) {
        if (errno == Errno.EAGAIN) {
            return -Errno.EAGAIN;
        }
        if (errno != Errno.EINTR) {
            meter.dropped(reason(errno), 1);
        }
        return -Errno.EINTR;
    }

    private static String reason(int errno) {
        return switch (errno) {
            case Errno.ECONNREFUSED -> "refused";
            case Errno.EMSGSIZE -> RecordMeter.TOO_LARGE;
            case Errno.EHOSTUNREACH, Errno.ENETUNREACH -> "unreachable";
            case Errno.EACCES, Errno.EPERM -> "denied";
            default -> Errno.name(errno);
        };
    }

    @Override
    public int headerBytes(MessageBatch batch, int i) {
        return family.headerBytes(batch, i, ipv4);
    }

    @Override
    public int mostHeaderBytes() {
        return family.mostHeaderBytes();
    }
}
