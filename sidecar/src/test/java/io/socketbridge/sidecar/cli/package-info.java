/** The program as a person runs it. */
@NullMarked
package io.socketbridge.sidecar.cli;

import org.jspecify.annotations.NullMarked;
