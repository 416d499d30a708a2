package io.tailrace.node.reactor;

import io.tailrace.node.config.NotifyClasses;
import io.tailrace.node.pubsub.Message;
import io.tailrace.node.pubsub.SubscribedTopics;
import io.tailrace.node.pubsub.Topic;
import io.tailrace.node.shard.KeyEvents;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Publishes keyspace events on the channels of Redis, to the clients of every reactor. Owned by a shard's reactor thread. Makes no
 * message while there are no subscribers.
 */
final class EventPublisher implements KeyEvents.Listener {
    private final ShardLinks links;
    private final SubscribedTopics topics;

    EventPublisher(ShardLinks links, SubscribedTopics topics) {
        this.links = links;
        this.topics = topics;
    }

    @Override
    public void event(int channels, int database, String event, byte[] key) {
        if (topics.channelCount() == 0 && topics.patternCount() == 0) {
            return;
        }
        byte[] name = ascii(event);
        if ((channels & NotifyClasses.KEYSPACE) != 0) {
            publish(new Message(Topic.of(joined(ascii("__keyspace@" + database + "__:"), key)), name));
        }
        if ((channels & NotifyClasses.KEYEVENT) != 0) {
            publish(new Message(Topic.of(joined(ascii("__keyevent@" + database + "__:"), name)), key));
        }
    }

    private void publish(Message message) {
        for (int shard = 0; shard < links.count(); shard++) {
            links.to(shard, side -> side.services().publish(message));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        ByteArrayOutputStream both = new ByteArrayOutputStream(first.length + second.length);
        both.writeBytes(first);
        both.writeBytes(second);
        return both.toByteArray();
    }
}
