package io.socketbridge.operator.control;

import io.socketbridge.operator.plan.ObservedPod;

/**
 * A pod that may speak.
 *
 * @param identity as the API server vouches for it, or a certificate does
 * @param pod as it is now
 */
record Speaker(PodIdentity identity, ObservedPod pod) {}
