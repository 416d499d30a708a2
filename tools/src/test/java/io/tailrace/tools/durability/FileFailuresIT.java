package io.tailrace.tools.durability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.CommandRun;
import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of somebody else, or on a disk that can't be written: one line says which, why, whose and what to do. */
class FileFailuresIT {
    private static final String DENIED =
            "permission denied: .* belongs to \\S+ \\([rwx-]{9}\\), this process runs as \\S+; run it as the owner, .*";
    private static final Pattern JAVA = Pattern.compile("Exception|java[.]|\\tat ");

    @TempDir
    private Path dir;

    private Path data;

    private static void refused(int code, String line, List<String> before, String... arguments) throws Exception {
        CommandRun run = before.isEmpty() ? CommandRun.of(arguments) : CommandRun.withoutRights(arguments);
        String shown = String.join(" ", arguments) + "\n" + run.text();
        assertEquals(code, run.code(), shown);
        List<String> said = run.text()
                .lines()
                .filter(each -> !each.contains(" level=info "))
                .toList();
        assertEquals(1, said.size(), shown);
        assertTrue(said.get(0).matches("tailrace " + arguments[0] + ": " + line), shown + "\nis not " + line);
        assertFalse(JAVA.matcher(run.text()).find(), shown);
    }

    private static void refused(String line, String... arguments) throws Exception {
        refused(1, line, List.of(), arguments);
    }

    private static void denied(String line, String... arguments) throws Exception {
        refused(1, line, List.of("denied"), arguments);
    }

    @Test
    void shouldSayWhoseFilesOfANodeAre() throws Exception {
        makeData();
        Path closed = Files.createDirectory(
                dir.resolve("closed"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("---------")));
        denied(closed + ": " + DENIED, "info", closed.toString());
        denied("can't use data directory " + closed + "/x: .*" + DENIED, "node", "--data-dir", closed + "/x");
        String port = Integer.toString(io.tailrace.tools.demo.FreePorts.find(1));
        Path shard = data.resolve("shard-0");
        for (String name : List.of("node.properties", "LOCK", "shard-0/CURRENT", "shard-0/gen-1/history")) {
            without(
                    data.resolve(name),
                    "---------",
                    () -> denied(
                            ".*" + data.resolve(name) + ".*: " + DENIED,
                            "node",
                            "--data-dir",
                            data.toString(),
                            "--port",
                            port));
        }
        Path queue = shard.resolve("gen-1/queue");
        without(queue, "---------", () -> {
            denied(".*" + queue + ".*: " + DENIED, "dump", data.toString());
            denied(".*" + queue + ".*: " + DENIED, "export", data.toString());
        });
        Path segment = queue.resolve("19700101-000001S.cq4");
        without(segment, "---------", () -> {
            denied(".*" + segment + ": " + DENIED, "dump", data.toString());
            denied(".*" + segment + ": " + DENIED, "history", data.toString());
            denied(
                    ".*" + segment + ": " + DENIED,
                    "restore",
                    data.toString(),
                    "--into",
                    dir.resolve("into").toString());
        });
        without(
                shard,
                "r-xr-xr-x",
                () -> denied(shard + "/.*: " + DENIED, "repair", data.toString(), "--role", "primary", "--yes"));
        without(
                dir,
                "r-xr-xr-x",
                () -> denied(
                        dir.resolve("into") + ": " + DENIED,
                        "restore",
                        data.toString(),
                        "--into",
                        dir.resolve("into").toString()));
        refused(".* exists already and is not empty", "restore", data.toString(), "--into", dir.toString());
    }

    private interface Check {
        void run() throws Exception;
    }

    private static void without(Path file, String rights, Check check) throws Exception {
        String before = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
        try {
            check.run();
        } finally {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(before));
        }
    }

    private void makeData() throws Exception {
        try (NodeGroup group = new NodeGroup(dir)) {
            NodeProcess node = group.add("node");
            node.startAndAwait();
            NodeGroup.fill(node, "k", 100, 20);
            data = node.data();
            node.kill();
        }
    }

    /** Where this process may mount one. */
    @Test
    void shouldSayWhatADiskRefuses() throws Exception {
        makeData();
        Path disk = Files.createDirectory(dir.resolve("disk"));
        if (run("mount", "-t", "tmpfs", "-o", "size=64m", "tailrace", disk.toString()) != 0) {
            return;
        }
        try {
            run("mount", "-o", "remount,ro", disk.toString());
            String readOnly =
                    "the file system of .*disk \\(tailrace\\) is read-only; mount it for writing, or take another directory";
            refused("can't use data directory " + disk + "/x: .*" + readOnly, "node", "--data-dir", disk + "/x");
            refused(disk + "/into: " + readOnly, "restore", data.toString(), "--into", disk + "/into");
        } finally {
            run("umount", disk.toString());
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        return process.waitFor();
    }
}
