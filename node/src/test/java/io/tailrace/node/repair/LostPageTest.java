package io.tailrace.node.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.tailrace.node.backlog.BacklogInspector;
import io.tailrace.node.shard.ShardBench;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A power loss takes pages of a segment's file, of each as it was at another moment. */
class LostPageTest {
    @TempDir
    private Path dir;

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path path : tree.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    copyIfThere(path, target);
                }
            }
        }
    }

    /** The disk thread makes the next segment meanwhile, under a name that goes. */
    private static void copyIfThere(Path path, Path target) throws IOException {
        try {
            Files.copy(path, target);
        } catch (NoSuchFileException e) {
            if (path.toString().endsWith(".cq4")) {
                throw e;
            }
        }
    }

    private static Path segment(Path root) throws IOException {
        try (Stream<Path> tree = Files.walk(root)) {
            return tree.filter(path -> path.toString().endsWith("000001S.cq4"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** The header's page came to the disk, the one of the record that it names did not. */
    @Test
    void shouldWriteBehindTheLastRecordThoughTheHeaderNamesALaterOne() throws Exception {
        Path lost = dir.resolve("lost");
        try (ShardBench bench = ShardBench.started(Files.createDirectory(dir.resolve("whole")))) {
            bench.begin();
            bench.set("kept", "1");
            long from = bench.shard().backlog().segments().last().bytes();
            bench.set("gone", "x".repeat(20_000));
            long to = bench.shard().backlog().segments().last().bytes();
            copy(dir.resolve("whole"), lost);
            try (RandomAccessFile file = new RandomAccessFile(segment(lost).toFile(), "rw")) {
                file.seek(from + 3 & -4);
                file.write(new byte[(int) (to - from)]);
            }
        }
        try (ShardBench bench = ShardBench.started(lost)) {
            assertEquals(Map.of("kept", "1@0"), bench.contents());
            bench.set("after", "2");
        }
        try (ShardBench bench = ShardBench.started(lost)) {
            assertEquals(Map.of("after", "2@0", "kept", "1@0"), bench.contents());
        }
    }

    /** The same of the first record of a segment. */
    @Test
    void shouldWriteTheFirstRecordOfASegmentThoughItsHeaderNamesALaterOne() throws Exception {
        Path lost = dir.resolve("lost");
        try (ShardBench bench = ShardBench.started(Files.createDirectory(dir.resolve("whole")))) {
            bench.begin();
            bench.set("kept", "1");
            bench.begin();
            bench.set("gone", "2");
            copy(dir.resolve("whole"), lost);
        }
        Path file = segment(lost).resolveSibling("19700101-000002S.cq4");
        try (BacklogInspector inspector = new BacklogInspector(file.getParent());
                RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            do {
                assertNotNull(inspector.next());
            } while (inspector.index() != QueueIndex.of(2, 0));
            long from = Long.parseLong(inspector.place().replaceAll(".* at byte ", ""));
            bytes.seek(from);
            bytes.write(new byte[64 << 10]);
        }
        try (ShardBench bench = ShardBench.started(lost)) {
            assertEquals(Map.of("kept", "1@0"), bench.contents());
            bench.begin();
            bench.set("after", "2");
        }
        try (ShardBench bench = ShardBench.started(lost)) {
            assertEquals(Map.of("after", "2@0", "kept", "1@0"), bench.contents());
        }
    }
}
