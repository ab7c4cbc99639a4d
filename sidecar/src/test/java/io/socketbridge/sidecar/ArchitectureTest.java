package io.socketbridge.sidecar;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Dependencies point one way: see docs/architecture.md. */
class ArchitectureTest {

    private static final String ROOT = "io.socketbridge.sidecar.";

    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.socketbridge.sidecar");

    @Test
    void layersKnowOnlyThoseBelow() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("linux")
                .definedBy(ROOT + "linux")
                .layer("loop")
                .definedBy(ROOT + "loop")
                .layer("relay")
                .definedBy(ROOT + "relay")
                .layer("record")
                .definedBy(ROOT + "record")
                .layer("datagram")
                .definedBy(ROOT + "datagram")
                .layer("local")
                .definedBy(ROOT + "local")
                .layer("identity")
                .definedBy(ROOT + "identity")
                .layer("frame")
                .definedBy(ROOT + "frame")
                .layer("tls")
                .definedBy(ROOT + "tls")
                .layer("tunnel")
                .definedBy(ROOT + "tunnel")
                .layer("control")
                .definedBy(ROOT + "control")
                .layer("health")
                .definedBy(ROOT + "health")
                .layer("cli")
                .definedBy(ROOT + "cli")
                .whereLayer("cli")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("health")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("control")
                .mayOnlyBeAccessedByLayers("cli", "health")
                .whereLayer("datagram")
                .mayOnlyBeAccessedByLayers("control", "health")
                .whereLayer("local")
                .mayOnlyBeAccessedByLayers("cli", "control", "datagram")
                .whereLayer("tunnel")
                .mayOnlyBeAccessedByLayers("cli", "control")
                .whereLayer("tls")
                .mayOnlyBeAccessedByLayers("tunnel", "control", "cli")
                .whereLayer("identity")
                .mayNotAccessAnyLayer()
                .whereLayer("frame")
                .mayNotAccessAnyLayer()
                .whereLayer("relay")
                .mayOnlyBeAccessedByLayers("record", "local", "datagram", "tunnel", "control", "health")
                .whereLayer("linux")
                .mayNotAccessAnyLayer()
                .check(classes);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching(ROOT + "(*)..").should().beFreeOfCycles().check(classes);
    }

    @Test
    void foreignFunctionsAreCalledInLinuxAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "linux")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.foreign.Linker")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.invoke.MethodHandle")
                .check(classes);
    }
}
