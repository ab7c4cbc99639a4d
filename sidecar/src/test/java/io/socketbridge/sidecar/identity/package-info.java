/** Tests of who this pod is, and whom it believes. */
@NullMarked
package io.socketbridge.sidecar.identity;

import org.jspecify.annotations.NullMarked;
