package io.socketbridge.operator.plan;

import io.socketbridge.contract.Address;
import java.util.Optional;

/**
 * A place where connections of a bridge can go now.
 *
 * @param name the pod's name, or the service's host
 * @param address where it listens
 * @param pod the pod, unless it is a service
 */
public record Endpoint(String name, Address address, Optional<ObservedPod> pod) {

    /** Its host, and its port or what else it has, for people. */
    public String place() {
        return place(address);
    }

    /** An address without what it is one of. */
    static String place(Address address) {
        String text = address.toString();
        return text.substring(text.indexOf(':') + 1);
    }
}
