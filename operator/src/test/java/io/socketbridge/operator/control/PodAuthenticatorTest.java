package io.socketbridge.operator.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatusBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PodAuthenticatorTest {

    private static final TokenReviewStatus GOOD = new TokenReviewStatusBuilder()
            .withAuthenticated(true)
            .withAudiences("control.socketbridge.io")
            .withNewUser()
            .withUsername("system:serviceaccount:shop:default")
            .withExtra(Map.of(
                    "authentication.kubernetes.io/pod-name", List.of("web-0"),
                    "authentication.kubernetes.io/pod-uid", List.of("uid")))
            .endUser()
            .build();

    @Test
    void aTokenThatIsBoundToAPodSaysWhichItIs() {
        assertThat(PodAuthenticator.identityIn(GOOD)).contains(new PodIdentity("shop", "web-0", "uid", "default"));
    }

    @Test
    void anyOtherTokenSaysNothing() {
        assertThat(PodAuthenticator.identityIn(new TokenReviewStatusBuilder(GOOD)
                        .withAuthenticated(false)
                        .build()))
                .isEmpty();
        assertThat(PodAuthenticator.identityIn(new TokenReviewStatusBuilder(GOOD)
                        .withAudiences("other")
                        .build()))
                .isEmpty();
        assertThat(PodAuthenticator.identityIn(
                        new TokenReviewStatusBuilder(GOOD).withAudiences().build()))
                .isEmpty();
        assertThat(PodAuthenticator.identityIn(new TokenReviewStatusBuilder(GOOD)
                        .editUser()
                        .withExtra(Map.of())
                        .endUser()
                        .build()))
                .isEmpty();
        assertThat(PodAuthenticator.identityIn(new TokenReviewStatusBuilder(GOOD)
                        .editUser()
                        .withUsername("alice")
                        .endUser()
                        .build()))
                .isEmpty();
    }
}
