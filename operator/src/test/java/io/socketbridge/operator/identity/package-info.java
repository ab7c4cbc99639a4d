@NullMarked
package io.socketbridge.operator.identity;

import org.jspecify.annotations.NullMarked;
