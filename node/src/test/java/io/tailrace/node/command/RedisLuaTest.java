package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.node.lua.Chunks;
import io.tailrace.node.lua.LuaFunction;
import io.tailrace.node.lua.LuaRuntime;
import io.tailrace.node.lua.LuaSandbox;
import io.tailrace.node.lua.LuaString;
import io.tailrace.node.lua.LuaTable;
import io.tailrace.node.lua.StandardLibraries;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The language as Redis offers it: lines of Lua by EVAL, against the interpreter in Redis' sandbox. */
class RedisLuaTest {
    private final LuaRuntime runtime = StandardLibraries.newRuntime(256 << 20, () -> 0);
    private final LuaFunction driver;

    RedisLuaTest() throws IOException {
        LuaSandbox.protect(runtime);
        driver = Chunks.load(
                runtime, resource("redis-driver.lua").getBytes(StandardCharsets.ISO_8859_1), "@user_script");
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = RedisLuaTest.class.getResourceAsStream("/lua/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static List<String> lines(String name) throws IOException {
        return List.of(resource(name).split("\n"));
    }

    private String run(String line) {
        LuaTable arguments = runtime.newTable(1, 0);
        arguments.put(1, LuaString.wrap(line.getBytes(StandardCharsets.ISO_8859_1)));
        runtime.globals().put("ARGV", arguments);
        runtime.globals().put("KEYS", runtime.newTable(0, 0));
        return new String(((LuaString) runtime.call(driver)[0]).bytes(), StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis.lua", "semantics.lua", "libraries.lua"})
    void shouldAnswerLinesAsRedisDoes(String name, @TempDir Path directory) throws IOException {
        assumeTrue(RedisServer.isInstalled(), "redis-server is not installed (Debian: redis-server)");
        List<String[]> commands = new ArrayList<>();
        for (String line : lines(name)) {
            commands.add(new String[] {"EVAL", resource("redis-driver.lua"), "0", line});
        }
        List<Executable> checks = new ArrayList<>();
        try (RedisServer redis = new RedisServer(directory)) {
            List<Reply> replies = redis.replies(commands);
            for (int i = 0; i < commands.size(); i++) {
                String line = commands.get(i)[3];
                String expected = replies.get(i).body();
                checks.add(() -> assertEquals(expected, run(line), line));
            }
        }
        assertAll(checks);
    }

    /** What Redis answered when the lines were written, for machines without it. */
    @Test
    void shouldAnswerLinesAsRedisDid() throws IOException {
        List<String> lines = lines("redis.lua");
        List<String> expected = lines("redis.expected");
        List<Executable> checks = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            String answer = expected.get(i);
            checks.add(
                    () -> assertEquals(answer, run(line).replace("\\\n", "\\n").replace("\n", "~"), line));
        }
        assertAll(checks);
        assertEquals(expected.size(), lines.size());
    }
}
