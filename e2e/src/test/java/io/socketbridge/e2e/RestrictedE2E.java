package io.socketbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.socketbridge.e2e.harness.AppPod;
import io.socketbridge.e2e.harness.RedisApp;
import io.socketbridge.e2e.harness.TestNamespace;
import io.socketbridge.e2e.harness.Workload;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** All namespaces of these tests enforce {@code restricted}; here is what the sidecar does to be let in. */
class RestrictedE2E {

    @RegisterExtension
    static final TestNamespace NAMESPACE = TestNamespace.named("restricted");

    @Test
    void aPodWithASidecarIsAdmittedWithoutAWarningAndTheSidecarHasNoPrivilege() throws Exception {
        NAMESPACE.apply(RedisApp.bridge("cache", "client", "redis"));
        NAMESPACE.bridge("cache").awaitProgrammed();

        HttpResponse<String> admitted = create(Workload.idle("client"));

        assertThat(admitted.code()).as(admitted.body()).isEqualTo(201);
        assertThat(admitted.headers("Warning")).isEmpty();
        AppPod pod = NAMESPACE.bridgedPod("client");
        assertThat(pod.sidecar().orElseThrow()).satisfies(RestrictedE2E::hasNoPrivilege);
        assertThat(pod.resource().getSpec().getVolumes())
                .extracting(Volume::getHostPath)
                .containsOnlyNulls();
        assertThat(pod.resource().getSpec().getInitContainers())
                .as("the sidecar starts before anything else")
                .first()
                .extracting(Container::getName)
                .isEqualTo(AppPod.SIDECAR);
    }

    private static void hasNoPrivilege(Container sidecar) {
        var security = sidecar.getSecurityContext();
        assertThat(security.getReadOnlyRootFilesystem()).isTrue();
        assertThat(security.getAllowPrivilegeEscalation()).isFalse();
        assertThat(security.getRunAsNonRoot()).isTrue();
        assertThat(security.getPrivileged()).isNotEqualTo(true);
        assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(security.getCapabilities().getAdd()).isNullOrEmpty();
        assertThat(security.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    }

    /** Makes a pod by a bare request, because the client library keeps the server's warnings to itself. */
    private static HttpResponse<String> create(Workload workload) throws Exception {
        KubernetesClient client = NAMESPACE.client();
        HttpRequest request = client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(URI.create(client.getMasterUrl() + "api/v1/namespaces/" + NAMESPACE.name() + "/pods"))
                .post("application/json", Serialization.asJson(workload.pod()))
                .build();
        return client.getHttpClient().sendAsync(request, String.class).get(30, TimeUnit.SECONDS);
    }
}
