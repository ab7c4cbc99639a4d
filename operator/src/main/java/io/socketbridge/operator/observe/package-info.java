/** What the operator knows of the cluster at this moment: bridges and pods by watch, and what sidecars report. */
@NullMarked
package io.socketbridge.operator.observe;

import org.jspecify.annotations.NullMarked;
