package io.socketbridge.operator.resource;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfigBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.SortedSet;

/**
 * Tells the API server to ask us about new pods, in namespaces that have a bridge and in no others: whatever happens to
 * the operator, it cannot keep the rest of the cluster from making pods. The object itself comes with the installation
 * and goes with it; ours is what is in it.
 */
public final class InjectionWebhook {

    /** The configuration's name. */
    public static final String NAME = "socketbridge";

    /** Where the operator answers. */
    public static final String PATH = "/admission/pods";

    private static final String WEBHOOK = "pods.socketbridge.io";

    /** Of the ten seconds that an API server would wait, the half: a pod that waits is worse than one to be replaced. */
    private static final int TIMEOUT_SECONDS = 5;

    private InjectionWebhook() {}

    /** The configuration for these namespaces. */
    public static MutatingWebhookConfiguration of(
            SortedSet<String> namespaces, Installation installation, String trustPem) {
        List<MutatingWebhook> webhooks =
                namespaces.isEmpty() ? List.of() : List.of(webhook(namespaces, installation, trustPem));
        return new MutatingWebhookConfigurationBuilder()
                .withNewMetadata()
                .withName(NAME)
                .endMetadata()
                .withWebhooks(webhooks)
                .build();
    }

    private static MutatingWebhook webhook(SortedSet<String> namespaces, Installation installation, String trustPem) {
        LabelSelector inNamespaces = new LabelSelectorBuilder()
                .addNewMatchExpression()
                .withKey("kubernetes.io/metadata.name")
                .withOperator("In")
                .withValues(List.copyOf(namespaces))
                .endMatchExpression()
                .build();
        LabelSelector notOptedOut = new LabelSelectorBuilder()
                .addNewMatchExpression()
                .withKey(Labels.INJECT)
                .withOperator("NotIn")
                .withValues("false")
                .endMatchExpression()
                .build();
        return new MutatingWebhookBuilder()
                .withName(WEBHOOK)
                .withClientConfig(clientConfig(installation, trustPem))
                .withNamespaceSelector(inNamespaces)
                .withObjectSelector(notOptedOut)
                .addNewRule()
                .withApiGroups("")
                .withApiVersions("v1")
                .withOperations("CREATE")
                .withResources("pods")
                .withScope("Namespaced")
                .endRule()
                .withAdmissionReviewVersions("v1")
                .withSideEffects("None")
                .withFailurePolicy("Ignore")
                .withReinvocationPolicy("IfNeeded")
                .withMatchPolicy("Equivalent")
                .withTimeoutSeconds(TIMEOUT_SECONDS)
                .build();
    }

    private static WebhookClientConfig clientConfig(Installation installation, String trustPem) {
        WebhookClientConfigBuilder config = new WebhookClientConfigBuilder()
                .withCaBundle(Base64.getEncoder().encodeToString(trustPem.getBytes(StandardCharsets.US_ASCII)));
        return installation
                .webhookUrl()
                .map(url -> config.withUrl(url + PATH))
                .orElseGet(() -> config.withNewService()
                        .withNamespace(installation.namespace())
                        .withName(installation.service())
                        .withPath(PATH)
                        .withPort(Installation.PORT)
                        .endService())
                .build();
    }
}
