package io.tailrace.node.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many clients there can be when each needs a file descriptor and the node needs some itself: for the libraries, the
 * log's segments, snapshots and replicas. Without descriptors for those the log could not continue.
 */
public final class FileLimit {
    private static final Logger LOG = LoggerFactory.getLogger(FileLimit.class);
    private static final int RESERVED = 128;
    private static final int RESERVED_PER_SHARD = 32;
    private static final Path LIMITS = Path.of("/proc/self/limits");

    private FileLimit() {}

    /**
     * How many clients to serve of those that were asked for.
     *
     * @throws NodeStartException when it would be none
     */
    public static int clients(int wanted, int shards) throws NodeStartException {
        int most = mostClients(shards);
        if (most < 1) {
            int least = least(shards);
            throw new NodeStartException(
                    "this process may open " + (least - 1 + most) + " files, and a node with " + shards
                            + (shards == 1 ? " shard" : " shards") + " needs " + least
                            + " to serve one client: raise 'ulimit -n', or LimitNOFILE of its"
                            + " systemd unit");
        }
        if (most < wanted) {
            LOG.warn("max-clients is {} instead of {}: this process may not open more files", most, wanted);
        }
        return most;
    }

    /** Files that a node with one client needs. */
    public static int least(int shards) {
        return RESERVED + RESERVED_PER_SHARD * shards + 1;
    }

    /** Less than 1 where there are too few for the node itself; Integer.MAX_VALUE where the system doesn't tell. */
    public static int mostClients(int shards) {
        try {
            return mostClients(Files.readString(LIMITS), shards);
        } catch (IOException e) {
            return Integer.MAX_VALUE;
        }
    }

    /** The same for the text that Linux gives: a line {@code Max open files <soft> <hard> files}. */
    public static int mostClients(String limits, int shards) {
        return limits.lines()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.trim().split(" +")[3])
                .filter(soft -> soft.matches("\\d{1,9}"))
                .mapToInt(soft -> Integer.parseInt(soft) - least(shards) + 1)
                .findFirst()
                .orElse(Integer.MAX_VALUE);
    }
}
