package io.tailrace.node.shard;

import io.tailrace.node.platform.AtomicFile;
import io.tailrace.node.platform.Background;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code ahead} of a generation: that the shard has new data, by a full sync or a rewind, which may hold more of transactions
 * over several shards than the node's other shards have, and so is not served yet. Owned by the thread of the shard.
 *
 * <pre>
 *  the generation becomes current        on the disk before that
 *  the others have what it needs         deleted, in the background; the shard is served when that is on the disk
 *  the node ends in between              the next start finds it: the shard is not served before the others have what it needs
 * </pre>
 *
 * <p>The logs do not tell that by themselves: an index of a shard that was not copied yet may be another record, of another history, than
 * the one that the copied shard names.
 */
public final class AheadMark {
    private static final Logger LOG = LoggerFactory.getLogger(AheadMark.class);

    private final ShardDirectory directory;
    private final Background background;
    private Background.Task deleting;

    AheadMark(ShardDirectory directory, Background background) {
        this.directory = directory;
        this.background = background;
    }

    /** Whether it is there. */
    public static boolean isSet(ShardDirectory directory) {
        return Files.exists(directory.ahead());
    }

    /** Durable when the call returns. */
    public static void set(ShardDirectory directory) throws IOException {
        AtomicFile.write(directory.ahead(), "not served before the other shards have caught up with this one\n");
    }

    /** Whether it is gone from the disk, which this begins: to be asked again until it is. */
    public boolean isDeleted() {
        if (deleting == null && isSet(directory)) {
            deleting = background.run("ahead-" + directory.root().getFileName(), this::delete);
        }
        if (deleting == null || !deleting.isOver()) {
            return deleting == null;
        }
        deleting = null;
        return !isSet(directory);
    }

    private void delete() {
        Path file = directory.ahead();
        try {
            Files.deleteIfExists(file);
            try (FileChannel parent = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
                parent.force(true);
            }
        } catch (IOException e) {
            LOG.warn("can't delete {}: {}; its shard is not served until it is deleted", file, e.getMessage());
        }
    }
}
