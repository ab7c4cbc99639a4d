/** Makes the cluster be as planned, and writes status and events. */
@NullMarked
package io.socketbridge.operator.reconcile;

import org.jspecify.annotations.NullMarked;
