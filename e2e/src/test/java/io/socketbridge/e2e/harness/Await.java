package io.socketbridge.e2e.harness;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ThrowingRunnable;

/** Waiting for something to come true, with a deadline that only a broken cluster or product misses. */
public final class Await {

    /** Generous: a loaded machine pulls up a pod in seconds, and a person would have given up. */
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    private static final Duration INTERVAL = Duration.ofMillis(200);

    private Await() {}

    /** Waits for a condition; what the API server refuses to answer meanwhile counts as not yet. */
    public static void until(String what, Callable<Boolean> condition) {
        waitingFor(what).until(condition);
    }

    /** Waits until an assertion holds, and fails with what it said last. */
    public static void untilAsserted(String what, ThrowingRunnable assertion) {
        waitingFor(what).untilAsserted(assertion);
    }

    /** Waits until there is a value that satisfies {@code ready}, and returns it. */
    public static <T> T forValue(String what, Callable<T> value, Predicate<? super T> ready) {
        return waitingFor(what).until(value, ready);
    }

    private static ConditionFactory waitingFor(String what) {
        return Awaitility.await(what)
                .atMost(DEADLINE)
                .pollDelay(Duration.ZERO)
                .pollInterval(INTERVAL)
                .ignoreExceptionsInstanceOf(KubernetesClientException.class)
                .pollInSameThread();
    }
}
