package io.tailrace.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.config.FsyncPolicy;
import io.tailrace.node.config.HostPort;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.config.Setting;
import io.tailrace.node.platform.NodeStartException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs the command up to the launch of the node, which here only remembers its configuration and fails. */
class NodeCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private NodeConfig launched;

    @TempDir
    private Path dir;

    @Test
    void shouldLetFlagsWinOverEnvironmentOverFileOverDefaults() throws IOException {
        Path file = Files.writeString(
                dir.resolve("node.properties"), "port = 7001\nshards = 2\nfsync = no\nreplicaof = primary:6379\n");

        run(Map.of("TAILRACE_PORT", "7002", "TAILRACE_SHARDS", "4"), "--config", file.toString(), "--port", "7003");

        assertEquals(7003, launched.port());
        assertEquals(4, launched.shards().count());
        assertEquals(FsyncPolicy.NO, launched.fsync());
        assertEquals(new HostPort("primary", 6379), launched.replicaOf());
        assertEquals(1_000_000, launched.maxEntries());
    }

    @Test
    void shouldTakeTheFileFromTheEnvironment() throws IOException {
        Path file = Files.writeString(dir.resolve("node.properties"), "port = 7001\n");

        run(Map.of("TAILRACE_CONFIG", file.toString()));

        assertEquals(7001, launched.port());
    }

    @Test
    void shouldTakeTheDebugFlagWithAndWithoutAValue() {
        run(Map.of(), "--enable-debug-command", "--port", "7000");
        assertTrue(launched.enableDebugCommand());

        run(Map.of("TAILRACE_ENABLE_DEBUG_COMMAND", "yes"), "--enable-debug-command=no");
        assertEquals(false, launched.enableDebugCommand());
    }

    @Test
    void shouldTakePasswordsFromAnywhereButTheCommandLine() throws IOException {
        Path secret = Files.writeString(dir.resolve("secret"), "from a file\n");

        assertEquals(2, run(Map.of(), "--requirepass", "visible"));
        assertEquals(
                "tailrace node: --requirepass: a password is not taken from the command line, which every user of the"
                        + " machine can read; use --requirepass-file FILE, the variable TAILRACE_REQUIREPASS, or requirepass"
                        + " in the file of --config\n",
                err.toString());

        run(Map.of("TAILRACE_MASTERAUTH", " spaces stay "), "--requirepass-file", secret.toString());
        assertEquals("from a file", launched.requirePass());
        assertEquals(" spaces stay ", launched.masterAuth());
    }

    @Test
    void shouldEndWithOneAndOneLineWhenTheNodeCannotStart() {
        assertEquals(1, run(Map.of()));
        assertEquals("tailrace node: port 6379 is in use\n", err.toString());
    }

    @Test
    void shouldEndWithTwoAndOneLineForAWrongFlag() {
        assertEquals(2, run(Map.of(), "--segment-size", "7"));
        assertEquals(
                "tailrace node: segment-size = '7' (from --segment-size): must be a size from 1mb to 4gb\n",
                err.toString());
    }

    @Test
    void shouldNameTheVariableOfAWrongValue() {
        assertEquals(2, run(Map.of("TAILRACE_IDLE", "sleep"), "--idle", "spin"));
        assertEquals(
                "tailrace node: idle = 'sleep' (from TAILRACE_IDLE): must be one of hybrid, spin, block\n",
                err.toString());
    }

    @Test
    void shouldNameTheFileOfAWrongValue() throws IOException {
        Path file = Files.writeString(dir.resolve("node.properties"), "port = none\n");

        assertEquals(2, run(Map.of(), "--config", file.toString()));
        assertEquals(
                "tailrace node: port = 'none' (from " + file + "): must be a number from 0 to 65535\n", err.toString());
    }

    @Test
    void shouldSuggestTheFlagThatWasMeant() {
        assertEquals(2, run(Map.of(), "--segmentsize=1mb"));
        assertEquals(
                "tailrace node: Unknown option: '--segmentsize=1mb', did you mean '--segment-size'?; "
                        + "see 'tailrace node --help'\n",
                err.toString());
    }

    @Test
    void shouldRefuseAFlagWithoutItsValueAndALooseArgument() {
        assertEquals(2, run(Map.of(), "--port"));
        assertEquals(2, run(Map.of(), "7000"));
        assertEquals(2, err.toString().lines().count());
    }

    @Test
    void shouldAskForACommand() {
        assertEquals(2, Tailrace.commandLine().setErr(new PrintWriter(err)).execute());
        assertEquals("tailrace: a COMMAND is missing; see 'tailrace --help'\n", err.toString());
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void shouldExplainEverySettingInItsHelp(Setting setting) {
        assertEquals(0, run(Map.of(), "--help"));
        assertTrue(out.toString().contains("--" + setting.key()));
    }

    @Test
    void shouldPrintItsVersion() {
        assertEquals(0, run(Map.of(), "--version"));
        assertTrue(out.toString().startsWith("tailrace "));
    }

    private int run(Map<String, String> environment, String... arguments) {
        NodeCommand command = new NodeCommand(environment, (config, beforeServing) -> {
            launched = config;
            throw new NodeStartException("port " + config.port() + " is in use");
        });
        String[] all = new String[arguments.length + 1];
        all[0] = "node";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return Tailrace.commandLine(command)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all);
    }
}
