package io.tailrace.node.pubsub;

import io.tailrace.wire.memory.GlobPattern;
import io.tailrace.wire.memory.NativeBuffer;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many subscribers each topic has on the whole node, for PUBSUB and INFO. Any thread; the tables of the reactors keep
 * it up to date, and no message looks at it.
 */
public final class SubscribedTopics {
    private final Map<Topic, Integer> channels = new ConcurrentHashMap<>();
    private final Map<Topic, Integer> patterns = new ConcurrentHashMap<>();
    private final Map<Topic, Integer> shardChannels = new ConcurrentHashMap<>();

    /** Channels with at least one subscriber, without those of patterns. */
    public Collection<Topic> channels() {
        return Collections.unmodifiableSet(channels.keySet());
    }

    /** Subscribers of the channel itself. */
    public int subscribers(Topic channel) {
        return channels.getOrDefault(channel, 0);
    }

    /** Who a message on a channel would reach now: its own subscribers, and those of patterns. */
    public int receivers(Topic channel) {
        int count = subscribers(channel);
        for (Map.Entry<Topic, Integer> pattern : patterns.entrySet()) {
            count += matches(pattern.getKey(), channel) ? pattern.getValue() : 0;
        }
        return count;
    }

    private static boolean matches(Topic pattern, Topic channel) {
        try (NativeBuffer bytes = new NativeBuffer(Math.max(1, pattern.length() + channel.length()))) {
            long name = bytes.address() + pattern.length();
            pattern.copyTo(bytes.address());
            channel.copyTo(name);
            return new GlobPattern(bytes.address(), pattern.length()).matches(name, channel.length());
        }
    }

    /** Shard channels with at least one subscriber. */
    public Collection<Topic> shardChannels() {
        return Collections.unmodifiableSet(shardChannels.keySet());
    }

    /** Subscribers of a shard channel. */
    public int shardSubscribers(Topic channel) {
        return shardChannels.getOrDefault(channel, 0);
    }

    public int channelCount() {
        return channels.size();
    }

    /** Different patterns with at least one subscriber. */
    public int patternCount() {
        return patterns.size();
    }

    void channel(Topic channel, int change) {
        change(channels, channel, change);
    }

    void shardChannel(Topic channel, int change) {
        change(shardChannels, channel, change);
    }

    void pattern(Topic pattern, int change) {
        change(patterns, pattern, change);
    }

    private static void change(Map<Topic, Integer> counts, Topic topic, int change) {
        counts.merge(topic, change, (before, by) -> before + by == 0 ? null : before + by);
    }
}
