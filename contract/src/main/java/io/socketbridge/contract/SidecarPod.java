package io.socketbridge.contract;

/**
 * What the webhook promises to the sidecar about the pod that it finds itself in.
 */
public final class SidecarPod {

    /** The container's name. */
    public static final String CONTAINER = "socketbridge";

    /**
     * Environment variable: the operator's base URLs, separated by commas and tried in this order, such as
     * {@code https://10.96.3.4:443,https://socketbridge-operator.socketbridge-system.svc:443}.
     */
    public static final String CONTROL_URLS = "SOCKETBRIDGE_CONTROL_URLS";

    /** Environment variables that say who the pod is; for logs only, the token is what counts. */
    public static final String POD_NAME = "SOCKETBRIDGE_POD_NAME";

    /** See {@link #POD_NAME}. */
    public static final String POD_NAMESPACE = "SOCKETBRIDGE_POD_NAMESPACE";

    /** Directory of the projected volume that holds {@link #TOKEN_FILE} and {@link #TRUST_FILE}. */
    public static final String CONTROL_DIRECTORY = "/var/run/secrets/socketbridge.io";

    /** The projected service account token; the kubelet renews it in place. */
    public static final String TOKEN_FILE = "token";

    /** The certificates, in PEM, by which the sidecar knows the operator; may change while it runs. */
    public static final String TRUST_FILE = "ca.crt";

    /** TCP port of {@code /health/live}, {@code /health/ready}, {@code /health/started} and {@code /metrics}. */
    public static final int HEALTH_PORT = 15_821;

    /** TCP port of the tunnels of all bridges whose server is in the pod. */
    public static final int TUNNEL_PORT = 15_820;

    private SidecarPod() {}
}
