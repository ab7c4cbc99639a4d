@NullMarked
package io.socketbridge.operator.observe;

import org.jspecify.annotations.NullMarked;
