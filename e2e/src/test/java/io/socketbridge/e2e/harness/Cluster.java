package io.socketbridge.e2e.harness;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * The cluster that {@code KUBECONFIG} names: any with two nodes that take pods, with the operator installed.
 *
 * <p>One for the whole run. A cluster that does not fit is an error that says what is missing; it fails every test.
 */
public final class Cluster {

    /** Where the operator lives. */
    public static final String OPERATOR_NAMESPACE = "socketbridge-system";

    /** The operator's Deployment. */
    public static final String OPERATOR = "socketbridge-operator";

    private static final String HOSTNAME_LABEL = "kubernetes.io/hostname";

    private final KubernetesClient client;
    private final String firstNode;
    private final String secondNode;

    private Cluster(KubernetesClient client) {
        this.client = client;
        List<String> nodes = client.nodes().list().getItems().stream()
                .filter(Cluster::takesPods)
                .map(node -> node.getMetadata().getLabels().get(HOSTNAME_LABEL))
                .sorted()
                .toList();
        if (nodes.size() < 2) {
            throw new IllegalStateException(
                    "The end-to-end tests need two Ready nodes that take pods, and the cluster at "
                            + client.getMasterUrl() + " has " + nodes + ".");
        }
        firstNode = nodes.get(0);
        secondNode = nodes.get(1);
    }

    /**
     * The cluster, with a working operator.
     *
     * @throws IllegalStateException if there is none that fits; the message says what is missing
     */
    public static Cluster get() {
        try {
            return Connected.CLUSTER.join();
        } catch (CompletionException e) {
            throw new IllegalStateException(Connected.CLUSTER.exceptionNow().getMessage(), e);
        }
    }

    /** A client with all rights. */
    public KubernetesClient client() {
        return client;
    }

    /** The value of one node's {@code kubernetes.io/hostname} label. */
    public String firstNode() {
        return firstNode;
    }

    /** The same of another node. */
    public String secondNode() {
        return secondNode;
    }

    /** The operator's pods, those included that are on their way out. */
    public List<Pod> operatorPods() {
        Deployment operator = operatorDeployment();
        return client.pods()
                .inNamespace(OPERATOR_NAMESPACE)
                .withLabelSelector(operator.getSpec().getSelector())
                .list()
                .getItems();
    }

    /** Waits until as many operator pods are ready as its Deployment asks for, and there are no others. */
    public void awaitOperator() {
        Await.until("an operator that is Available", () -> {
            Deployment operator = operatorDeployment();
            int wanted = operator.getSpec().getReplicas();
            return wanted > 0
                    && operatorPods().size() == wanted
                    && operatorPods().stream().allMatch(AppPod::isReady);
        });
    }

    /** Sets how many operators shall run; 0 is an outage. */
    public void scaleOperator(int replicas) {
        client.apps()
                .deployments()
                .inNamespace(OPERATOR_NAMESPACE)
                .withName(OPERATOR)
                .scale(replicas);
    }

    /** Sets variables of the operator's environment, and waits until an operator runs that has them. */
    public void setOperatorEnvironment(Map<String, String> variables) {
        editOperator(environment -> environment.addAll(variables.entrySet().stream()
                .map(variable -> new EnvVar(variable.getKey(), variable.getValue(), null))
                .toList()));
    }

    /** Takes them away again. */
    public void removeOperatorEnvironment(Set<String> names) {
        editOperator(environment -> environment.removeIf(variable -> names.contains(variable.getName())));
    }

    private void editOperator(Consumer<List<EnvVar>> edit) {
        client.apps()
                .deployments()
                .inNamespace(OPERATOR_NAMESPACE)
                .withName(OPERATOR)
                .edit(deployment -> {
                    edit.accept(deployment
                            .getSpec()
                            .getTemplate()
                            .getSpec()
                            .getContainers()
                            .getFirst()
                            .getEnv());
                    return deployment;
                });
        Await.until("the operator's Deployment to have been seen", () -> {
            Deployment operator = operatorDeployment();
            return operator.getStatus().getObservedGeneration()
                            >= operator.getMetadata().getGeneration()
                    && operator.getSpec()
                            .getReplicas()
                            .equals(operator.getStatus().getUpdatedReplicas());
        });
        awaitOperator();
    }

    private Deployment operatorDeployment() {
        Deployment operator = client.apps()
                .deployments()
                .inNamespace(OPERATOR_NAMESPACE)
                .withName(OPERATOR)
                .get();
        if (operator == null) {
            throw new IllegalStateException("There is no Deployment " + OPERATOR_NAMESPACE + "/" + OPERATOR
                    + ": install the operator first (kubectl apply -f crds/; kubectl apply -k deploy/base).");
        }
        return operator;
    }

    private static boolean takesPods(Node node) {
        boolean ready = node.getStatus().getConditions().stream()
                .anyMatch(condition -> "Ready".equals(condition.getType()) && "True".equals(condition.getStatus()));
        boolean tainted =
                node.getSpec().getTaints().stream().anyMatch(taint -> !"PreferNoSchedule".equals(taint.getEffect()));
        return ready && !tainted && !Boolean.TRUE.equals(node.getSpec().getUnschedulable());
    }

    private static final class Connected {
        /** A future, so that each test that asks gets the same sentence, not only the first. */
        static final CompletableFuture<Cluster> CLUSTER = CompletableFuture.supplyAsync(Connected::connect);

        private static Cluster connect() {
            String kubeconfig = System.getenv("KUBECONFIG");
            if (kubeconfig == null || kubeconfig.isBlank()) {
                throw new IllegalStateException(
                        "KUBECONFIG is not set: the end-to-end tests need a cluster. `make e2e` boots "
                                + "one and runs them; `make test-fast` leaves them out.");
            }
            Config config;
            try {
                Path file = Path.of(kubeconfig.split(File.pathSeparator, 2)[0]);
                config = Config.fromKubeconfig(Files.readString(file));
            } catch (IOException e) {
                throw new IllegalStateException("KUBECONFIG names a file that cannot be read: " + e.getMessage(), e);
            }
            KubernetesClient client =
                    new KubernetesClientBuilder().withConfig(config).build();
            try {
                Cluster cluster = new Cluster(client);
                cluster.awaitOperator();
                return cluster;
            } catch (KubernetesClientException e) {
                throw new IllegalStateException(
                        "The cluster of " + kubeconfig + " at " + config.getMasterUrl() + " does not answer: "
                                + e.getMessage(),
                        e);
            }
        }
    }
}
