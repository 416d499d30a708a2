package io.tailrace.node.pubsub;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** One connection's subscriptions, in the order in which they were made. Owned by the connection's thread. */
public final class Subscriber {
    /** A subscription in the sets here and in the table of subscriptions, about. */
    private static final int SUBSCRIPTION_BYTES = 160;

    private final Subscriptions table;
    private final Outlet outlet;
    private final Set<Topic> channels = new LinkedHashSet<>();
    private final Set<Topic> patterns = new LinkedHashSet<>();
    private final Set<Topic> shardChannels = new LinkedHashSet<>();
    private long nameBytes;

    /** @param table of the connection's reactor */
    public Subscriber(Subscriptions table, Outlet outlet) {
        this.table = table;
        this.outlet = outlet;
    }

    public void subscribe(Topic channel) {
        if (channels.add(channel)) {
            nameBytes += channel.length();
            table.addToChannel(channel, this);
        }
    }

    public void unsubscribe(Topic channel) {
        if (channels.remove(channel)) {
            nameBytes -= channel.length();
            table.removeFromChannel(channel, this);
        }
    }

    public void subscribePattern(Topic pattern) {
        if (patterns.add(pattern)) {
            nameBytes += pattern.length();
            table.addToPattern(pattern, this);
        }
    }

    public void unsubscribePattern(Topic pattern) {
        if (patterns.remove(pattern)) {
            nameBytes -= pattern.length();
            table.removeFromPattern(pattern, this);
        }
    }

    public void subscribeShard(Topic channel) {
        if (shardChannels.add(channel)) {
            nameBytes += channel.length();
            table.addToShardChannel(channel, this);
        }
    }

    public void unsubscribeShard(Topic channel) {
        if (shardChannels.remove(channel)) {
            nameBytes -= channel.length();
            table.removeFromShardChannel(channel, this);
        }
    }

    public Collection<Topic> shardChannels() {
        return Collections.unmodifiableSet(shardChannels);
    }

    public Collection<Topic> channels() {
        return Collections.unmodifiableSet(channels);
    }

    public Collection<Topic> patterns() {
        return Collections.unmodifiableSet(patterns);
    }

    /** Whether there is a subscription, of any kind. */
    public boolean isActive() {
        return count() + shardChannels.size() > 0;
    }

    /** Subscriptions to channels and patterns. */
    public int count() {
        return channels.size() + patterns.size();
    }

    /** What the subscriptions hold of memory. */
    public long memoryBytes() {
        return nameBytes + (long) SUBSCRIPTION_BYTES * (count() + shardChannels.size());
    }

    /** Ends all subscriptions. What was counted for them is still delivered. */
    public void end() {
        List.copyOf(channels).forEach(this::unsubscribe);
        List.copyOf(patterns).forEach(this::unsubscribePattern);
        List.copyOf(shardChannels).forEach(this::unsubscribeShard);
    }

    void deliver(Topic pattern, Message message) {
        outlet.send(pattern, message);
    }
}
