@NullMarked
package io.socketbridge.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
