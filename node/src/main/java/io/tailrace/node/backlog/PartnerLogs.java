package io.tailrace.node.backlog;

import io.tailrace.node.platform.FileFailure;
import io.tailrace.wire.record.PartView;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.ShardIndexes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Tells one who reads a shard's log from outside whether the other parts of a transaction over several shards are in their logs. Between
 * two of its appends they are not, and were the node killed then, its next start would take the part back: so a reader holds it back, for
 * microseconds or until that start. Parts are asked for in the order of the log, so that each of the other logs is gone through once. Owned and closed
 * by one thread; no garbage but where a log is opened.
 */
public final class PartnerLogs implements AutoCloseable {
    /** Where the log of a shard is now, or null where that is not known: then it has everything. */
    @FunctionalInterface
    public interface Queues {
        Path of(int shard) throws IOException;
    }

    private final int own;
    private final Queues queues;
    private Partner[] partners = new Partner[0];

    /** @param own the shard whose log is read */
    public PartnerLogs(int own, Queues queues) {
        this.own = own;
        this.queues = queues;
    }

    /**
     * A shard whose log has not the record that a part names, or -1.
     *
     * @param isLookingFurther whether a log that continues in another file, or was replaced by another, is looked for
     */
    public int missing(PartView part, boolean isLookingFurther) {
        int missing = missing(part.parts(), isLookingFurther);
        return missing >= 0 ? missing : missing(part.needs(), isLookingFurther);
    }

    private int missing(ShardIndexes parts, boolean isLookingFurther) {
        for (int i = 0; i < parts.count(); i++) {
            int shard = parts.shard(i);
            if (shard != own && !partner(shard).has(parts.index(i), isLookingFurther)) {
                return shard;
            }
        }
        return -1;
    }

    private Partner partner(int shard) {
        if (shard >= partners.length) {
            partners = Arrays.copyOf(partners, shard + 1);
        }
        if (partners[shard] == null) {
            partners[shard] = new Partner(shard);
        }
        return partners[shard];
    }

    private final class Partner {
        private final int shard;
        private Path queue;
        private BacklogInspector log;
        private long reached = QueueIndex.NONE;

        Partner(int shard) {
            this.shard = shard;
        }

        boolean has(long index, boolean isLookingFurther) {
            if (index <= reached) {
                return true;
            }
            try {
                boolean isLooking = isLookingFurther || log == null;
                boolean isUnknown = log == null && !open(index);
                return isUnknown || reach(index, isLooking) || isLookingFurther && isElsewhere() && reopen(index);
            } catch (BacklogException e) {
                // replaced under the reader: it is looked for again
                close();
                return false;
            } catch (IOException e) {
                throw new BacklogException("can't find the log of shard " + shard + ": " + FileFailure.of(e), e);
            }
        }

        /** @return false where it is not known */
        private boolean open(long index) throws IOException {
            queue = queues.of(shard);
            if (queue == null) {
                return false;
            }
            log = new BacklogInspector(queue);
            log.seek(QueueIndex.of(QueueIndex.segment(index), 0));
            reached = QueueIndex.NONE;
            return true;
        }

        private boolean reopen(long index) throws IOException {
            close();
            return !open(index) || reach(index, true);
        }

        private boolean isElsewhere() throws IOException {
            return !queue.equals(queues.of(shard));
        }

        private boolean reach(long index, boolean isLookingFurther) {
            RecordView record = isLookingFurther ? log.next() : log.nextHere();
            while (record != null) {
                reached = log.index();
                if (reached >= index) {
                    return true;
                }
                record = isLookingFurther ? log.next() : log.nextHere();
            }
            return false;
        }

        void close() {
            if (log != null) {
                log.close();
                log = null;
            }
        }
    }

    @Override
    public void close() {
        for (Partner partner : partners) {
            if (partner != null) {
                partner.close();
            }
        }
    }
}
