package io.socketbridge.contract;

/** What carries a bridge from the sidecar of one pod to that of another, or to a service. */
public enum TransportProtocol {
    /** Connections, in which nothing is lost: in tunnels, or plain. */
    TCP,
    /** A packet for each datagram; what the network loses is lost. */
    UDP,
    /** A packet of an IP protocol for each record; what the network loses is lost. */
    IP
}
