package io.socketbridge.sidecar.relay;

import io.socketbridge.contract.ProxyProtocol;

/**
 * One of the places that serve a relay's connections.
 *
 * @param address for the log
 * @param dialer connects to it
 * @param header what each connection to it begins with
 */
public record Destination(String address, Dialer dialer, ProxyProtocol header) {}
