package io.tailrace.node.pubsub;

import io.tailrace.wire.memory.NativeBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The subscriptions of one reactor's clients. Owned and closed by the reactor's thread.
 *
 * <pre>
 *  publish   counts the subscribers of this moment and notes the message for them   (within a command, or as a task)
 *  deliver   writes it to all that were counted                                     (after the command, or the task)
 * </pre>
 *
 * <p>So a message never lands in the middle of a reply, comes before the reply of a later command, and the messages of one
 * publisher arrive in its order. What was counted is delivered, also when the same EXEC ends the subscription after that.
 * Without messages the cost is one check whether something is to be delivered.
 */
public final class Subscriptions implements AutoCloseable {
    private static final int SCRATCH = 64;

    /** A message and those who were subscribed when it came. */
    private record Delivery(Message message, Topic pattern, Subscriber[] subscribers) implements Runnable {
        @Override
        public void run() {
            for (Subscriber subscriber : subscribers) {
                subscriber.deliver(pattern, message);
            }
        }
    }

    private final SubscribedTopics topics;
    private final Map<Topic, Audience> channels = new HashMap<>();
    private final Map<Topic, Audience> shardChannels = new HashMap<>();
    private final Map<Topic, PatternAudience> patterns = new LinkedHashMap<>();
    private final ArrayDeque<Runnable> pending = new ArrayDeque<>();
    private final NativeBuffer scratch = new NativeBuffer(SCRATCH);

    /** @param topics of the node, kept up to date */
    public Subscriptions(SubscribedTopics topics) {
        this.topics = topics;
    }

    void addToChannel(Topic channel, Subscriber subscriber) {
        channels.computeIfAbsent(channel, name -> new Audience()).add(subscriber);
        topics.channel(channel, 1);
    }

    void removeFromChannel(Topic channel, Subscriber subscriber) {
        Audience audience = channels.get(channel);
        audience.remove(subscriber);
        if (audience.isEmpty()) {
            channels.remove(channel);
        }
        topics.channel(channel, -1);
    }

    void addToShardChannel(Topic channel, Subscriber subscriber) {
        shardChannels.computeIfAbsent(channel, name -> new Audience()).add(subscriber);
        topics.shardChannel(channel, 1);
    }

    void removeFromShardChannel(Topic channel, Subscriber subscriber) {
        Audience audience = shardChannels.get(channel);
        audience.remove(subscriber);
        if (audience.isEmpty()) {
            shardChannels.remove(channel);
        }
        topics.shardChannel(channel, -1);
    }

    void addToPattern(Topic pattern, Subscriber subscriber) {
        patterns.computeIfAbsent(pattern, PatternAudience::new).audience().add(subscriber);
        topics.pattern(pattern, 1);
    }

    void removeFromPattern(Topic pattern, Subscriber subscriber) {
        PatternAudience found = patterns.get(pattern);
        found.audience().remove(subscriber);
        if (found.audience().isEmpty()) {
            patterns.remove(pattern);
            found.close();
        }
        topics.pattern(pattern, -1);
    }

    /** Takes a message; returns how many times it will be delivered: once for each channel and pattern that fits. */
    public int publish(Message message) {
        int receivers = 0;
        Audience audience = (message.isShard() ? shardChannels : channels).get(message.channel());
        if (audience != null) {
            receivers += add(message, null, audience);
        }
        if (!message.isShard() && !patterns.isEmpty()) {
            receivers += publishToPatterns(message);
        }
        return receivers;
    }

    private int publishToPatterns(Message message) {
        int length = message.channel().length();
        scratch.ensureCapacity(Math.max(1, length), 0);
        message.channel().copyTo(scratch.address());
        int receivers = 0;
        for (Map.Entry<Topic, PatternAudience> entry : patterns.entrySet()) {
            if (entry.getValue().matches(scratch.address(), length)) {
                receivers += add(message, entry.getKey(), entry.getValue().audience());
            }
        }
        scratch.shrinkTo(SCRATCH);
        return receivers;
    }

    private int add(Message message, Topic pattern, Audience audience) {
        Subscriber[] subscribers = audience.now();
        pending.add(new Delivery(message, pattern, subscribers));
        return subscribers.length;
    }

    /** Sends something that is not a reply together with the messages, in the order in which they came. */
    public void later(Runnable sending) {
        pending.add(sending);
    }

    /** Delivers what was published, while no reply is being written; returns how many messages. */
    public int deliver() {
        return pending.isEmpty() ? 0 : deliverPending();
    }

    private int deliverPending() {
        int count = 0;
        for (Runnable next = pending.poll(); next != null; next = pending.poll()) {
            next.run();
            count++;
        }
        return count;
    }

    @Override
    public void close() {
        pending.clear();
        patterns.values().forEach(PatternAudience::close);
        patterns.clear();
        scratch.close();
    }
}
