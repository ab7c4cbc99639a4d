/** How a pod gets what its plan asks for, pure: pod in, pod out. */
@NullMarked
package io.socketbridge.operator.inject;

import org.jspecify.annotations.NullMarked;
