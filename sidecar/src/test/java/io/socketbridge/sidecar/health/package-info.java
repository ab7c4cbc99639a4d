/** Tests of what the kubelet and Prometheus ask. */
@NullMarked
package io.socketbridge.sidecar.health;

import org.jspecify.annotations.NullMarked;
