@NullMarked
package io.socketbridge.operator.inject;

import org.jspecify.annotations.NullMarked;
