package io.tailrace.node.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The fields that README.md tells are those that the code writes; and every line that concerns a shard or a peer has them as fields. */
class LogFieldsTest {
    private static final Path MODULE = Path.of(System.getProperty("basedir", ""));
    private static final Pattern CALL =
            Pattern.compile("\\b\\w+\\s*\\.(?:error|warn|info|debug|trace)\\(\\s*\"([^\"]*)\"");
    private static final Pattern FIELD = Pattern.compile("([a-z_]+)=\\{}");
    private static final Pattern PROSE = Pattern.compile("\\b(shard|replica|primary|client|target|library) \\{}");
    private static final Set<String> OF_EVERY_LINE = Set.of("time", "level", "msg", "error", "stack", "dropped");

    private static List<String> patterns() throws IOException {
        try (Stream<Path> files = Files.walk(MODULE.resolve("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(LogFieldsTest::read)
                    .filter(source -> source.contains("LoggerFactory"))
                    .flatMap(source -> CALL.matcher(source).results().map(call -> call.group(1)))
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Set<String> documented() throws IOException {
        String text = Files.readString(MODULE.resolve("README.md"));
        String section = text.substring(text.indexOf("\n### Log\n"), text.indexOf("\n### What a crash can lose"));
        Set<String> fields = new TreeSet<>();
        section.lines().filter(line -> line.startsWith("| `")).forEach(line -> {
            Matcher matcher = Pattern.compile("`([a-z_]+)`").matcher(line.substring(0, line.indexOf('|', 1)));
            while (matcher.find()) {
                fields.add(matcher.group(1));
            }
        });
        return fields;
    }

    @Test
    void shouldDocumentTheFieldsThatThereAre() throws IOException {
        Set<String> written = new TreeSet<>(OF_EVERY_LINE);
        for (String pattern : patterns()) {
            int count = LineFormat.fields(pattern);
            FIELD.matcher(pattern).results().limit(count).forEach(field -> written.add(field.group(1)));
        }

        assertEquals(written, documented());
    }

    @Test
    void shouldHaveShardsAndPeersAsFields() throws IOException {
        List<String> patterns = patterns();
        List<String> prose = patterns.stream()
                .filter(pattern -> PROSE.matcher(pattern).find())
                .toList();

        assertTrue(patterns.size() > 100, "calls that were found: " + patterns.size());
        assertEquals(List.of(), prose);
        for (String pattern : patterns) {
            long fields = FIELD.matcher(pattern).results().count();
            assertEquals(LineFormat.fields(pattern), fields, "fields stand first, and end with a colon: " + pattern);
        }
    }
}
