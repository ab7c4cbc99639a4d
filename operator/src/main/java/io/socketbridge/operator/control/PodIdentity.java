package io.socketbridge.operator.control;

/**
 * Which pod speaks, as the API server vouches for it, or a certificate of ours does.
 *
 * @param namespace its namespace
 * @param name its name
 * @param uid its unique id, as a name may be used again
 * @param serviceAccount its service account
 */
record PodIdentity(String namespace, String name, String uid, String serviceAccount) {}
