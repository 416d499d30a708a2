package io.tailrace.node.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.config.ShardCount;
import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.NodeStartException;
import io.tailrace.node.shard.RebuildException;
import io.tailrace.node.shard.ShardBench;
import io.tailrace.node.shard.ShardDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a start makes of each file in each state: a test for each cell of the table in README.md, which says what must be. */
@Tag("long")
class FileStatesTest {
    private static final String HEAD = "| file | missing | empty | cut | garbage | another node's | an older one |";
    private static final int STATES = 6;

    @TempDir
    private static Path base;

    @TempDir
    private Path temporary;

    private static Path node;
    private static Path older;
    private static Path other;
    private static TreeMap<String, String> contents;
    private static TreeMap<String, String> olderContents;

    /** One cell. */
    record Cell(String file, int state, String outcome) {
        @Override
        public String toString() {
            return file + ": " + HEAD.split(" \\| ")[state + 1] + ": " + outcome;
        }
    }

    @BeforeAll
    static void makeNodes() throws Exception {
        node = base.resolve("node");
        older = base.resolve("older");
        other = base.resolve("other");
        olderContents = run(node, "a", "0000000000000000000000000000000000000001", 3);
        copy(node, older);
        contents = run(node, "a", "0000000000000000000000000000000000000002", 3);
        run(other, "b", "000000000000000000000000000000000000000a", 5);
        run(other, "b", "000000000000000000000000000000000000000b", 5);
        run(other, "b", "000000000000000000000000000000000000000c", 5);
    }

    /** A run of a node in which a history begins, a snapshot is taken, and the log is forced to the disk. */
    private static TreeMap<String, String> run(Path path, String name, String history, int keys) throws Exception {
        try (DataDirectory directory =
                        DataDirectory.open(path, new ShardCount(1, false), name.repeat(40), Background.THREADS);
                ShardBench bench = ShardBench.started(ShardDirectory.root(path, 0))) {
            directory.rememberPromotion(null, history);
            bench.shard().log().beginHistory(history);
            for (int i = 0; i < keys; i++) {
                bench.set(name + history + i, "value" + i);
            }
            bench.shard().snapshots().begin(true);
            bench.finishSnapshot();
            bench.set(name + history + "last", "1");
            bench.shard().backlog().sync().now();
            directory.shardsMade();
            Path root = ShardDirectory.root(path, 0);
            Files.writeString(root.resolve("gen-1/replicas"), "of " + name + history);
            Files.writeString(root.resolve("lost-writes-1.resp"), "of " + name + history);
            Files.createDirectories(root.resolve("cut-1.1"));
            Files.writeString(root.resolve("cut-1.1/readable.resp"), "of " + name + history);
            return bench.contents();
        }
    }

    static Stream<Cell> cells() throws IOException {
        return Files.readString(Path.of("README.md"))
                .lines()
                .dropWhile(line -> !line.equals(HEAD))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> line.substring(2, line.length() - 2).split(" \\| "))
                .flatMap(FileStatesTest::cells);
    }

    private static Stream<Cell> cells(String[] row) {
        assertEquals(1 + STATES, row.length, Arrays.toString(row));
        String file = row[0].replace("`", "");
        return Stream.iterate(0, state -> state < STATES, state -> state + 1)
                .filter(state -> !row[state + 1].equals("-"))
                .map(state -> new Cell(file, state, row[state + 1]));
    }

    @ParameterizedTest
    @MethodSource("cells")
    void shouldDoWhatTheTableSays(Cell cell) throws Exception {
        Path path = temporary.resolve("node");
        copy(node, path);
        Path file = file(path, cell.file);
        put(file, file(older, cell.file), file(other, cell.file), cell.state);
        byte[] wrong = Files.isRegularFile(file) ? Files.readAllBytes(file) : new byte[0];
        String refusal = null;
        TreeMap<String, String> found = null;
        try {
            found = start(path);
        } catch (NodeStartException | RebuildException | IOException e) {
            refusal = e.getMessage();
        }
        if (cell.outcome.startsWith("refused")) {
            assertNotNull(refusal, "it has started");
            Path named = cell.outcome.startsWith("refused by") ? file.getParent() : file;
            assertTrue(refusal.contains(named.toString()), refusal + "\ndoes not name " + named);
            assertTrue(refusal.contains("'tailrace ") || refusal.contains("ring "), "what to do: " + refusal);
            return;
        }
        assertNull(refusal);
        assertEquals(cell.outcome.startsWith("older") ? olderContents : contents, found);
        boolean isSame =
                Files.exists(file) && !Files.isDirectory(file) && Arrays.equals(wrong, Files.readAllBytes(file));
        if (cell.outcome.startsWith("rewritten")) {
            assertTrue(Files.exists(file), "it is rewritten");
            assertFalse(isSame && cell.state > 0, "it is rewritten");
        }
    }

    private static TreeMap<String, String> start(Path path) throws Exception {
        try (DataDirectory directory =
                        DataDirectory.open(path, new ShardCount(1, false), "c".repeat(40), Background.THREADS);
                ShardBench bench = ShardBench.started(ShardDirectory.root(path, 0))) {
            directory.shardsMade();
            return bench.contents();
        }
    }

    /** The file that a row is about; of several of a kind the newest. */
    private static Path file(Path data, String pattern) throws IOException {
        Path directory = data;
        String name = pattern;
        if (pattern.contains("/")) {
            directory = data.resolve(pattern.substring(0, pattern.lastIndexOf('/')));
            name = pattern.substring(pattern.lastIndexOf('/') + 1);
        }
        if (!name.contains("*")) {
            return directory.resolve(name);
        }
        List<Path> found;
        try (Stream<Path> files = Files.list(directory)) {
            String regex = name.replace(".", "\\.").replace("*", ".*");
            found = files.filter(path -> path.getFileName().toString().matches(regex))
                    .sorted()
                    .toList();
        }
        return found.get(found.size() - 1);
    }

    private static void put(Path file, Path olderFile, Path otherFile, int state) throws IOException {
        if (state == 0 || state == 1 && Files.isDirectory(file)) {
            delete(file);
        }
        switch (state) {
            case 1 -> {
                if (Files.exists(file)) {
                    Files.write(file, new byte[0]);
                } else {
                    Files.createDirectory(file);
                }
            }
            case 2 -> Files.write(file, Arrays.copyOf(Files.readAllBytes(file), used(file) / 2));
            case 3 -> {
                byte[] garbage = new byte[(int) Files.size(file)];
                Arrays.fill(garbage, (byte) 0x15);
                Files.write(file, garbage);
            }
            case 4 -> replace(file, otherFile);
            case 5 -> replace(file, olderFile);
            default -> {}
        }
    }

    private static void replace(Path file, Path by) throws IOException {
        delete(file);
        copy(by, file);
    }

    /** Segments are reserved at their full length. */
    private static int used(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int used = bytes.length;
        while (used > 0 && bytes[used - 1] == 0) {
            used--;
        }
        return used;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path path : (Iterable<Path>) tree::iterator) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target);
                }
            }
        }
    }

    private static void delete(Path path) throws IOException {
        try (Stream<Path> tree = Files.walk(path)) {
            for (Path each : (Iterable<Path>) tree.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(each);
            }
        }
    }
}
