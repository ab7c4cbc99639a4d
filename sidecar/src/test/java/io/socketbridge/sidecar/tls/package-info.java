@NullMarked
package io.socketbridge.sidecar.tls;

import org.jspecify.annotations.NullMarked;
