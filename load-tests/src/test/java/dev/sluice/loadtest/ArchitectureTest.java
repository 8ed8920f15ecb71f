package dev.sluice.loadtest;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.concurrent.TimeUnit;

@AnalyzeClasses(packages = "dev.sluice.loadtest", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule measuresAnyServerAndKnowsNoneFromInside = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.sluice.gateway..", "dev.sluice.canary..", "dev.sluice.loader..");

    @ArchTest
    static final ArchRule onlyTheBaselineRunsModelsItself = noClasses()
            .that()
            .resideOutsideOfPackage("dev.sluice.loadtest.proof.speed.baseline")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.onnxruntime..")
            .because("it is not in this module's jar");

    @ArchTest
    static final ArchRule packagesFormNoCycle =
            slices().matching("dev.sluice.loadtest.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule generatorDoesNotKnowTheProofs = noClasses()
            .that()
            .resideInAPackage("dev.sluice.loadtest")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.sluice.loadtest.proof..");

    @ArchTest
    static final ArchRule wireAndReportKnowNothingOfLoadTests = noClasses()
            .that()
            .resideInAnyPackage("dev.sluice.loadtest.wire..", "dev.sluice.loadtest.report..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.sluice.loadtest", "dev.sluice.model..", "dev.sluice.loadtest.proof..");

    @ArchTest
    static final ArchRule staticFieldsAreFinal =
            fields().that().areStatic().should().beFinal().because("no mutable statics");

    @ArchTest
    static final ArchRule onlyMainsExit =
            noClasses().that().haveSimpleNameNotEndingWith("Main").should().callMethod(System.class, "exit", int.class);

    @ArchTest
    static final ArchRule onlyTheClockSleeps = noClasses()
            .that()
            .haveNameNotMatching(".*LoadClock.*")
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(TimeUnit.class, "sleep", long.class)
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");
}
