@NullMarked
package io.socketbridge.operator.status;

import org.jspecify.annotations.NullMarked;
