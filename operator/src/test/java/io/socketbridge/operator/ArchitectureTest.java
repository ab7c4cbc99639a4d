package io.socketbridge.operator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The rules of docs/architecture.md. */
class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.socketbridge.operator");

    private static final String[] PURE = {"..select..", "..plan..", "..inject..", "..status.."};

    @Test
    void whatDecidesKnowsNoKubernetesClient() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.fabric8.kubernetes.client..")
                .check(CLASSES);
    }

    @Test
    void whatDecidesKnowsNoFramework() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.quarkus..", "io.vertx..", "io.javaoperatorsdk..", "jakarta..", "org.jboss..")
                .check(CLASSES);
    }

    @Test
    void whatDecidesHasNoClock() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Clock.class)
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .check(CLASSES);
    }

    @Test
    void reconcileAndWebhookMeetOnlyInPlan() {
        noClasses()
                .that()
                .resideInAPackage("..reconcile..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..webhook..", "..control..")
                .check(CLASSES);
    }

    @Test
    void webhookKnowsNothingOfReconcile() {
        noClasses()
                .that()
                .resideInAnyPackage("..webhook..", "..control..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..reconcile..")
                .check(CLASSES);
    }

    @Test
    void packagesFormNoCircle() {
        slices().matching("io.socketbridge.operator.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }
}
