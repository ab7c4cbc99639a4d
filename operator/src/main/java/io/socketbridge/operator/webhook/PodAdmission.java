package io.socketbridge.operator.webhook;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionRequest;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponse;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReview;
import io.javaoperatorsdk.webhook.admission.AdmissionController;
import io.javaoperatorsdk.webhook.admission.AdmissionUtils;
import io.socketbridge.operator.inject.Injection;
import io.socketbridge.operator.inject.Injector;
import io.socketbridge.operator.observe.World;
import io.socketbridge.operator.plan.PodPlan;
import io.socketbridge.operator.resource.InjectionWebhook;
import io.socketbridge.operator.resource.Installation;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.ServiceUnavailableException;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * What the API server asks about each new pod of a namespace that has a bridge. No pod is ever turned away: one that
 * cannot have its sidecar runs without, and the bridge's status says so.
 */
@Path(InjectionWebhook.PATH)
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class PodAdmission {

    private static final Logger LOG = Logger.getLogger(PodAdmission.class);

    private final World world;
    private final Injector injector;
    private final Installation installation;
    private final AdmissionController<Pod> controller;

    @Inject
    PodAdmission(World world, Injector injector, Installation installation) {
        this.world = world;
        this.injector = injector;
        this.installation = installation;
        this.controller = new AdmissionController<>(this::admit);
    }

    /** The review with its answer. */
    @POST
    public AdmissionReview review(AdmissionReview review) {
        if (!world.isComplete()) {
            throw new ServiceUnavailableException("the operator is starting");
        }
        return controller.handle(review);
    }

    private AdmissionResponse admit(AdmissionRequest request) {
        if (!(request.getObject() instanceof Pod pod) || installation.isExcluded(request.getNamespace())) {
            return AdmissionUtils.allowedAdmissionResponse();
        }
        Map<String, String> labels =
                Optional.ofNullable(pod.getMetadata().getLabels()).orElse(Map.of());
        PodPlan plan = PodPlan.of(world.view(request.getNamespace()).bridges(), labels);
        String name = request.getNamespace() + "/"
                + Optional.ofNullable(pod.getMetadata().getName())
                        .orElse(pod.getMetadata().getGenerateName() + "*");
        return switch (injector.inject(pod, plan)) {
            case Injection.Done done -> {
                LOG.infof(
                        "pod %s: %s",
                        name, plan.isEmpty() ? "no bridge selects it" : "injected for " + plan.fingerprint());
                yield AdmissionUtils.admissionResponseFromMutation(pod, done.pod());
            }
            case Injection.Refused refused -> {
                LOG.warnf("pod %s: not injected: %s", name, String.join("; ", refused.problems()));
                AdmissionResponse response = AdmissionUtils.allowedAdmissionResponse();
                response.setWarnings(refused.problems().stream()
                        .map(problem -> "SocketBridge: no sidecar: " + problem)
                        .toList());
                yield response;
            }
        };
    }
}
