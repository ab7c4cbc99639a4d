package io.socketbridge.api.v1alpha1;

import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Writes {@code crds/}: what the generator makes of the records here, and what no annotation of its can say (the order
 * of the columns, and that conditions are a map by type).
 */
public final class CustomResourceDefinitionFile {

    private static final List<String> COLUMNS = List.of("Type", "Server", "Clients", "Ready", "Reason", "Age");

    private CustomResourceDefinitionFile() {}

    /** The only argument is the directory to write to. */
    public static void main(String[] args) throws IOException {
        Path directory = Files.createDirectories(Path.of(args[0]));
        Path generated = Files.createTempDirectory("crds");
        new CRDGenerator()
                .customResourceClasses(SocketBridge.class)
                .forCRDVersions("v1")
                .inOutputDir(generated.toFile())
                .detailedGenerate();
        Path file = generated.resolve("socketbridges.socketbridge.io-v1.yml");
        CustomResourceDefinition definition =
                Serialization.unmarshal(Files.readString(file), CustomResourceDefinition.class);
        definition.getSpec().getVersions().forEach(CustomResourceDefinitionFile::finish);
        Files.writeString(
                directory.resolve("socketbridges.socketbridge.io.yaml"),
                "# Generated from api/ by the build; not edited by hand.\n" + Serialization.asYaml(definition));
        Files.delete(file);
        Files.delete(generated);
    }

    private static void finish(CustomResourceDefinitionVersion version) {
        version.getAdditionalPrinterColumns()
                .sort(Comparator.comparingInt(column -> COLUMNS.indexOf(column.getName())));
        JSONSchemaProps schema = version.getSchema().getOpenAPIV3Schema();
        everyPartOf(schema).forEach(CustomResourceDefinitionFile::withEachRuleOnce);
        JSONSchemaProps status = Objects.requireNonNull(schema.getProperties().get("status"));
        JSONSchemaProps conditions =
                Objects.requireNonNull(status.getProperties().get("conditions"));
        conditions.setXKubernetesListType("map");
        conditions.setXKubernetesListMapKeys(List.of("type"));
    }

    /** A record's component has its annotations on the field and on the accessor, and the generator reads both. */
    private static void withEachRuleOnce(JSONSchemaProps schema) {
        schema.setXKubernetesValidations(
                schema.getXKubernetesValidations().stream().distinct().toList());
    }

    private static Stream<JSONSchemaProps> everyPartOf(JSONSchemaProps schema) {
        Stream<JSONSchemaProps> items = schema.getItems() == null
                ? Stream.empty()
                : Stream.of(schema.getItems().getSchema());
        Stream<JSONSchemaProps> properties =
                schema.getProperties() == null ? Stream.empty() : schema.getProperties().values().stream();
        return Stream.concat(
                Stream.of(schema), Stream.concat(items, properties).flatMap(CustomResourceDefinitionFile::everyPartOf));
    }
}
