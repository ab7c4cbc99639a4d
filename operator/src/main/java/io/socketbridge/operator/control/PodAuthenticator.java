package io.socketbridge.operator.control;

import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.socketbridge.contract.ControlStream;
import io.socketbridge.operator.plan.Fingerprint;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Asks the API server whose token it is. Safe for use by many threads; it blocks. */
@ApplicationScoped
class PodAuthenticator {

    /** Longer than the interval of reports, and much shorter than a token's life. That the pod still lives is checked each time. */
    private static final Duration REMEMBERED = Duration.ofMinutes(1);

    /** As many as the sidecars of a large cluster. */
    private static final int MOST_REMEMBERED = 20_000;

    private static final String SERVICE_ACCOUNT = "system:serviceaccount:";
    private static final String POD_NAME = "authentication.kubernetes.io/pod-name";
    private static final String POD_UID = "authentication.kubernetes.io/pod-uid";

    private final KubernetesClient client;
    private final Clock clock;

    /** By the token's hash, so that no token is kept. */
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    private record Known(PodIdentity identity, Instant until) {}

    @Inject
    PodAuthenticator(KubernetesClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    /** The pod that the token is bound to, if it is good, and for this audience. */
    Optional<PodIdentity> authenticate(String token) {
        String hash = Fingerprint.ofSecret(token);
        Instant now = clock.instant();
        Known there = known.get(hash);
        if (there != null && now.isBefore(there.until())) {
            return Optional.of(there.identity());
        }
        Optional<PodIdentity> identity = review(token);
        if (known.size() >= MOST_REMEMBERED) {
            known.values().removeIf(entry -> now.isAfter(entry.until()));
        }
        identity.ifPresent(pod -> known.put(hash, new Known(pod, now.plus(REMEMBERED))));
        return identity;
    }

    private Optional<PodIdentity> review(String token) {
        TokenReview review = new TokenReviewBuilder()
                .withNewSpec()
                .withToken(token)
                .withAudiences(ControlStream.AUDIENCE)
                .endSpec()
                .build();
        return Optional.ofNullable(client.tokenReviews().create(review).getStatus())
                .flatMap(PodAuthenticator::identityIn);
    }

    /** A token that is not bound to a pod, such as one that a person asked for, has no such extra. */
    static Optional<PodIdentity> identityIn(TokenReviewStatus status) {
        boolean good = Boolean.TRUE.equals(status.getAuthenticated())
                && status.getAudiences().contains(ControlStream.AUDIENCE);
        if (!good || status.getUser() == null || status.getUser().getExtra() == null) {
            return Optional.empty();
        }
        String user = Optional.ofNullable(status.getUser().getUsername()).orElse("");
        int end = user.lastIndexOf(':');
        Optional<String> name = first(status.getUser().getExtra().get(POD_NAME));
        Optional<String> uid = first(status.getUser().getExtra().get(POD_UID));
        if (!user.startsWith(SERVICE_ACCOUNT) || end <= SERVICE_ACCOUNT.length() || name.isEmpty() || uid.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new PodIdentity(
                user.substring(SERVICE_ACCOUNT.length(), end), name.get(), uid.get(), user.substring(end + 1)));
    }

    private static Optional<String> first(@Nullable List<String> values) {
        return values == null ? Optional.empty() : values.stream().findFirst();
    }
}
