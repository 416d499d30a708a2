package io.tailrace.node;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** How long the files and methods of all modules are, how many fields their classes and how many parameters their methods have. */
final class SourceShape {
    /**
     * One class, with those within it counted for themselves.
     *
     * @param name with the file's path
     * @param fields of an object: static ones are no state
     */
    record ClassShape(String name, int fields) {}

    /** @param name with the file's path */
    record MethodShape(String name, int lines, int parameters, boolean isConstructor) {}

    record FileShape(String path, int lines, List<ClassShape> classes, List<MethodShape> methods) {}

    private SourceShape() {}

    /**
     * All Java files of the modules.
     *
     * @param root that has the modules' directories
     * @param part {@code main} or {@code test}
     */
    static List<FileShape> of(Path root, String part) throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String module : List.of("wire", "snapshot", "node", "tools")) {
            try (Stream<Path> files =
                    Files.walk(root.resolve(module).resolve("src").resolve(part).resolve("java"))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
            }
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, manager, null, List.of("-proc:none"), null, manager.getJavaFileObjectsFromPaths(sources));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            List<FileShape> shapes = new ArrayList<>();
            for (CompilationUnitTree unit : task.parse()) {
                Path path = Path.of(unit.getSourceFile().toUri());
                shapes.add(new Measure(
                                root.toAbsolutePath()
                                        .normalize()
                                        .relativize(path)
                                        .toString(),
                                unit,
                                positions)
                        .shape());
            }
            return shapes;
        }
    }

    /** Of one file. */
    private static final class Measure extends TreeScanner<Void, Void> {
        private final String path;
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final LineMap lines;
        private final List<ClassShape> classes = new ArrayList<>();
        private final List<MethodShape> methods = new ArrayList<>();

        Measure(String path, CompilationUnitTree unit, SourcePositions positions) {
            this.path = path;
            this.unit = unit;
            this.positions = positions;
            lines = unit.getLineMap();
        }

        FileShape shape() throws IOException {
            scan(unit, null);
            long count =
                    unit.getSourceFile().getCharContent(true).toString().lines().count();
            return new FileShape(path, (int) count, classes, methods);
        }

        @Override
        public Void visitClass(ClassTree type, Void none) {
            int fields = 0;
            for (Tree member : type.getMembers()) {
                boolean isField = member instanceof VariableTree field
                        && !field.getModifiers().getFlags().contains(Modifier.STATIC);
                fields += isField ? 1 : 0;
            }
            classes.add(new ClassShape(path + " " + type.getSimpleName(), fields));
            return super.visitClass(type, none);
        }

        @Override
        public Void visitMethod(MethodTree method, Void none) {
            long first = lines.getLineNumber(positions.getStartPosition(unit, method));
            long last = lines.getLineNumber(positions.getEndPosition(unit, method));
            boolean isWritten = positions.getEndPosition(unit, method) >= 0;
            if (isWritten) {
                methods.add(new MethodShape(
                        path + " " + method.getName(),
                        (int) (last - first + 1),
                        method.getParameters().size(),
                        method.getReturnType() == null));
            }
            return super.visitMethod(method, none);
        }
    }
}
