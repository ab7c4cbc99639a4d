package io.socketbridge.operator.observe;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Until the operator has seen the cluster it can say nothing about a pod, and should not be asked. */
@Readiness
@ApplicationScoped
class WorldReadiness implements HealthCheck {

    private final World world;

    @Inject
    WorldReadiness(World world) {
        this.world = world;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("bridges and pods are known")
                .status(world.isComplete())
                .build();
    }
}
