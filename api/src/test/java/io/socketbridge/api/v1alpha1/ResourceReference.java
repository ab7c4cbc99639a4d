package io.socketbridge.api.v1alpha1;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes the tables of {@code docs/resource.md}: every field of the resource, from the CustomResourceDefinition. */
public final class ResourceReference {

    /** What is above it is written by hand and stays. */
    private static final String MARK = "<!-- From here on generated from api/ by the build; not edited by hand. -->\n";

    /**
     * One row.
     *
     * @param path from the resource's root, with {@code []} after a list
     * @param schema what the API server knows of it
     * @param required whether the object that it is in cannot be without it
     */
    private record Field(String path, JSONSchemaProps schema, boolean required) {}

    private ResourceReference() {}

    /** The arguments are the file of the CustomResourceDefinition and the one to write to. */
    public static void main(String[] args) throws IOException {
        JSONSchemaProps root = Serialization.unmarshal(
                        Files.readString(Path.of(args[0])), CustomResourceDefinition.class)
                .getSpec()
                .getVersions()
                .getFirst()
                .getSchema()
                .getOpenAPIV3Schema();
        Path file = Path.of(args[1]);
        String there = Files.readString(file);
        int mark = there.indexOf(MARK);
        if (mark < 0) {
            throw new IllegalStateException(file + " has no line '" + MARK.strip() + "' below which to write");
        }
        Files.writeString(file, there.substring(0, mark) + MARK + section("spec", root) + section("status", root));
    }

    private static String section(String name, JSONSchemaProps root) {
        JSONSchemaProps schema = Objects.requireNonNull(root.getProperties().get(name));
        return "\n## `%s`\n\n%s\n\n| field | type | default | meaning |\n| --- | --- | --- | --- |\n%s"
                .formatted(
                        name,
                        schema.getDescription(),
                        fieldsOf(name, schema).map(ResourceReference::row).collect(Collectors.joining()));
    }

    /** All that are below a schema, depth first. */
    private static Stream<Field> fieldsOf(String path, JSONSchemaProps schema) {
        if (schema.getItems() != null) {
            return fieldsOf(path + "[]", schema.getItems().getSchema());
        }
        List<String> required = Optional.ofNullable(schema.getRequired()).orElse(List.of());
        return Stream.ofNullable(schema.getProperties())
                .flatMap(properties -> properties.entrySet().stream())
                .map(property -> new Field(
                        path + "." + property.getKey(), property.getValue(), required.contains(property.getKey())))
                .flatMap(field -> Stream.concat(Stream.of(field), fieldsOf(field.path(), field.schema())));
    }

    private static String row(Field field) {
        JSONSchemaProps schema = field.schema();
        String otherwise =
                schema.getDefault() == null ? "" : "`" + schema.getDefault().asText() + "`";
        return "| `%s` | %s | %s | %s |\n"
                .formatted(
                        field.path(),
                        typeOf(schema),
                        field.required() ? "required" : otherwise,
                        schema.getDescription().replace("|", "\\|"));
    }

    private static String typeOf(JSONSchemaProps schema) {
        if (schema.getItems() != null) {
            return "list of " + typeOf(schema.getItems().getSchema()) + "s";
        }
        if (schema.getAdditionalProperties() != null) {
            return "map of " + typeOf(schema.getAdditionalProperties().getSchema()) + "s";
        }
        return schema.getType();
    }
}
