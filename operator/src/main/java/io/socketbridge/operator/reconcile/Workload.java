package io.socketbridge.operator.reconcile;

/**
 * What makes pods from a template.
 *
 * @param kind {@code Deployment}, {@code StatefulSet} or {@code DaemonSet}, all of {@code apps/v1}
 * @param name its name
 */
record Workload(String kind, String name) {

    static final String API_VERSION = "apps/v1";
}
