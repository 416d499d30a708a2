package io.tailrace.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.dump.LogFixture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that are missing, in the way or damaged, in every command that uses files: one line says which, why and what to do; never a
 * path alone, a Java class or a stack trace. Other people's files and other disks are in FileFailuresIT.
 */
class FileFailuresTest {
    private static final Pattern JAVA = Pattern.compile("Exception|java[.]|\\tat ");

    @TempDir
    private Path dir;

    private void refused(int code, String line, OutputStream out, String... arguments) {
        StringWriter err = new StringWriter();
        int status = Tailrace.commandLine(
                        new NodeCommand(Map.of(), io.tailrace.node.Node::launch), new DumpCommand(out, () -> 0))
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        String shown = String.join(" ", arguments) + "\n" + err;
        assertEquals(code, status, shown);
        assertEquals(1, err.toString().lines().count(), shown);
        assertTrue(err.toString().trim().matches("tailrace " + arguments[0] + ": " + line), shown + "\nis not " + line);
        assertFalse(JAVA.matcher(err.toString()).find(), shown);
    }

    private void refused(String line, String... arguments) {
        refused(1, line, new ByteArrayOutputStream(), arguments);
    }

    private void wrong(String line, String... arguments) {
        refused(2, line, new ByteArrayOutputStream(), arguments);
    }

    @Test
    void shouldSayWhatIsMissingOrInTheWay() throws Exception {
        Path none = dir.resolve("none");
        Path file = Files.writeString(dir.resolve("file"), "x");
        Path empty = Files.createDirectory(dir.resolve("empty"));
        for (String command : List.of("dump", "history", "repair", "restore", "info", "export")) {
            refused("there is no directory " + none, command, none.toString());
            refused(
                    empty + " is not (a Tailrace directory|the data directory of a node): .*",
                    command,
                    empty.toString());
        }
        refused(file + " is neither a directory nor a segment's file .*", "dump", file.toString());
        for (String command : List.of("dump", "snapshots")) {
            refused(none + ".tsnap: (damaged: )?there is no such file or directory", command, none + ".tsnap");
        }
        refused("there is no snapshot in " + empty, "snapshots", empty.toString());
        refused(
                "can't use data directory " + file + ": there is a file of that name already",
                "node",
                "--data-dir",
                file.toString());
        refused(
                "can't use data directory " + file + "/x: .*a part of the path is a file, not a directory",
                "node",
                "--data-dir",
                file + "/x");
        wrong(
                "config = '.*' \\(from --config\\): cannot be read: there is no such file .*",
                "node",
                "--config",
                none.toString());
        wrong(
                "config = '.*' \\(from --config\\): cannot be read: it is a directory, not a file",
                "node",
                "--config",
                empty.toString());
        refused(
                "can't start: Error loading ACLs, opening file '" + none + "': No such file or directory",
                "node",
                "--data-dir",
                dir.resolve("d").toString(),
                "--aclfile",
                none.toString());
        for (String setting : List.of("requirepass-file", "masterauth-file")) {
            wrong(
                    setting + " = '.*' .*: cannot be read: there is no such file or directory",
                    "node",
                    "--" + setting,
                    none.toString());
            wrong(
                    setting + " = '.*' .*: cannot be read: it is a directory, not a file",
                    "node",
                    "--" + setting,
                    empty.toString());
            wrong(
                    setting + " = '.*' .*: must have one line, the password",
                    "node",
                    "--" + setting,
                    Files.createFile(dir.resolve(setting)).toString());
        }
        refused(
                ".*tls-cert = '" + none + "': cannot be read: there is no such file or directory",
                "node",
                "--tls-port",
                "7001",
                "--tls-cert",
                none.toString(),
                "--tls-key",
                none.toString(),
                "--tls-ca",
                none.toString());
    }

    @Test
    void shouldSayThatTheOutputCannotBeWritten() throws Exception {
        try (LogFixture log = LogFixture.create(dir.resolve("queue")).openSegment();
                OutputStream full = Files.newOutputStream(Path.of("/dev/full"), StandardOpenOption.WRITE)) {
            log.closeLog();
            refused(
                    1,
                    "can't write the output: no space left on the disk; delete what is not needed there",
                    full,
                    "dump",
                    dir.toString());
        }
    }

    @Test
    void shouldNameWhatCannotBe() throws IOException {
        refused(
                "the machine has not the memory for the store of shard 0 .*: max-entries = 10000000000, .*",
                "node",
                "--data-dir",
                dir.resolve("huge").toString(),
                "--max-entries",
                "10000000000",
                "--port",
                Integer.toString(io.tailrace.tools.demo.FreePorts.find(1)));
        wrong("Unknown option: '--bogus'; see 'tailrace node --help'", "node", "--bogus");
        Path config = Files.writeString(dir.resolve("config"), "bogus = 1\n");
        wrong("unknown setting 'bogus' in " + config, "node", "--config", config.toString());
        assertEquals("tailrace: there is no command 'bogus'; see 'tailrace --help'\n", unknown("bogus"));
        assertEquals(
                "tailrace: there is no command 'dmup', did you mean 'dump'?; see 'tailrace --help'\n", unknown("dmup"));
    }

    private static String unknown(String command) {
        StringWriter err = new StringWriter();
        assertEquals(2, Tailrace.commandLine().setErr(new PrintWriter(err)).execute(command));
        return err.toString();
    }

    /** Damage is named with the file, in each command. */
    @Test
    void shouldNameDamagedFiles() throws Exception {
        try (LogFixture log = LogFixture.createShard(dir, 1, 0).openSegment().effect("SET a 1")) {
            log.closeLog();
            Path history = Files.write(dir.resolve("shard-0/gen-1/history"), new byte[0]);
            refused(history + " is damaged: it is empty", "history", dir.toString());
            Files.write(log.segmentFile(1), new byte[] {1, 2, 3, 4, 5, 6, 7, 8}, StandardOpenOption.WRITE);
            refused(log.segmentFile(1) + ": .*; --ignore-damage marks it and continues", "dump", dir.toString());
            refused(log.segmentFile(1) + ": .*; see what 'tailrace repair' can do", "export", dir.toString());
            refused(log.segmentFile(1) + ": .*; see what 'tailrace repair' can do", "restore", dir.toString());
        }
    }
}
