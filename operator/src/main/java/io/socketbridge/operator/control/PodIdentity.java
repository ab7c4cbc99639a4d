package io.socketbridge.operator.control;

/**
 * Which pod speaks, as the API server vouches for it.
 *
 * @param namespace its namespace
 * @param name its name
 * @param uid its unique id, as a name may be used again
 */
record PodIdentity(String namespace, String name, String uid) {}
