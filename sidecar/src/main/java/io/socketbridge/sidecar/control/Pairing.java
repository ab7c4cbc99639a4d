package io.socketbridge.sidecar.control;

import io.socketbridge.contract.Address;
import io.socketbridge.contract.ProxyProtocol;
import io.socketbridge.contract.RawAddress;
import io.socketbridge.contract.Records;
import io.socketbridge.contract.Route;
import io.socketbridge.contract.SocketType;
import io.socketbridge.contract.Target;
import io.socketbridge.contract.UdpAddress;
import io.socketbridge.contract.UnixAddress;
import java.util.Optional;
import java.util.stream.Stream;

/** Which addresses go together in a route. */
public final class Pairing {

    private Pairing() {}

    /** Why what connects to one address cannot be joined to another; empty if it can. */
    public static Optional<String> problem(Address listen, Address target) {
        return loses(listen, target).or(() -> loses(target, listen));
    }

    private static Optional<String> loses(Address packets, Address other) {
        boolean onNetwork = packets instanceof UdpAddress || packets instanceof RawAddress;
        if (!onNetwork || !(other instanceof UnixAddress unix) || unix.type() == SocketType.DATAGRAM) {
            return Optional.empty();
        }
        return Optional.of(
                other + " cannot be joined to " + packets + ": a connection loses nothing, and packets may be"
                        + " lost on their way; use a unix-dgram: address at this end, or tcp: or tunnel: at the other");
    }

    /** Why a route's addresses do not go together; empty if they do. */
    static Optional<String> problem(Route route) {
        Address listen = Address.parse(route.listen().address());
        if (isOfDatagrams(listen) && route.listen().proxyProtocol() != ProxyProtocol.NONE) {
            return Optional.of(listen
                    + ": datagrams have no PROXY protocol header; listen.proxyProtocol can be V2 for tcp: alone");
        }
        for (Target target : route.targets()) {
            Address address = Address.parse(target.address());
            Optional<String> problem = problem(listen, address);
            if (problem.isPresent()) {
                return problem;
            }
            if (isOfSequencedPackets(address) && target.proxyProtocol() != ProxyProtocol.NONE) {
                return Optional.of(address
                        + ": a PROXY protocol header begins a stream of bytes, and this is none; leave proxyProtocol out, or"
                        + " use a stream");
            }
            if (isOfDatagrams(address) && target.proxyProtocol() != ProxyProtocol.NONE) {
                return Optional.of(address
                        + ": a PROXY protocol header begins a connection, and datagrams have none; leave"
                        + " proxyProtocol out, or use a stream");
            }
        }
        return Optional.empty();
    }

    /** Whether what is sent there comes without a connection. */
    public static boolean isOfDatagrams(Address address) {
        return switch (address) {
            case UdpAddress _, RawAddress _ -> true;
            case UnixAddress unix -> unix.type() == SocketType.DATAGRAM;
            default -> false;
        };
    }

    /** Whether what is sent there at once is received at once. */
    public static boolean hasRecords(Address address) {
        return isOfDatagrams(address) || isOfSequencedPackets(address);
    }

    private static boolean isOfSequencedPackets(Address address) {
        return address instanceof UnixAddress unix && unix.type() == SocketType.SEQ_PACKET;
    }

    /** How a route carries records; where one of its ends has them, it does so even if nothing is said. */
    static Records records(Route route) {
        boolean some = Stream.concat(
                        Stream.of(route.listen().address()),
                        route.targets().stream().map(Target::address))
                .map(Address::parse)
                .anyMatch(Pairing::hasRecords);
        return some && !route.records().areCarried() ? Records.DEFAULT : route.records();
    }
}
