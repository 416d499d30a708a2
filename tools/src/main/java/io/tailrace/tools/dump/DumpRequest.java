package io.tailrace.tools.dump;

import java.nio.file.Path;

/**
 * What to dump and how.
 *
 * @param directory a data directory, or one of a shard, a generation or a queue
 * @param shard the only one wanted, or null
 * @param from null for the oldest record
 * @param to the last one wanted, or null
 * @param keys a glob pattern, or null
 * @param limit how many records at most
 */
public record DumpRequest(
        Path directory,
        Integer shard,
        LogPosition from,
        LogPosition to,
        String keys,
        DumpFormat format,
        long limit,
        boolean isFollowing,
        boolean isVerifying) {}
