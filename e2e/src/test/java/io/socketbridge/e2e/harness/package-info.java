/** What the end-to-end tests stand on: the cluster, a namespace for each test class, workloads, pods and waiting. */
@NullMarked
package io.socketbridge.e2e.harness;

import org.jspecify.annotations.NullMarked;
