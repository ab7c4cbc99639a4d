package io.socketbridge.operator.plan;

import io.socketbridge.contract.TcpAddress;
import java.util.Optional;

/**
 * A place where connections of a bridge can go now.
 *
 * @param name the pod's name, or the service's host
 * @param address where it listens
 * @param pod the pod, unless it is a service
 */
public record Endpoint(String name, TcpAddress address, Optional<ObservedPod> pod) {}
