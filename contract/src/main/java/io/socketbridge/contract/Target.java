package io.socketbridge.contract;

/**
 * One place that serves a route.
 *
 * @param address an {@link Address} as text
 * @param name what a person knows it by, such as a pod's name; may be empty
 */
public record Target(String address, String name) {}
