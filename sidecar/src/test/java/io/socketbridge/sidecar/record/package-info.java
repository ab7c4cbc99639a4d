/** Tests of records as bytes, without a socket. */
@NullMarked
package io.socketbridge.sidecar.record;

import org.jspecify.annotations.NullMarked;
