package io.tailrace.node;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Prints how large files, methods and classes are, and which classes use each other: for a look at the whole, from the root. */
final class SourceTable {
    private static final List<String> MODULES = List.of("wire", "snapshot", "node", "tools");

    private SourceTable() {}

    /** @param arguments the root of the sources, whose modules are compiled */
    public static void main(String[] arguments) throws IOException {
        Path root = Path.of(arguments[0]).toAbsolutePath().normalize();
        StringBuilder table = new StringBuilder("| sources | files | lines p50/p90/max | methods p50/p90/max | over 60"
                + " | constructor parameters p90/max | fields max |\n| --- | --- | --- | --- | --- | --- | --- |\n");
        for (String part : List.of("main", "test")) {
            List<SourceShape.FileShape> files = SourceShape.of(root, part);
            for (String module : MODULES) {
                row(
                        table,
                        module + " " + part,
                        files.stream()
                                .filter(file -> file.path().startsWith(module + "/"))
                                .toList());
            }
            row(table, "all " + part, files);
        }
        circles(table, root);
        System.out.print(table);
    }

    private static void row(StringBuilder table, String name, List<SourceShape.FileShape> files) {
        IntStream methods = methods(files).mapToInt(SourceShape.MethodShape::lines);
        IntStream parameters = methods(files)
                .filter(SourceShape.MethodShape::isConstructor)
                .mapToInt(SourceShape.MethodShape::parameters);
        table.append("| ")
                .append(name)
                .append(" | ")
                .append(files.size())
                .append(" | ")
                .append(spread(files.stream().mapToInt(SourceShape.FileShape::lines), 50, 90, 100))
                .append(" | ")
                .append(spread(methods, 50, 90, 100))
                .append(" | ")
                .append(methods(files).filter(method -> method.lines() > 60).count())
                .append(" | ")
                .append(spread(parameters, 90, 100))
                .append(" | ")
                .append(files.stream()
                        .flatMap(file -> file.classes().stream())
                        .mapToInt(SourceShape.ClassShape::fields)
                        .max()
                        .orElse(0))
                .append(" |\n");
    }

    private static Stream<SourceShape.MethodShape> methods(List<SourceShape.FileShape> files) {
        return files.stream().flatMap(file -> file.methods().stream());
    }

    private static String spread(IntStream values, int... percents) {
        int[] sorted = values.sorted().toArray();
        StringBuilder text = new StringBuilder();
        for (int percent : percents) {
            int at = Math.min(sorted.length - 1, sorted.length * percent / 100);
            text.append(text.isEmpty() ? "" : "/").append(at < 0 ? 0 : sorted[at]);
        }
        return text.toString();
    }

    private static void circles(StringBuilder table, Path root) {
        JavaClasses classes = new ClassFileImporter()
                .importPaths(MODULES.stream()
                        .map(module -> root.resolve(module).resolve("target/classes"))
                        .toList());
        List<List<String>> circles = ClassCircles.of(classes);
        table.append("\ncircles of packages: ")
                .append(ClassCircles.ofPackages(classes).size());
        table.append("\ncircles of classes: ").append(circles.size()).append(", with ");
        table.append(circles.stream().mapToInt(List::size).sum()).append(" of the classes; the largest have ");
        table.append(circles.stream()
                .map(List::size)
                .sorted((a, b) -> b - a)
                .limit(6)
                .toList());
        table.append('\n');
    }
}
