package dev.sluice.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.sluice.gateway", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule KNOWS_NO_RUNTIME = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.onnxruntime..", "ai.onnx..")
            .because("only loader.runtime.onnx touches ONNX Runtime");

    @ArchTest
    static final ArchRule PIPELINE_AND_CONTROL_KNOW_NO_FRONT = noClasses()
            .that()
            .resideInAnyPackage("..pipeline..", "..control..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..gateway.http..", "..gateway.cli..", "io.vertx..", "io.netty..");

    @ArchTest
    static final ArchRule CONFIG_IS_READ_BEFORE_ANYTHING_EXISTS = noClasses()
            .that()
            .resideInAPackage("..gateway.config..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..gateway.http..", "..gateway.pipeline..", "..gateway.control..", "io.vertx..");

    @ArchTest
    static final ArchRule ONLY_THE_START_EXITS =
            noClasses().that().doNotHaveSimpleName("Main").should().callMethod(System.class, "exit", int.class);

    @ArchTest
    static final ArchRule NO_MUTABLE_STATICS =
            noFields().that().areStatic().should().notBeFinal();

    @ArchTest
    static final ArchRule PACKAGES_ARE_NULL_MARKED = noClasses()
            .that()
            .haveSimpleName("package-info")
            .should()
            .notBeAnnotatedWith(new DescribedPredicate<JavaAnnotation<?>>("NullMarked") {
                @Override
                public boolean test(JavaAnnotation<?> annotation) {
                    return annotation.getRawType().getName().equals("org.jspecify.annotations.NullMarked");
                }
            });

    /** The root wires everything and the command line starts the root; below them there are no cycles. */
    @ArchTest
    static final ArchRule NO_CYCLES = slices().matching("dev.sluice.gateway.(*)..")
            .should()
            .beFreeOfCycles()
            .ignoreDependency(DescribedPredicate.alwaysTrue(), isInCommandLine());

    private static DescribedPredicate<JavaClass> isInCommandLine() {
        return JavaClass.Predicates.resideInAPackage("dev.sluice.gateway.cli");
    }
}
