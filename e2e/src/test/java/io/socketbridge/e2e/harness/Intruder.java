package io.socketbridge.e2e.harness;

import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.List;

/** A pod that somebody has taken over, with all that it can get at: its token for the operator, and what that is good for. */
public final class Intruder {

    /** Where the pod's own token for the operator is. */
    public static final String OWN_TOKEN = "/token/token";

    /** Where its token for the API server is. */
    public static final String API_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token";

    private static final String TUNNEL_PORT = "15820";
    private static final String IDENTITY = "/tmp/identity";
    private static final String VOLUME = "own-token";

    private final AppPod pod;
    private final String operator;

    private Intruder(AppPod pod, String operator) {
        this.pod = pod;
        this.operator = operator;
    }

    /** The workload. */
    public static Workload workload(String name) {
        return Workload.idle(name).with(Intruder::mountToken);
    }

    /** The intruder in a pod of the workload. */
    public static Intruder in(AppPod pod) {
        String operator = Cluster.get()
                .client()
                .services()
                .inNamespace(Cluster.OPERATOR_NAMESPACE)
                .withName(Cluster.OPERATOR)
                .get()
                .getSpec()
                .getClusterIP();
        return new Intruder(pod, operator);
    }

    /** Tries all ways into the tunnels of a bridge, as nobody; a line for each. */
    public List<String> enter(AppPod server, String bridge) {
        return attempts(Script.python("intrude.py", address(server), TUNNEL_PORT, nameOf(server, bridge)));
    }

    /** The same with the certificate that it {@link #enrol got}. */
    public List<String> enterCertified(AppPod server, String bridge) {
        return attempts(Script.python("intrude.py", address(server), TUNNEL_PORT, nameOf(server, bridge), IDENTITY));
    }

    /** Asks for a certificate in the name of somebody; answers the HTTP status. */
    public String enrol(String tokenFile, String claim) {
        pod.sh("mkdir -p " + IDENTITY
                        + " && openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "
                        + IDENTITY + "/key.pem -subj /CN=" + claim + " -addext subjectAltName=DNS:" + claim
                        + " -outform DER -out " + IDENTITY + "/request.der")
                .output();
        return ask(
                "POST",
                "/control/v1/certificates",
                tokenFile,
                "application/pkcs10",
                IDENTITY + "/request.der",
                IDENTITY + "/chain.pem");
    }

    /** Whom the certificate that it got is about. */
    public String certified() {
        return pod.sh("openssl x509 -in " + IDENTITY + "/chain.pem -noout -subject -ext subjectAltName")
                .output();
    }

    /** Leaves a file in the pod, such as a token that was stolen elsewhere. */
    public void keep(String file, String content) {
        pod.sh("cat > " + file + " <<'END'\n" + content + "\nEND").output();
    }

    /** Sends the operator something; answers the HTTP status. */
    public String ask(String method, String path, String tokenFile, String type, String bodyFile, String answerFile) {
        return pod.exec(Script.python("ask_operator.py", operator, method, path, tokenFile, type, bodyFile, answerFile))
                .output();
    }

    /** What is in a file of the pod. */
    public String read(String file) {
        return pod.sh("cat " + file).output();
    }

    private List<String> attempts(String... command) {
        return pod.exec(command).output().lines().toList();
    }

    private static String address(AppPod server) {
        return server.resource().getStatus().getPodIP();
    }

    private static String nameOf(AppPod server, String bridge) {
        return bridge + "." + server.resource().getMetadata().getNamespace() + ".socketbridge.internal";
    }

    private static void mountToken(PodSpec spec) {
        spec.getVolumes()
                .add(new VolumeBuilder()
                        .withName(VOLUME)
                        .withNewProjected()
                        .addNewSource()
                        .withNewServiceAccountToken("control.socketbridge.io", 3_600L, "token")
                        .endSource()
                        .endProjected()
                        .build());
        spec.getContainers()
                .getFirst()
                .getVolumeMounts()
                .add(new VolumeMountBuilder()
                        .withName(VOLUME)
                        .withMountPath("/token")
                        .withReadOnly(true)
                        .build());
    }
}
