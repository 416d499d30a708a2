package io.tailrace.node.lua;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Random scripts, against Lua 5.1. More of them by -Dtailrace.lua.scripts=1000000; the seed is in the message. */
@Tag("fuzz")
@Timeout(value = 6, unit = TimeUnit.HOURS) // as long as its property asks for
class LuaFuzzTest {
    private static final int SCRIPTS = Integer.getInteger("tailrace.lua.scripts", 4_000);
    private static final int BATCH = 2_000;
    private static final long SEED = Long.getLong("tailrace.seed", 1);
    /** Debian's build refuses what Redis' build takes. */
    private static final String DEPRECATED = "nesting of [[...]] is deprecated";

    /** An error's level leads to whoever calls the script, which is another one here. */
    private static final String CALLER = "/main.lua:";

    private static final long BATCH_DEADLINE_SECONDS = 60;

    @Test
    void shouldAnswerRandomScriptsAsLua51(@TempDir Path directory) throws IOException, InterruptedException {
        assumeTrue(LuaLines.isRealInstalled(), "lua5.1 is not installed (Debian: lua5.1)");
        for (int batch = 0; batch * BATCH < SCRIPTS; batch++) {
            run(SEED + batch, directory);
        }
    }

    private static void run(long seed, Path directory) throws IOException, InterruptedException {
        LuaScripts scripts = new LuaScripts(seed);
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < BATCH; i++) {
            lines.append(scripts.next()).append('\n');
        }
        List<String> expected = LuaLines.inRealLua(directory, lines.toString(), BATCH_DEADLINE_SECONDS);
        List<String> again = LuaLines.inRealLua(directory, lines.toString(), BATCH_DEADLINE_SECONDS);
        LuaRuntime runtime = StandardLibraries.newRuntime(1 << 28, () -> 0);
        runtime.budget().hook(500_000_000, t -> {
            throw new LuaAbort("a batch takes too long, seed " + seed);
        });
        List<String> actual = LuaLines.here(runtime, lines.toString());
        String[] sources = lines.toString().split("\n");
        for (int i = 0; i < BATCH; i++) {
            String wanted = withoutAddresses(expected.get(i));
            // what is made of addresses differs from run to run
            boolean isSure = wanted.equals(withoutAddresses(again.get(i)))
                    && !wanted.contains(DEPRECATED)
                    && !wanted.contains(CALLER);
            if (isSure) {
                assertEquals(wanted, withoutAddresses(actual.get(i)), "seed " + seed + ": " + sources[i]);
            }
        }
    }

    private static String withoutAddresses(String text) {
        return text.replaceAll("(?i)(table|function|thread|userdata|builtin): (0x[0-9a-f]+|[0-9a-f]+x0)", "$1");
    }
}
