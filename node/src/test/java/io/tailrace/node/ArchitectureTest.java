package io.tailrace.node;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The direction of modules and packages, and which package is the only one to know a library. */
@AnalyzeClasses(packages = "io.tailrace", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule shouldLetWireDependOnNoOtherModule = noClasses()
            .that()
            .resideInAPackage("io.tailrace.wire..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.tailrace.snapshot..", "io.tailrace.node..", "io.tailrace.tools..");

    @ArchTest
    static final ArchRule shouldLetSnapshotDependOnWireOnly = noClasses()
            .that()
            .resideInAPackage("io.tailrace.snapshot..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.tailrace.node..", "io.tailrace.tools..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule shouldLetNodeNotDependOnTools = noClasses()
            .that()
            .resideInAPackage("io.tailrace.node..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.tailrace.tools..");

    @ArchTest
    static final ArchRule shouldKeepWireFreeOfInputAndOutputAndThreads = noClasses()
            .that()
            .resideInAPackage("io.tailrace.wire..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.net..",
                    "java.nio.channels..",
                    "java.nio.file..",
                    "java.util.concurrent",
                    "java.util.concurrent.locks..")
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(Thread.class, Runtime.class, java.io.InputStream.class, java.io.OutputStream.class);

    @ArchTest
    static final ArchRule shouldKnowChronicleMapInStoreOnly = noClasses()
            .that()
            .resideOutsideOfPackage("io.tailrace.node.store..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("net.openhft.chronicle.map..", "net.openhft.chronicle.hash..");

    @ArchTest
    static final ArchRule shouldKnowChronicleQueueInBacklogOnly = noClasses()
            .that()
            .resideOutsideOfPackage("io.tailrace.node.backlog..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("net.openhft.chronicle.queue..");

    @ArchTest
    static final ArchRule shouldKnowTlsInSecurityOnly = noClasses()
            .that()
            .resideOutsideOfPackage("io.tailrace.node.security..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("tlschannel..", "javax.net.ssl..");

    @ArchTest
    static final ArchRule shouldKnowAffinityInCoresOnly = noClasses()
            .that()
            .resideOutsideOfPackage("io.tailrace.node.cores..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("net.openhft.affinity..");

    @ArchTest
    static final ArchRule shouldKnowRawMemoryInItsPackageOnly = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "io.tailrace.wire.memory..", "io.tailrace.node.store..", "io.tailrace.node.backlog..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("net.openhft.chronicle.core..", "net.openhft.chronicle.bytes..");

    /** The layers of this module, from the ground up: none imports one above it. */
    static final List<String> LAYERS = List.of(
            "lua",
            "platform",
            "log",
            "config",
            "cores",
            "security",
            "pubsub",
            "watch",
            "arena",
            "store",
            "backlog",
            "value",
            "rdb",
            "shard",
            "digest",
            "script",
            "rewind",
            "repair",
            "directory",
            "backup",
            "feed",
            "services",
            "report",
            "admin",
            "command",
            "reactor",
            "warmup",
            "replication",
            "role",
            "handover");

    @ArchTest
    static void shouldImportNoLayerAbove(JavaClasses classes) {
        for (int i = 0; i < LAYERS.size(); i++) {
            List<String> above = new ArrayList<>(LAYERS.subList(i + 1, LAYERS.size()));
            noClasses()
                    .that()
                    .resideInAPackage(layer(LAYERS.get(i)))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(Stream.concat(
                                    Stream.of("io.tailrace.node"),
                                    above.stream().map(ArchitectureTest::layer))
                            .toArray(String[]::new))
                    .check(classes);
        }
    }

    @ArchTest
    static void shouldNameEveryLayer(JavaClasses classes) {
        classes()
                .that()
                .resideInAPackage("io.tailrace.node..")
                .should()
                .resideInAnyPackage(Stream.concat(
                                Stream.of("io.tailrace.node"), LAYERS.stream().map(ArchitectureTest::layer))
                        .toArray(String[]::new))
                .check(classes);
    }

    private static String layer(String name) {
        return "io.tailrace.node." + name + "..";
    }

    @ArchTest
    static final ArchRule shouldBeFreeOfCyclesBetweenPackages =
            slices().matching("io.tailrace.node.(*)..").should().beFreeOfCycles();

    /** Classes that use each other belong together, and can only be read together. */
    private static final int MAX_CIRCLE = 5;

    /** Where more do, and how many do now: an interpreter and its calls, shards and what others run on them, states. */
    private static final Map<String, Integer> LARGE_CIRCLES = Map.of(
            "io.tailrace.node.lua", 14,
            "io.tailrace.node.reactor", 6,
            "io.tailrace.node.replication", 8,
            "io.tailrace.node.command", 7);

    @ArchTest
    static void shouldKeepCirclesOfClassesSmall(JavaClasses classes) {
        List<String> tooLarge = new ArrayList<>();
        for (List<String> circle : ClassCircles.of(classes)) {
            String first = circle.get(0);
            int most = LARGE_CIRCLES.getOrDefault(first.substring(0, first.lastIndexOf('.')), MAX_CIRCLE);
            if (circle.size() > most) {
                tooLarge.add(circle.size() + " classes use each other, at most " + most + " may: " + circle);
            }
        }
        assertTrue(tooLarge.isEmpty(), () -> String.join("\n", tooLarge));
    }

    /** A file that is longer has more than one noun. */
    private static final int MAX_LINES = 400;

    private static final int MAX_FIELDS = 25;

    @ArchTest
    static void shouldKeepFilesAndClassesSmall(JavaClasses classes) throws IOException {
        List<String> tooLarge = new ArrayList<>();
        for (SourceShape.FileShape file : allSources()) {
            if (file.lines() > MAX_LINES) {
                tooLarge.add(file.path() + " has " + file.lines() + " lines");
            }
            file.classes().stream()
                    .filter(type -> type.fields() > MAX_FIELDS)
                    .forEach(type -> tooLarge.add(type.name() + " has " + type.fields() + " fields"));
        }
        assertTrue(
                tooLarge.isEmpty(),
                () -> "split by noun what is over " + MAX_LINES + " lines or " + MAX_FIELDS + " fields:\n"
                        + String.join("\n", tooLarge));
    }

    private static final int MAX_METHOD_LINES = 60;

    /** Of a method or constructor; a record of figures, whose constructor is not written out, may have more components. */
    private static final int MAX_PARAMETERS = 7;

    /** One switch over the instructions of a virtual machine, whose registers are its local variables. */
    private static final String INTERPRETER_LOOP = "node/src/main/java/io/tailrace/node/lua/Interpreter.java execute";

    @ArchTest
    static void shouldKeepMethodsShort(JavaClasses classes) throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (SourceShape.FileShape file : SourceShape.of(Path.of(".."), "main")) {
            file.methods().stream()
                    .filter(method ->
                            method.lines() > MAX_METHOD_LINES && !method.name().equals(INTERPRETER_LOOP))
                    .forEach(method -> tooLong.add(method.name() + " has " + method.lines() + " lines"));
            file.methods().stream()
                    .filter(method -> method.parameters() > MAX_PARAMETERS)
                    .forEach(method -> tooLong.add(method.name() + " has " + method.parameters() + " parameters"));
        }
        assertTrue(
                tooLong.isEmpty(),
                () -> "split what is over " + MAX_METHOD_LINES + " lines, group what is over " + MAX_PARAMETERS
                        + " parameters:\n" + String.join("\n", tooLong));
    }

    /** A point in time is named by its clock, epochMs or steadyMs; a length of time ends with Ms. These names are of others. */
    private static final Pattern UNCLEAR_TIME = Pattern.compile(
            "\\b(?!(?:to|of|from|currentTime|lengthIn|timeout|socketTimeout)Millis\\b)[a-z][A-Za-z]*Millis\\b");

    @ArchTest
    static void shouldNameTimesByTheirClock(JavaClasses classes) throws IOException {
        assertNowhere(UNCLEAR_TIME, "say which clock it is of, ..EpochMs or ..SteadyMs, or that it is a length, ..Ms");
    }

    /** A limit is a MAX or a MIN. */
    private static final Pattern UNCLEAR_LIMIT =
            Pattern.compile("\\bstatic final \\w+ (?:MOST|LEAST|LONGEST|SHORTEST|KEPT)_[A-Z_]+");

    @ArchTest
    static void shouldNameLimitsByRule(JavaClasses classes) throws IOException {
        assertNowhere(UNCLEAR_LIMIT, "call it MAX_.., MIN_.. or RETAINED_..");
    }

    private static void assertNowhere(Pattern name, String instead) throws IOException {
        List<String> found = new ArrayList<>();
        for (SourceShape.FileShape file : allSources()) {
            Matcher matcher = name.matcher(Files.readString(Path.of("..").resolve(file.path())));
            matcher.results().forEach(each -> found.add(file.path() + ": " + each.group()));
        }
        assertTrue(found.isEmpty(), () -> instead + ":\n" + String.join("\n", found));
    }

    private static List<SourceShape.FileShape> allSources() throws IOException {
        List<SourceShape.FileShape> all = new ArrayList<>(SourceShape.of(Path.of(".."), "main"));
        all.addAll(SourceShape.of(Path.of(".."), "test"));
        return all;
    }

    @ArchTest
    static final ArchRule shouldNotUseTheJdksInternals = noClasses()
            .should()
            .dependOnClassesThat(resideInAnyPackage("sun..", "jdk.internal..", "com.sun..")
                    // a library, which came before the JDK's packages were closed
                    .and(not(resideInAPackage("com.sun.jna.."))));
}
