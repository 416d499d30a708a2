import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;
import net.openhft.chronicle.values.ValueModel;

/**
 * Run by the build, from this source file: generates and compiles, by the library's own generator, the classes that Chronicle Map otherwise
 * generates and compiles whenever a process makes its first map, which takes a second of a core. The library looks for a
 * class of that name before it makes one (chronicle-values, {@code ValueModel.createClass}); where it finds none, all works
 * as before.
 */
public final class ValueClassGenerator {
    /** The value interfaces that a map of bytes uses. */
    private static final List<String> INTERFACES = List.of("net.openhft.chronicle.hash.VanillaGlobalMutableState");

    private static final String SUFFIX = "$$Native";

    private ValueClassGenerator() {}

    /** @param args the directory of the compiled classes */
    public static void main(String[] args) throws IOException, ReflectiveOperationException {
        Path sources = Files.createTempDirectory("tailrace-values");
        for (String name : INTERFACES) {
            Path source = sources.resolve(name.substring(name.lastIndexOf('.') + 1) + SUFFIX + ".java");
            try {
                Files.writeString(source, generate(Class.forName(name)));
                compile(source, Path.of(args[0]));
            } finally {
                Files.deleteIfExists(source);
            }
        }
        Files.delete(sources);
    }

    private static String generate(Class<?> type) throws ReflectiveOperationException {
        Method generator = Class.forName("net.openhft.chronicle.values.Generators")
                .getDeclaredMethod("generateNativeClass", ValueModel.class, String.class);
        generator.setAccessible(true);
        return (String) generator.invoke(null, ValueModel.acquire(type), type.getSimpleName() + SUFFIX);
    }

    private static void compile(Path source, Path classes) throws IOException {
        int result = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-nowarn",
                        "-proc:none",
                        "-Xlint:none",
                        "--release",
                        "17",
                        "-d",
                        classes.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        source.toString());
        if (result != 0) {
            throw new IOException("can't compile what the library has generated: " + source.getFileName());
        }
    }
}
