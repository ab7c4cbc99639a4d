/** Which pods a bridge means: label selectors, pure. */
@NullMarked
package io.socketbridge.operator.select;

import org.jspecify.annotations.NullMarked;
