package io.tailrace.node.backlog;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Segments of a log at one moment, oldest first, which another log may have as well: the same files by a second name. Immutable; used
 * by any thread.
 *
 * <pre>
 *  at that moment      1 2 3 4
 *  deleted since       1 2
 *  linked                  3 4        from the newest back to the first that can't be: without a gap
 * </pre>
 */
public final class SegmentLinks {
    private final SegmentFiles files;
    private final List<Integer> segments;

    SegmentLinks(SegmentFiles files, List<Integer> segments) {
        this.files = files;
        this.segments = segments;
    }

    /**
     * Links them in another queue's directory, which no queue has open: as many of the newest as are not deleted meanwhile, none where
     * the file system has no links.
     */
    public void linkInto(Path directory) throws IOException {
        SegmentFiles target = new SegmentFiles(directory);
        for (int i = segments.size() - 1; i >= 0; i--) {
            if (!isLinked(segments.get(i), target)) {
                return;
            }
        }
    }

    private boolean isLinked(int segment, SegmentFiles target) throws IOException {
        try {
            return files.link(segment, target);
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
