package dev.sluice.canary;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.sluice.canary", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule KNOWS_NO_HTTP_AND_NO_RUNTIME = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx..", "io.netty..", "ai.onnxruntime..", "ai.onnx..", "dev.sluice.gateway..");

    @ArchTest
    static final ArchRule ROUTING_IS_PURE = classes()
            .that()
            .resideInAPackage("dev.sluice.canary.routing")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.sluice.canary.routing",
                    "dev.sluice.model",
                    "java.lang..",
                    "java.util..",
                    "java.nio.charset",
                    "org.jspecify..",
                    "com.google.errorprone.annotations..");

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("dev.sluice.canary.(*)..").should().beFreeOfCycles();
}
