package io.tailrace.node.command;

import io.tailrace.node.config.NotifyClasses;
import io.tailrace.node.shard.CollectionEffect;
import io.tailrace.node.shard.KeyEvents;
import io.tailrace.node.shard.Transaction;
import io.tailrace.node.value.StreamGroups;
import io.tailrace.node.value.StreamId;
import io.tailrace.node.value.StreamValue;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.resp.Arguments;

/**
 * What commands change of a consumer group whose name is one of their arguments, and of a consumer of it: as effects, which
 * must be promised. Lives for one command.
 *
 * @param group which argument the group's name is
 * @param consumer which argument the consumer's name is, 0 for none
 */
record StreamGroupWork(CommandContext context, int group, int consumer) {
    /** When a consumer was last seen is noted again after so long, if nothing else is written of it. */
    private static final long SEEN_MS = 100;

    private static final int WORDS = 96;

    private StreamValue stream() {
        return context.streams().stream();
    }

    private StreamGroups groups() {
        return context.streams().groups();
    }

    /** Bytes of an effect that names the group and the consumer, with some IDs. */
    long bytes(long ids) {
        Arguments arguments = context.arguments();
        long names = arguments.length(group) + (consumer == 0 ? 0 : arguments.length(consumer));
        long words = WORDS + 14L * Transaction.ARGUMENT_ROOM;
        return names
                + stream().value().keyLength()
                + words
                + (ids + 2) * (StreamWork.ID_BYTES + Transaction.ARGUMENT_ROOM);
    }

    /**
     * How many entries one command should give at most, so that one record takes what is noted of them: a client without COUNT gets
     * the rest when it asks again.
     *
     * @param bytes that are noted of each
     * @param parts how many streams there are
     */
    long fitting(long bytes, int parts) {
        return Math.max(1, context.keys().maxValueLength() / 2 / parts / bytes);
    }

    /** Finds the group; false when there is none. */
    boolean find() {
        Arguments arguments = context.arguments();
        return stream().value().isThere() && groups().find(arguments.address(group), arguments.length(group));
    }

    /** Finds the consumer of the group that was found. */
    boolean findConsumer() {
        Arguments arguments = context.arguments();
        return groups().findConsumer(arguments.address(consumer), arguments.length(consumer));
    }

    private void begin(Effect effect, String word, int arguments, long ids) {
        long bytes = bytes(ids);
        Transaction keys = context.keys();
        if (word == null) {
            keys.effect().begin(effect, stream().value(), arguments, bytes);
        } else {
            keys.effect().begin(effect, word, stream().value(), arguments, bytes);
        }
        name(group);
    }

    private void name(int argument) {
        Arguments arguments = context.arguments();
        context.keys().effect().argument(arguments.address(argument), arguments.length(argument));
    }

    /** Creates the consumer that was not found; when it was last seen must be noted by {@link #see} or a claim. */
    void createConsumer() {
        begin(Effect.XGROUP, "CREATECONSUMER", 2, 0);
        name(consumer);
        groups().createConsumer();
        end();
        context.events()
                .tell(
                        NotifyClasses.STREAM,
                        KeyEvents.CONSUMER_MADE,
                        stream().value().key(),
                        stream().value().keyLength());
    }

    /** Notes that the consumer, which was found, is seen now. */
    void see() {
        if (context.nowEpochMs() - groups().seen() >= SEEN_MS) {
            beginClaim(1);
            StreamWork.argument(context, context.streams().other().setLowest());
            endClaim(context.nowEpochMs(), 0);
        }
    }

    /** Begins to note that entries are pending with the consumer, which was found; each follows with {@link #pend}. */
    void beginClaim(long ids) {
        begin(Effect.XCLAIM, null, (int) ids + 8, ids);
        name(consumer);
        context.keys().effect().argumentLong(0);
    }

    /** An entry is pending with the consumer. */
    void pend(StreamId id, long epochMs, long deliveries) {
        StreamWork.argument(context, id);
        groups().putPending(id, epochMs, deliveries);
    }

    /** Ends it, with what each was noted with. */
    void endClaim(long epochMs, long deliveries) {
        CollectionEffect effect = context.keys().effect();
        effect.argumentAscii("TIME");
        effect.argumentLong(epochMs);
        effect.argumentAscii("RETRYCOUNT");
        effect.argumentLong(deliveries);
        effect.argumentAscii("FORCE");
        effect.argumentAscii("JUSTID");
        groups().see(epochMs);
        end();
    }

    /** Ends an effect that was carried out meanwhile; what was found stays so. */
    private void end() {
        context.keys().effect().end(stream().value(), false);
    }

    /** Notes that one entry is pending with the consumer, which was found. */
    void claim(StreamId id, long epochMs, long deliveries) {
        beginClaim(1);
        pend(id, epochMs, deliveries);
        endClaim(epochMs, deliveries);
    }

    /** Forgets an entry that is pending. */
    void forget(StreamId id) {
        begin(Effect.XACK, null, 1, 1);
        StreamWork.argument(context, id);
        groups().removePending(id);
        end();
    }

    /** Notes up to where the group, which was found, has read. */
    void read(StreamId id, long entriesRead) {
        beginSet("SETID", id, entriesRead, false);
        groups().set(id, entriesRead);
        end();
    }

    /** Makes the group, with its stream if need be. */
    void create(StreamId id, long entriesRead, boolean isStreamMade) {
        beginSet("CREATE", id, entriesRead, isStreamMade);
        context.streams().apply(context.keys());
    }

    private void beginSet(String word, StreamId id, long entriesRead, boolean isStreamMade) {
        begin(Effect.XGROUP, word, isStreamMade ? 5 : 4, 1);
        StreamWork.argument(context, id);
        CollectionEffect effect = context.keys().effect();
        effect.argumentAscii("ENTRIESREAD");
        effect.argumentLong(entriesRead);
        if (isStreamMade) {
            effect.argumentAscii("MKSTREAM");
        }
    }

    /** DESTROY, or DELCONSUMER. */
    void remove(String word) {
        begin(Effect.XGROUP, word, consumer == 0 ? 1 : 2, 0);
        if (consumer != 0) {
            name(consumer);
        }
        context.streams().apply(context.keys());
    }

    /** The error when there is no such key or group. */
    static String noGroup(Arguments arguments, int key, int group) {
        return "NOGROUP No such key '" + named(arguments, key) + "' or consumer group '" + named(arguments, group)
                + "'";
    }

    /** An argument in an error: up to its first zero byte, in one line. */
    static String named(Arguments arguments, int i) {
        String text = arguments.ascii(i);
        int end = text.indexOf(0) < 0 ? text.length() : text.indexOf(0);
        return text.substring(0, end).replace('\r', ' ').replace('\n', ' ');
    }
}
