@NullMarked
package io.socketbridge.operator.select;

import org.jspecify.annotations.NullMarked;
