/**
 * The Linux system calls that the data plane is made of, through the foreign function API, and nothing else: a leaf.
 *
 * <p>A call returns what the kernel returned or, where that was an error, the negated {@code errno}; what happens on
 * every byte throws nothing and allocates nothing. {@link io.socketbridge.sidecar.linux.LinuxException} is for what a person must read.
 */
@NullMarked
package io.socketbridge.sidecar.linux;

import org.jspecify.annotations.NullMarked;
