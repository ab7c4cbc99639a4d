/** Admission of pods: finds their plan and injects it. */
@NullMarked
package io.socketbridge.operator.webhook;

import org.jspecify.annotations.NullMarked;
