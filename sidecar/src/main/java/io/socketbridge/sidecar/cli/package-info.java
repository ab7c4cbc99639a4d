/** The command line. */
@NullMarked
package io.socketbridge.sidecar.cli;

import org.jspecify.annotations.NullMarked;
