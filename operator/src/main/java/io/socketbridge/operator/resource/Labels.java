package io.socketbridge.operator.resource;

/** Labels of what the operator owns. */
public final class Labels {

    /** The recommended label that says who manages an object. */
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

    /** Its value for what is ours. */
    public static final String SOCKETBRIDGE = "socketbridge";

    /** On a pod: with the value {@code false} the webhook is not asked about it. */
    public static final String INJECT = "socketbridge.io/inject";

    private Labels() {}
}
