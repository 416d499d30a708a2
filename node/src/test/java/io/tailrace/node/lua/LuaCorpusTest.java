package io.tailrace.node.lua;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines of Lua with what Lua 5.1.5 answers to each, results and error messages. */
class LuaCorpusTest {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    @ParameterizedTest
    @ValueSource(strings = {"semantics", "libraries"})
    void shouldAnswerAsLua51(String name) {
        List<String> actual = Assertions.assertTimeout(
                DEADLINE,
                () -> LuaLines.here(StandardLibraries.newRuntime(1 << 28, () -> 0), LuaLines.resource(name + ".lua")));
        compare(name, actual);
    }

    @ParameterizedTest
    @ValueSource(strings = {"semantics", "libraries"})
    void shouldHaveExpectationsOfTheRealLua(String name, @TempDir Path directory)
            throws IOException, InterruptedException {
        assumeTrue(LuaLines.isRealInstalled(), "lua5.1 is not installed (Debian: lua5.1)");
        compare(name, LuaLines.inRealLua(directory, LuaLines.resource(name + ".lua"), DEADLINE.toSeconds()));
    }

    private static void compare(String name, List<String> actual) {
        List<String> expected = List.of(LuaLines.resource(name + ".expected").split("\n"));
        String[] lines = LuaLines.resource(name + ".lua").split("\n");
        List<Executable> checks = new ArrayList<>();
        for (int i = 0; i < expected.size(); i++) {
            int at = i;
            checks.add(() -> assertEquals(expected.get(at), actual.get(at), lines[at]));
        }
        assertAll(checks);
        assertEquals(expected.size(), actual.size());
    }
}
