package io.socketbridge.sidecar.relay;

import io.socketbridge.contract.ProxyProtocol;

/**
 * One of the places that serve a relay's connections.
 *
 * @param address for the log
 * @param dialer connects to it
 * @param header what each connection to it begins with
 * @param distance how far away it is: the nearest that can be reached is used
 */
public record Destination(String address, Dialer dialer, ProxyProtocol header, int distance) {}
