package io.tailrace.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizeCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String arguments) {
        return Tailrace.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(("size " + arguments).split(" "));
    }

    @Test
    void shouldSayWhatANodeNeedsAndHowToStartIt() {
        assertEquals(0, run("--entries 10m --avg-key 16 --avg-value 100"));
        // what the map takes for a key is the store's own affair
        String first = out.toString().lines().limit(2).reduce("", (a, b) -> a + b + "\n");
        assertTrue(
                first.matches(
                        "keys      10,000,000 of 16 bytes, each a string of 100 bytes\n"
                                + "memory    1[.][0-9]+ GB as used_memory and max-memory count [(]1[4-9][0-9] bytes a key[)]\n"),
                first);
        assertTrue(
                out.toString()
                        .endsWith(
                                "tailrace node --max-entries 10000000 --avg-key-size 16 --avg-value-size 100 --backlog-size 1024mb\n"),
                out.toString());
    }

    @Test
    void shouldPrintOneObject() {
        assertEquals(0, run("--entries 1k --type zset --elements 20 --format json"));
        assertTrue(
                out.toString().matches("\\{\"bytes_per_key\":[0-9]+,\"memory\":.*\"disk\":[0-9]+\\}\n"),
                out.toString());
    }

    @ParameterizedTest
    @CsvSource({"10, 10", "10k, 10000", "10kb, 10240", "3M, 3000000", "2GB, 2147483648", "7b, 7"})
    void shouldReadNumbers(String text, long number) {
        assertEquals(0, run("--entries " + text + " --avg-key 16 --avg-value 100 --format json"));
        long perKey = Long.parseLong(out.toString().replaceAll("(?s).*\"bytes_per_key\":([0-9]+).*", "$1"));
        assertTrue(out.toString().contains("\"memory\":" + perKey * number + ","), out.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--avg-key 16",
                "--entries 0",
                "--entries x",
                "--entries 10kk",
                "--entries 1k --avg-key 65537",
                "--entries 1k --avg-value 0",
                "--entries 1k --type tree",
                "--entries 1k --away yesterday",
                "--entries 999999999999g",
            })
    void shouldRefuseWhatMakesNoSense(String arguments) {
        assertEquals(2, run(arguments));
        assertEquals(1, err.toString().lines().count(), err.toString());
    }
}
