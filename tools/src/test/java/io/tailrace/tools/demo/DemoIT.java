package io.tailrace.tools.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo ends well, or says what is wrong, and leaves nothing behind either way. */
class DemoIT {

    @TempDir
    private Path dir;

    @Test
    void shouldShowTwoCrashesWithoutLoss() throws Exception {
        Path output = dir.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(NodeProcess.launcher().toString(), "demo", "--writes", "10000")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("TAILRACE_BUILD", "never");
        Process demo = builder.start();
        try {
            assertTrue(demo.waitFor(120, TimeUnit.SECONDS), () -> "still running");
            String said = Files.readString(output);
            assertEquals(0, demo.exitValue(), said);
            assertTrue(said.contains("every acknowledged write is there"), said);
            assertEquals(3, count(said, "full syncs 0 and 0"), said);
            assertFalse(Files.exists(directory(said)), said);
        } finally {
            demo.destroy();
        }
    }

    @Test
    void shouldLeaveNothingBehindWhenItFails() throws Exception {
        StringWriter said = new StringWriter();
        Demo demo = new Demo(new PrintWriter(said), 1_000_000_000);
        try (demo) {
            demo.run();
        } catch (Exception e) {
            said.append(e.getMessage());
        }
        assertFalse(Files.exists(directory(said.toString())), said::toString);
        assertTrue(said.toString().contains("max-entries"), said::toString);
    }

    private static Path directory(String said) {
        Matcher matcher = Pattern.compile(" in (\\S+tailrace-demo-\\S+)").matcher(said);
        assertTrue(matcher.find(), said);
        return Path.of(matcher.group(1));
    }

    private static int count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }
}
