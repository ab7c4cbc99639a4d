/** The custom resource, as a person writes it and as the API server stores it. */
@NullMarked
package io.socketbridge.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
