package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.FAST;
import static io.tailrace.node.command.CommandFlag.LOADING;
import static io.tailrace.node.command.CommandFlag.MAY_REPLICATE;
import static io.tailrace.node.command.CommandFlag.NOSCRIPT;
import static io.tailrace.node.command.CommandFlag.PUBSUB;
import static io.tailrace.node.command.CommandFlag.RUNS_WHILE_SUBSCRIBED;
import static io.tailrace.node.command.CommandFlag.STALE;

import io.tailrace.node.pubsub.Message;
import io.tailrace.node.pubsub.SubscribedTopics;
import io.tailrace.node.pubsub.Subscriber;
import io.tailrace.node.pubsub.Topic;
import io.tailrace.node.services.ClientSession;
import io.tailrace.wire.memory.GlobPattern;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;

/** Publish and subscribe. Each topic that a client subscribes to, or no more, gets an answer of its own, as in Redis. */
final class PubSubCommands implements CommandFamily {
    private static final String SHARD_SUBSCRIBE = "ssubscribe";
    private static final String SHARD_UNSUBSCRIBE = "sunsubscribe";
    private static final String[] HELP = {
        "CHANNELS [<pattern>]",
        "    Return the currently active channels matching a <pattern> (default: '*').",
        "NUMPAT",
        "    Return number of subscriptions to patterns.",
        "NUMSUB [<channel> ...]",
        "    Return the number of subscribers for the specified channels, excluding",
        "    pattern subscriptions(default: no channels).",
        "SHARDCHANNELS [<pattern>]",
        "    Return the currently active shard level channels matching a <pattern> (default: '*').",
        "SHARDNUMSUB [<shardchannel> ...]",
        "    Return the number of subscribers for the specified shard level channel(s)",
    };

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                subscribing("subscribe", -2, PubSubCommands::subscribe),
                subscribing("unsubscribe", -1, PubSubCommands::unsubscribe),
                subscribing("psubscribe", -2, PubSubCommands::subscribePatterns),
                subscribing("punsubscribe", -1, PubSubCommands::unsubscribePatterns),
                CommandSpec.session("publish", 3, PubSubCommands::publish, PUBSUB, LOADING, STALE, FAST, MAY_REPLICATE),
                subscribing("ssubscribe", -2, PubSubCommands::subscribeShard).withKeys(1, -1, 1),
                subscribing("sunsubscribe", -1, PubSubCommands::unsubscribeShard)
                        .withKeys(1, -1, 1),
                CommandSpec.session(
                                "spublish",
                                3,
                                PubSubCommands::publishShard,
                                PUBSUB,
                                LOADING,
                                STALE,
                                FAST,
                                MAY_REPLICATE)
                        .withKeys(1, 1, 1),
                CommandSpec.container(
                        "pubsub",
                        -2,
                        null,
                        List.of(
                                telling("channels", -2, PubSubCommands::channels),
                                telling("numpat", 2, (session, arguments) -> session.reply()
                                        .integer(session.node().topics().patternCount())),
                                telling("numsub", -2, PubSubCommands::numSub),
                                telling("shardchannels", -2, PubSubCommands::channels),
                                telling("shardnumsub", -2, PubSubCommands::numSub),
                                CommandSpec.session(
                                        "pubsub|help",
                                        2,
                                        (session, arguments) -> HelpReply.write(session.reply(), "PUBSUB", HELP),
                                        LOADING,
                                        STALE))));
    }

    private static CommandSpec subscribing(String name, int arity, SessionCommand command) {
        return CommandSpec.session(name, arity, command, PUBSUB, NOSCRIPT, LOADING, STALE, RUNS_WHILE_SUBSCRIBED);
    }

    private static CommandSpec telling(String name, int arity, SessionCommand command) {
        return CommandSpec.session("pubsub|" + name, arity, command, PUBSUB, LOADING, STALE);
    }

    private static void subscribe(ClientSession session, Arguments arguments) {
        forEach(session, arguments, "subscribe", Subscriber::subscribe);
    }

    private static void subscribePatterns(ClientSession session, Arguments arguments) {
        forEach(session, arguments, "psubscribe", Subscriber::subscribePattern);
    }

    private static void unsubscribe(ClientSession session, Arguments arguments) {
        if (arguments.count() > 1) {
            forEach(session, arguments, "unsubscribe", Subscriber::unsubscribe);
        } else {
            forAll(session, session.subscriber().channels(), "unsubscribe", Subscriber::unsubscribe);
        }
    }

    private static void unsubscribePatterns(ClientSession session, Arguments arguments) {
        if (arguments.count() > 1) {
            forEach(session, arguments, "punsubscribe", Subscriber::unsubscribePattern);
        } else {
            forAll(session, session.subscriber().patterns(), "punsubscribe", Subscriber::unsubscribePattern);
        }
    }

    private static void subscribeShard(ClientSession session, Arguments arguments) {
        if (session.isInExec()) {
            session.reply().error("ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING client");
        } else {
            forEach(session, arguments, SHARD_SUBSCRIBE, Subscriber::subscribeShard);
        }
    }

    private static void unsubscribeShard(ClientSession session, Arguments arguments) {
        if (arguments.count() > 1) {
            forEach(session, arguments, SHARD_UNSUBSCRIBE, Subscriber::unsubscribeShard);
        } else {
            forAll(session, session.subscriber().shardChannels(), SHARD_UNSUBSCRIBE, Subscriber::unsubscribeShard);
        }
    }

    private static void forEach(
            ClientSession session, Arguments arguments, String kind, BiConsumer<Subscriber, Topic> change) {
        for (int i = 1; i < arguments.count(); i++) {
            Topic topic = Topic.of(arguments, i);
            change.accept(session.subscriber(), topic);
            confirm(session, kind, topic);
        }
    }

    private static void forAll(
            ClientSession session, Collection<Topic> topics, String kind, BiConsumer<Subscriber, Topic> change) {
        if (topics.isEmpty()) {
            confirm(session, kind, null);
        }
        for (Topic topic : List.copyOf(topics)) {
            change.accept(session.subscriber(), topic);
            confirm(session, kind, topic);
        }
    }

    /** @param topic null for none */
    private static void confirm(ClientSession session, String kind, Topic topic) {
        ReplyWriter reply = session.reply();
        reply.push(3);
        reply.bulk(kind);
        if (topic == null) {
            reply.nullBulk();
        } else {
            reply.bulk(topic.bytes());
        }
        Subscriber subscriber = session.subscriber();
        reply.integer(
                kind.equals(SHARD_SUBSCRIBE) || kind.equals(SHARD_UNSUBSCRIBE)
                        ? subscriber.shardChannels().size()
                        : subscriber.count());
    }

    private static void publish(ClientSession session, Arguments arguments) {
        publish(session, new Message(Topic.of(arguments, 1), arguments.bytes(2)));
    }

    private static void publishShard(ClientSession session, Arguments arguments) {
        publish(session, new Message(Topic.of(arguments, 1), arguments.bytes(2), true));
    }

    private static void publish(ClientSession session, Message message) {
        session.gather(services -> services.publish(message), (receivers, reply) -> {
            reply.integer(receivers.stream().mapToInt(Integer::intValue).sum());
        });
    }

    private static void channels(ClientSession session, Arguments arguments) {
        if (arguments.count() > 3) {
            session.reply()
                    .error("ERR unknown subcommand or wrong number of arguments for '" + ErrorText.quoted(arguments, 1)
                            + "'. Try PUBSUB HELP.");
            return;
        }
        SubscribedTopics topics = session.node().topics();
        Collection<Topic> all = isShard(arguments) ? topics.shardChannels() : topics.channels();
        List<Topic> found = arguments.count() == 2
                ? List.copyOf(all)
                : matching(all, new GlobPattern(arguments.address(2), arguments.length(2)));
        session.reply().array(found.size());
        found.forEach(channel -> session.reply().bulk(channel.bytes()));
    }

    private static List<Topic> matching(Collection<Topic> channels, GlobPattern pattern) {
        List<Topic> found = new ArrayList<>();
        try (NativeBuffer scratch = new NativeBuffer(1)) {
            for (Topic channel : channels) {
                byte[] name = channel.bytes();
                scratch.ensureCapacity(Math.max(1, name.length), 0);
                Memory.copyIn(name, 0, scratch.address(), name.length);
                if (pattern.matches(scratch.address(), name.length)) {
                    found.add(channel);
                }
            }
        }
        return found;
    }

    /** Whether a subcommand of PUBSUB is about shard channels. */
    private static boolean isShard(Arguments arguments) {
        return arguments.is(1, "SHARDCHANNELS") || arguments.is(1, "SHARDNUMSUB");
    }

    private static void numSub(ClientSession session, Arguments arguments) {
        SubscribedTopics topics = session.node().topics();
        ReplyWriter reply = session.reply();
        reply.array(2 * (arguments.count() - 2));
        for (int i = 2; i < arguments.count(); i++) {
            reply.bulk(arguments.address(i), arguments.length(i));
            Topic channel = Topic.of(arguments, i);
            reply.integer(isShard(arguments) ? topics.shardSubscribers(channel) : topics.subscribers(channel));
        }
    }
}
