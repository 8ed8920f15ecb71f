package dev.sluice;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.sluice", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] JDK_AND_ANNOTATIONS = {
        "java..", "org.jspecify..", "com.google.errorprone.annotations.."
    };

    @ArchTest
    static final ArchRule KNOWS_NO_WEB_FRAMEWORK = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx..", "io.netty..", "dev.sluice.canary..", "dev.sluice.gateway..");

    @ArchTest
    static final ArchRule MODEL_STANDS_ON_THE_JDK_ALONE = classes()
            .that()
            .resideInAPackage("dev.sluice.model")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(with("dev.sluice.model"));

    @ArchTest
    static final ArchRule ONLY_ONE_PACKAGE_TOUCHES_ONNX_RUNTIME = noClasses()
            .that()
            .resideOutsideOfPackage("dev.sluice.loader.runtime.onnx")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.onnxruntime..", "ai.onnx..", "com.google.protobuf..");

    @ArchTest
    static final ArchRule ONLY_ONE_PACKAGE_TOUCHES_DJL = noClasses()
            .that()
            .resideOutsideOfPackage("dev.sluice.loader.transform.djl")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.djl..");

    @ArchTest
    static final ArchRule ONLY_ONE_PACKAGE_TOUCHES_THE_DATABASE = noClasses()
            .that()
            .resideOutsideOfPackage("dev.sluice.state")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.sqlite..", "java.sql..");

    @ArchTest
    static final ArchRule STATE_KNOWS_NEITHER_LOADING_NOR_ROUTING = noClasses()
            .that()
            .resideInAPackage("dev.sluice.state")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.sluice.loader..", "dev.sluice.model", "dev.sluice.protocol");

    @ArchTest
    static final ArchRule JACKSON_STAYS_OUT_OF_THE_HOT_PACKAGES = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.sluice.model",
                    "dev.sluice.protocol",
                    "dev.sluice.loader.batching",
                    "dev.sluice.loader.runtime..",
                    "dev.sluice.loader.execution",
                    "dev.sluice.loader.tuning",
                    "dev.sluice.loader.lifecycle")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.fasterxml..");

    @ArchTest
    static final ArchRule REPOSITORY_LOADS_NOTHING = noClasses()
            .that()
            .resideInAPackage("dev.sluice.loader.repository")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.sluice.loader.lifecycle",
                    "dev.sluice.loader.batching",
                    "dev.sluice.loader.runtime.onnx",
                    "dev.sluice.loader.execution");

    @ArchTest
    static final ArchRule NO_MUTABLE_STATICS = noFields()
            .that()
            .areStatic()
            .and()
            .areDeclaredInClassesThat()
            .doNotHaveSimpleName("")
            .should()
            .notBeFinal();

    @ArchTest
    static final ArchRule NOBODY_READS_THE_ENVIRONMENT = noClasses()
            .should()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "exit", int.class);

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("dev.sluice.(**)").should().beFreeOfCycles();

    private static String[] with(String own) {
        String[] all = java.util.Arrays.copyOf(JDK_AND_ANNOTATIONS, JDK_AND_ANNOTATIONS.length + 1);
        all[all.length - 1] = own;
        return all;
    }
}
