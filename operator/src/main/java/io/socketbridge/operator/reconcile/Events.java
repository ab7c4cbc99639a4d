package io.socketbridge.operator.reconcile;

import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.socketbridge.api.v1alpha1.BridgeCondition;
import io.socketbridge.api.v1alpha1.SocketBridge;
import io.socketbridge.operator.identity.AuthorityNews;
import io.socketbridge.operator.identity.OperatorIdentity;
import io.socketbridge.operator.resource.Installation;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jboss.logging.Logger;

/** Kubernetes Events, for what a person must know. Losing one is no failure. */
@ApplicationScoped
class Events {

    private static final Logger LOG = Logger.getLogger(Events.class);

    private static final DateTimeFormatter MICROSECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    /** What the API server takes of a note. */
    private static final int MOST_NOTE_CHARACTERS = 1_000;

    private final KubernetesClient client;
    private final Installation installation;
    private final Clock clock;

    @Inject
    Events(KubernetesClient client, Installation installation, Clock clock) {
        this.client = client;
        this.installation = installation;
        this.clock = clock;
    }

    /** A workload's pods are being replaced. */
    void rolled(String namespace, Workload workload) {
        ObjectReference regarding = new ObjectReferenceBuilder()
                .withApiVersion(Workload.API_VERSION)
                .withKind(workload.kind())
                .withNamespace(namespace)
                .withName(workload.name())
                .build();
        create(
                regarding,
                "Normal",
                "SidecarRollout",
                "Rolling",
                "its pods are being replaced, as what SocketBridges want of them has changed");
    }

    /** A bridge has a condition that a person has to act on. */
    void warn(SocketBridge bridge, BridgeCondition condition) {
        ObjectReference regarding = new ObjectReferenceBuilder()
                .withApiVersion(bridge.getApiVersion())
                .withKind(bridge.getKind())
                .withNamespace(bridge.getMetadata().getNamespace())
                .withName(bridge.getMetadata().getName())
                .withUid(bridge.getMetadata().getUid())
                .build();
        create(regarding, "Warning", condition.reason(), "Reconciling", condition.message());
    }

    /** Something has become of the authority. Said once, though several replicas say it. */
    void authority(AuthorityNews news) {
        ObjectReference regarding = new ObjectReferenceBuilder()
                .withApiVersion("v1")
                .withKind("Secret")
                .withNamespace(installation.namespace())
                .withName(OperatorIdentity.SECRET)
                .build();
        String reason = news.step().reason();
        create(
                regarding.getName() + "." + reason.toLowerCase(Locale.ROOT) + "." + news.authority(),
                regarding,
                "Normal",
                reason,
                "Rotating",
                news.note());
    }

    private void create(ObjectReference regarding, String type, String reason, String action, String note) {
        Instant now = clock.instant();
        create(
                regarding.getName() + "." + Long.toHexString(now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000),
                regarding,
                type,
                reason,
                action,
                note);
    }

    private void create(
            String name, ObjectReference regarding, String type, String reason, String action, String note) {
        var event = new EventBuilder()
                .withNewMetadata()
                .withNamespace(regarding.getNamespace())
                .withName(name)
                .endMetadata()
                .withEventTime(new MicroTime(MICROSECONDS.format(clock.instant())))
                .withReportingController("socketbridge.io/operator")
                .withReportingInstance(installation.service())
                .withRegarding(regarding)
                .withType(type)
                .withReason(reason)
                .withAction(action)
                .withNote(note.length() > MOST_NOTE_CHARACTERS ? note.substring(0, MOST_NOTE_CHARACTERS) : note)
                .build();
        try {
            client.resource(event).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return; // Another replica has said so.
            }
            LOG.warnf(
                    "event %s about %s %s was not taken: %s",
                    reason, regarding.getKind(), regarding.getName(), e.getMessage());
        }
    }
}
