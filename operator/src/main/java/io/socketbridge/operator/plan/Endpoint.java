package io.socketbridge.operator.plan;

import io.socketbridge.contract.TcpAddress;

/**
 * A place where connections of a bridge can go now.
 *
 * @param name the pod's name, or the service's host
 * @param address where it listens
 */
public record Endpoint(String name, TcpAddress address) {}
