package io.tailrace.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares the table in README.md with the settings; when they differ, the failure shows the table to paste. */
class ConfigurationTableTest {

    private static final String HEAD = "| setting | default | must be | live | Redis's name | meaning |";

    @Test
    void shouldListEverySettingAsItIs() throws IOException {
        String wanted = Stream.of(Setting.values())
                .map(ConfigurationTableTest::row)
                .collect(Collectors.joining("\n", HEAD + "\n|---|---|---|---|---|---|\n", ""));

        String found = Files.readString(Path.of("README.md"))
                .lines()
                .dropWhile(line -> !line.equals(HEAD))
                .takeWhile(line -> line.startsWith("|"))
                .collect(Collectors.joining("\n"));

        assertEquals(wanted, found, "the table of settings should be\n" + wanted);
    }

    private static String row(Setting setting) {
        return Stream.of(
                        "`" + setting.key() + "`",
                        setting.defaultText(),
                        setting.allowed(),
                        setting.isLive() ? "yes" : "",
                        setting.alias().equals(setting.key()) ? "" : "`" + setting.alias() + "`",
                        setting.meaning())
                .collect(Collectors.joining(" | ", "| ", " |"));
    }
}
