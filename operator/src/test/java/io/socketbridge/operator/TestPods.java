package io.socketbridge.operator;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.authentication.BoundObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.socketbridge.contract.ControlStream;
import io.socketbridge.contract.SidecarPod;
import java.util.Map;

/** Pods without a node: what the kubelet would do is done here. */
final class TestPods {

    private final KubernetesClient client;
    private final String namespace;

    /** In a namespace of its own. */
    TestPods(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    static Pod pod(String name, Map<String, String> labels) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .withServiceAccountName("default")
                .addNewContainer()
                .withName("app")
                .withImage("app")
                .endContainer()
                .endSpec()
                .build();
    }

    /** On a node, which need not exist. */
    static Pod podOn(String node, String name, Map<String, String> labels) {
        return new PodBuilder(pod(name, labels))
                .editSpec()
                .withNodeName(node)
                .endSpec()
                .build();
    }

    Pod create(Pod pod) {
        return client.pods().inNamespace(namespace).resource(pod).create();
    }

    /** As a kubelet says it of a pod whose sidecar has started. */
    Pod start(Pod pod, String ip) {
        return client.pods()
                .inNamespace(namespace)
                .withName(pod.getMetadata().getName())
                .editStatus(there -> new PodBuilder(there)
                        .withNewStatus()
                        .withPhase("Running")
                        .withPodIP(ip)
                        .addNewPodIP(ip)
                        .addNewInitContainerStatus()
                        .withName(SidecarPod.CONTAINER)
                        .withImage("sidecar")
                        .withImageID("sidecar")
                        .withStarted(true)
                        .withReady(true)
                        .withRestartCount(0)
                        .endInitContainerStatus()
                        .endStatus()
                        .build());
    }

    /** The token that the kubelet would project. */
    String token(Pod pod) {
        return token(pod, ControlStream.AUDIENCE);
    }

    /** A token of the pod for somebody else. */
    String token(Pod pod, String audience) {
        return token(new TokenRequestBuilder()
                .withNewSpec()
                .withAudiences(audience)
                .withExpirationSeconds(3_600L)
                .withBoundObjectRef(new BoundObjectReferenceBuilder()
                        .withApiVersion("v1")
                        .withKind("Pod")
                        .withName(pod.getMetadata().getName())
                        .withUid(pod.getMetadata().getUid())
                        .build())
                .endSpec()
                .build());
    }

    /** A token of the service account that is bound to no pod, as a person can ask for. */
    String unboundToken() {
        return token(new TokenRequestBuilder()
                .withNewSpec()
                .withAudiences(ControlStream.AUDIENCE)
                .withExpirationSeconds(3_600L)
                .endSpec()
                .build());
    }

    private String token(TokenRequest request) {
        return client.serviceAccounts()
                .inNamespace(namespace)
                .withName("default")
                .tokenRequest(request)
                .getStatus()
                .getToken();
    }

    /** Has it end in its time, which without its kubelet is never. */
    void end(Pod pod) {
        client.pods()
                .inNamespace(namespace)
                .withName(pod.getMetadata().getName())
                .delete();
    }

    void delete(Pod pod) {
        client.pods()
                .inNamespace(namespace)
                .withName(pod.getMetadata().getName())
                .withGracePeriod(0)
                .delete();
    }
}
