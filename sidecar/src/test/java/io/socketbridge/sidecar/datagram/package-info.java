@NullMarked
package io.socketbridge.sidecar.datagram;

import org.jspecify.annotations.NullMarked;
