package io.socketbridge.sidecar.control;

import io.socketbridge.contract.Address;
import io.socketbridge.contract.RawAddress;
import io.socketbridge.contract.Records;
import io.socketbridge.contract.Route;
import io.socketbridge.contract.SocketType;
import io.socketbridge.contract.Target;
import io.socketbridge.contract.TcpAddress;
import io.socketbridge.contract.Tunnel;
import io.socketbridge.contract.TunnelAddress;
import io.socketbridge.contract.UdpAddress;
import io.socketbridge.contract.UnixAddress;
import io.socketbridge.sidecar.datagram.DatagramDialer;
import io.socketbridge.sidecar.local.UnixDialer;
import io.socketbridge.sidecar.local.UnixStreams;
import io.socketbridge.sidecar.loop.EventLoops;
import io.socketbridge.sidecar.record.Framer;
import io.socketbridge.sidecar.record.RecordMeter;
import io.socketbridge.sidecar.relay.Destination;
import io.socketbridge.sidecar.relay.Dialer;
import io.socketbridge.sidecar.tls.Protections;
import io.socketbridge.sidecar.tunnel.Departures;
import io.socketbridge.sidecar.tunnel.TcpDialer;
import io.socketbridge.sidecar.tunnel.TunnelDialer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What connects to a route's targets. Tunnels to those that stay are kept when others come or go. One thread at a time. */
final class Dialers {

    private final EventLoops loops;
    private final Protections protections;
    private final int mostReady;
    private final Departures departures;
    private final RecordMeter meter;
    private Map<Place, TunnelDialer> tunnels = new HashMap<>();

    /** Equal for tunnels that may be used in each other's place. */
    private record Place(TunnelAddress address, String serverName, String peerName, List<String> peers) {

        static Place of(TunnelAddress address, Tunnel tunnel) {
            return new Place(address, tunnel.serverName(), tunnel.peerName(), tunnel.peers());
        }
    }

    /**
     * @param mostReady how many tunnels to one place are kept ready by each loop, at most
     * @param meter counts records
     */
    Dialers(EventLoops loops, Protections protections, int mostReady, Departures departures, RecordMeter meter) {
        this.meter = meter;
        this.departures = departures;
        this.mostReady = mostReady;
        this.loops = loops;
        this.protections = protections;
    }

    /**
     * The destinations of a route, in the order of its targets.
     *
     * @throws io.socketbridge.contract.InvalidAddressException if a target's address is none
     */
    List<Destination> of(Route route) {
        // Before any dialler is made, as nobody would have those of a route that makes no sense.
        List<Address> addresses = route.targets().stream()
                .map(target -> Address.parse(target.address()))
                .toList();
        Records records = Pairing.records(route);
        List<Destination> destinations = new ArrayList<>();
        Map<Place, TunnelDialer> kept = new HashMap<>();
        for (int i = 0; i < addresses.size(); i++) {
            Target target = route.targets().get(i);
            Dialer dialer = switch (addresses.get(i)) {
                case UnixAddress unix ->
                    unix.type() == SocketType.DATAGRAM
                            ? DatagramDialer.unix(unix, records, meter)
                            : new UnixDialer(unix, new UnixStreams(unix.type(), records, meter));
                case TcpAddress tcp -> new TcpDialer(tcp, Framer.of(records, records.wire(), meter));
                case UdpAddress udp -> DatagramDialer.udp(udp, records, meter);
                case RawAddress raw -> DatagramDialer.raw(raw, records, meter);
                case TunnelAddress tunnel ->
                    kept.computeIfAbsent(
                            Place.of(tunnel, route.tunnel()),
                            place -> dialer(place, route.tunnel(), records.areCarried()));
            };
            destinations.add(new Destination(target.address(), dialer, target.proxyProtocol(), target.distance()));
        }
        tunnels.forEach((place, dialer) -> {
            if (!kept.containsKey(place)) {
                dialer.close();
            }
        });
        tunnels = kept;
        return destinations;
    }

    private TunnelDialer dialer(Place place, Tunnel tunnel, boolean carriesRecords) {
        TunnelDialer present = tunnels.get(place);
        if (present != null) {
            return present;
        }
        TunnelDialer made =
                new TunnelDialer(place.address(), tunnel, protections, mostReady, departures, carriesRecords);
        made.warmUp(loops);
        return made;
    }

    /** Gives back what is kept for connections to come. */
    void close() {
        tunnels.values().forEach(TunnelDialer::close);
        tunnels = new HashMap<>();
    }
}
