package io.tailrace.tools;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The commands use what does the work, and nothing that does the work uses a command. */
@AnalyzeClasses(packages = "io.tailrace.tools", importOptions = ImportOption.DoNotIncludeTests.class)
class ToolsArchitectureTest {
    @ArchTest
    static final ArchRule shouldHaveNoCircleOfPackages =
            slices().matching("io.tailrace.(tools..)").should().beFreeOfCycles();
}
