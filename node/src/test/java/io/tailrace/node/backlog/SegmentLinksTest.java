package io.tailrace.node.backlog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentLinksTest {
    @TempDir
    private Path dir;

    private SegmentFiles from;
    private Path into;
    private SegmentLinks links;

    @BeforeEach
    void write() throws IOException {
        from = new SegmentFiles(Files.createDirectory(dir.resolve("from")));
        into = Files.createDirectory(dir.resolve("into"));
        for (int segment = 1; segment <= 4; segment++) {
            Files.writeString(from.path(segment), "segment " + segment);
        }
        links = new SegmentLinks(from, List.of(1, 2, 3, 4));
    }

    @Test
    void shouldLinkTheSameFiles() throws IOException {
        links.linkInto(into);
        SegmentFiles linked = new SegmentFiles(into);
        assertEquals(List.of(1, 2, 3, 4), linked.segments());
        for (int segment : linked.segments()) {
            assertTrue(Files.isSameFile(from.path(segment), linked.path(segment)));
        }
    }

    @Test
    void shouldLinkWhatFollowsTheSegmentsThatWereDeletedMeanwhile() throws IOException {
        from.delete(1);
        from.delete(2);
        links.linkInto(into);
        assertEquals(List.of(3, 4), new SegmentFiles(into).segments());
    }

    @Test
    void shouldLeaveNoGapWhereOneIsMissing() throws IOException {
        from.delete(3);
        links.linkInto(into);
        assertEquals(List.of(4), new SegmentFiles(into).segments());
    }

    @Test
    void shouldLinkNothingWhenAllWereDeleted() throws IOException {
        for (int segment = 1; segment <= 4; segment++) {
            from.delete(segment);
        }
        links.linkInto(into);
        assertEquals(List.of(), new SegmentFiles(into).segments());
    }
}
