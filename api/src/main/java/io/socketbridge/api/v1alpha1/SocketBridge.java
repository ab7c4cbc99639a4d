package io.socketbridge.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** Joins a Unix socket in the pods of its clients to the one on which a server listens in another pod. */
@Group(SocketBridge.GROUP)
@Version("v1alpha1")
@Plural("socketbridges")
@ShortNames("sbr")
@JsonInclude(JsonInclude.Include.NON_NULL)
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(name = "Reason", jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason", priority = 1)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
@ValidationRule(value = NameRules.LENGTH, messageExpression = NameRules.LENGTH_MESSAGE)
public final class SocketBridge extends CustomResource<SocketBridgeSpec, SocketBridgeStatus> implements Namespaced {

    /** The API group. */
    public static final String GROUP = "socketbridge.io";

    @JsonPropertyDescription(
            "What to bridge: the socket on which a server listens, and the sockets at which clients find it.")
    @Override
    public SocketBridgeSpec getSpec() {
        return super.getSpec();
    }

    @JsonPropertyDescription("What the operator made of it.")
    @Override
    public SocketBridgeStatus getStatus() {
        return super.getStatus();
    }
}
