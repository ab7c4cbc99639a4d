package io.socketbridge.sidecar.datagram;

import io.socketbridge.contract.RawAddress;
import io.socketbridge.contract.Records;
import io.socketbridge.contract.UdpAddress;
import io.socketbridge.contract.UnixAddress;
import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.Kernel;
import io.socketbridge.sidecar.linux.LinuxException;
import io.socketbridge.sidecar.linux.SocketAddress;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.HostResolver;
import io.socketbridge.sidecar.record.RecordMeter;
import io.socketbridge.sidecar.relay.Dialer;
import io.socketbridge.sidecar.relay.ProxyHeader;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes a socket for each flow of datagrams to a server, with an address of its own, so that the server's replies reach exactly that flow. */
public final class DatagramDialer implements Dialer {

    private final Place place;
    private final Records records;
    private final RecordMeter meter;

    /** Where datagrams go. */
    private sealed interface Place {

        /** An app's socket, by its name each time: the app may have made a new one meanwhile. */
        record Unix(SocketAddress address) implements Place {}

        /** A host's name is looked up anew for each flow, aside from the loop. */
        record Ip(IpFamily family, String host, int port, String text) implements Place {}
    }

    private DatagramDialer(Place place, Records records, RecordMeter meter) {
        this.place = place;
        this.records = records;
        this.meter = meter;
    }

    /** Dials an app's datagram socket. */
    public static DatagramDialer unix(UnixAddress address, Records records, RecordMeter meter) {
        return new DatagramDialer(new Place.Unix(SocketAddress.unix(address.name())), records, meter);
    }

    /** Dials a UDP address. */
    public static DatagramDialer udp(UdpAddress address, Records records, RecordMeter meter) {
        return new DatagramDialer(
                new Place.Ip(IpFamily.UDP, address.host(), address.port(), address.toString()), records, meter);
    }

    /** Dials a host by a protocol above IP. */
    public static DatagramDialer raw(RawAddress address, Records records, RecordMeter meter) {
        return new DatagramDialer(
                new Place.Ip(IpFamily.of(address), address.host(), 0, address.toString()), records, meter);
    }

    /** What a raw address needs that the process does not have; empty if it may open such sockets. Any thread may call. */
    public static Optional<String> permissionProblem(RawAddress address) {
        try (Arena arena = Arena.ofConfined()) {
            Kernel kernel = new Kernel(arena);
            IpFamily family = IpFamily.of(address);
            int fd = family.open(kernel, family.address(InetAddress.ofLiteral("127.0.0.1"), 0));
            if (fd < 0) {
                String advice = family.advice(-fd);
                return advice.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new LinuxException("socket", address.toString(), -fd).getMessage() + advice);
            }
            kernel.close(fd);
            return Optional.empty();
        }
    }

    @Override
    public Pending dial(EventLoop loop, Supplier<ProxyHeader> origin, Duration limit, Outcome outcome) {
        return switch (place) {
            case Place.Unix(SocketAddress address) -> {
                connectUnix(loop, address, outcome);
                yield () -> {};
            }
            case Place.Ip ip -> dial(loop, ip, outcome);
        };
    }

    private Pending dial(EventLoop loop, Place.Ip ip, Outcome outcome) {
        Optional<SocketAddress> literal =
                HostResolver.literal(ip.host()).map(host -> ip.family().address(host, ip.port()));
        if (literal.isPresent()) {
            connectIp(loop, ip, literal.get(), outcome);
            return () -> {};
        }
        Lookup lookup = new Lookup(loop, ip, outcome);
        HostResolver.THREADS.execute(lookup);
        return lookup;
    }

    private void connectUnix(EventLoop loop, SocketAddress address, Outcome outcome) {
        Kernel kernel = loop.kernel();
        int fd = kernel.datagramSocket(address);
        if (fd < 0) {
            fail("socket", address.text(), -fd, "", outcome);
            return;
        }
        kernel.raiseSendBuffer(fd, records.mostBytes());
        int result = kernel.bindToAnyName(fd);
        String call = "bind";
        if (result >= 0) {
            call = "connect";
            result = kernel.connect(fd, address);
        }
        if (result < 0) {
            kernel.close(fd);
            fail(call, address.text(), -result, "", outcome);
            return;
        }
        kernel.setPassDescriptors(fd, false);
        outcome.connected(new DatagramStream(loop, new UnixPeer(kernel, fd, address), records, meter));
    }

    private void connectIp(EventLoop loop, Place.Ip ip, SocketAddress address, Outcome outcome) {
        Kernel kernel = loop.kernel();
        int fd = ip.family().open(kernel, address);
        if (fd < 0) {
            fail("socket", ip.text(), -fd, ip.family().advice(-fd), outcome);
            return;
        }
        kernel.raiseSendBuffer(fd, records.mostBytes());
        int result = kernel.connect(fd, address);
        if (result < 0) {
            kernel.close(fd);
            fail("connect", ip.text(), -result, ip.family().advice(-result), outcome);
            return;
        }
        outcome.connected(
                new DatagramStream(loop, new IpPeer(kernel, fd, ip.family(), address.isIpv4(), meter), records, meter));
    }

    private static void fail(String call, String subject, int errno, String advice, Outcome outcome) {
        outcome.failed(reason(errno), new LinuxException(call, subject, errno).getMessage() + advice);
    }

    private static String reason(int errno) {
        return switch (errno) {
            case Errno.ENOENT -> "socket-missing";
            case Errno.ECONNREFUSED -> "refused";
            case Errno.EACCES, Errno.EPERM -> "permission-denied";
            case Errno.ENETUNREACH, Errno.EHOSTUNREACH -> "unreachable";
            case Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM, Errno.ENOBUFS -> RESOURCES;
            default -> "error";
        };
    }

    /** Connects when it is known where to, unless that is not wanted any more by then. */
    private final class Lookup implements Pending, Runnable {

        private final EventLoop loop;
        private final Place.Ip ip;
        private final Outcome outcome;

        /** Written on the loop. */
        private volatile boolean cancelled;

        Lookup(EventLoop loop, Place.Ip ip, Outcome outcome) {
            this.loop = loop;
            this.ip = ip;
            this.outcome = outcome;
        }

        @Override
        public void run() {
            SocketAddress resolved;
            try {
                resolved = ip.family().address(HostResolver.resolve(ip.host()), ip.port());
            } catch (UnknownHostException e) {
                resolved = null;
            }
            SocketAddress found = resolved;
            loop.execute(() -> found(found));
        }

        private void found(@Nullable SocketAddress address) {
            if (cancelled) {
                return;
            }
            if (address == null) {
                outcome.failed("unknown-host", ip.text() + ": the host name '" + ip.host() + "' is not known");
            } else {
                connectIp(loop, ip, address, outcome);
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }
}
