package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.tailrace.node.shard.EffectReplay;
import io.tailrace.node.value.CollectionLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The same commands on collections to a shard and to a real Redis. Replies must be the same, but for order and chance where
 * Redis has none to rely on; and the log, carried out by another shard, and by Redis itself, must come to the same contents.
 */
final class CollectionBench implements AutoCloseable {
    /** What is told of a family of commands. */
    interface Family {
        /** Commands whose reply, or array within it, is in any order. */
        Set<String> unordered();

        /** Commands of whose reply only the form is compared. */
        Set<String> byChance();

        /** A command that shows all of a key. */
        String[] contents(String key);

        /** What of a reply is compared. */
        default Reply compared(String[] command, Reply reply) {
            return reply;
        }

        /** What of a reply is compared after Redis has carried out the log. */
        default Reply replayed(Reply reply) {
            return reply;
        }
    }

    /** This many commands before one that fails are shown. */
    private static final int SAID = 20;

    private final RedisServer redis;
    private final CommandBench bench;
    private final Family family;
    private final List<String> keys;
    private final Deque<String> said = new ArrayDeque<>();
    private String context = "";

    CollectionBench(Path directory, CollectionLimits limits, Family family, List<String> keys) throws IOException {
        redis = new RedisServer(directory);
        bench = new CommandBench(directory.resolve("shard"), limits);
        bench.at(System.currentTimeMillis());
        this.family = family;
        this.keys = keys;
    }

    void protocol(int version) throws IOException {
        redis.reply("HELLO", Integer.toString(version));
        bench.protocol(version);
    }

    /** Runs this many commands and compares every reply; the contents now and then. */
    void run(String newContext, int batches, int batch, Supplier<String[]> commands) throws IOException {
        for (int i = 0; i < batches; i++) {
            context = newContext + ", batch " + i + ": ";
            List<String[]> requests = new ArrayList<>();
            for (int j = 0; j < batch; j++) {
                requests.add(commands.get());
            }
            if (i % 2 == 0) {
                compare(requests);
            } else {
                compareAsMulti(requests.subList(0, Math.min(batch, 30)));
            }
            compare(contents());
        }
        replay();
    }

    /** Compares the replies of commands one by one. */
    void compare(List<String[]> commands) throws IOException {
        bench.at(System.currentTimeMillis());
        List<Reply> expected = redis.replies(commands);
        for (int i = 0; i < commands.size(); i++) {
            check(commands.get(i), expected.get(i), Reply.of(bench.raw(commands.get(i))));
        }
    }

    private void compareAsMulti(List<String[]> commands) throws IOException {
        bench.at(System.currentTimeMillis());
        List<String[]> multi = new ArrayList<>(commands);
        multi.add(0, new String[] {"MULTI"});
        multi.add(new String[] {"EXEC"});
        Reply expected = redis.replies(multi).get(multi.size() - 1);
        Reply actual = Reply.of(bench.rawAll(commands));
        assertEquals(expected.line(), actual.line(), context);
        for (int i = 0; i < commands.size(); i++) {
            check(commands.get(i), expected.elements().get(i), actual.elements().get(i));
        }
    }

    private List<String[]> contents() {
        List<String[]> commands = new ArrayList<>();
        for (String key : keys) {
            commands.add(new String[] {"TYPE", key});
            commands.add(new String[] {"OBJECT", "ENCODING", key});
            commands.add(new String[] {"PEXPIRETIME", key});
            commands.add(family.contents(key));
        }
        return commands;
    }

    private void check(String[] command, Reply theirs, Reply ours) {
        Reply expected = family.compared(command, theirs);
        Reply actual = family.compared(command, ours);
        if (!isSame(command, expected, actual)) {
            fail(context + String.join(" ", command) + "\nRedis: " + expected + "\n we:   " + actual + "\nafter "
                    + said);
        }
        String words = String.join(" ", command);
        said.add(words.substring(0, Math.min(words.length(), 120)));
        if (said.size() > SAID) {
            said.removeFirst();
        }
    }

    private boolean isSame(String[] command, Reply expected, Reply actual) {
        if (expected.equals(actual)) {
            return true;
        }
        if (expected.line().charAt(0) != actual.line().charAt(0)) {
            return false;
        }
        if (command[0].equals("PEXPIRETIME")) {
            return Math.abs(expected.integer() - actual.integer()) < 15_000;
        }
        if (family.byChance().contains(command[0])) {
            return expected.elements().size() == actual.elements().size();
        }
        return family.unordered().contains(command[0]) && sorted(expected).equals(sorted(actual));
    }

    /** With every array in order, pairs of a map kept together. */
    private static String sorted(Reply reply) {
        List<String> parts = new ArrayList<>();
        int step = reply.line().charAt(0) == '%' ? 2 : 1;
        for (int i = 0; i < reply.elements().size(); i += step) {
            StringBuilder part = new StringBuilder();
            for (int j = i; j < i + step; j++) {
                part.append(sorted(reply.elements().get(j))).append(' ');
            }
            parts.add(part.toString());
        }
        parts.sort(null);
        return reply.line() + " " + reply.body() + parts;
    }

    /** Carries the log out in an empty store and in an empty database of Redis. */
    private void replay() throws IOException {
        EffectReplay.check(bench.shard(), context);
        List<String[]> effects = EffectReplay.effects(bench.shard());
        redis.reply("FLUSHALL");
        for (int i = 0; i < effects.size(); i += 1_000) {
            List<String[]> some = effects.subList(i, Math.min(effects.size(), i + 1_000));
            List<Reply> replies = redis.replies(some);
            for (int j = 0; j < some.size(); j++) {
                if (replies.get(j).line().charAt(0) == '-') {
                    fail(context + "Redis refuses the effect " + String.join(" ", some.get(j)) + ": " + replies.get(j));
                }
            }
        }
        for (String key : keys) {
            String[] command = family.contents(key);
            String expected = sorted(replayed(command, redis.reply(command)));
            String actual = sorted(replayed(command, Reply.of(bench.raw(command))));
            assertEquals(expected, actual, context + "after a replay: " + key);
        }
    }

    private Reply replayed(String[] command, Reply reply) {
        return withoutNegativeZeroes(family.replayed(family.compared(command, reply)));
    }

    /** Redis makes a sorted set small by ZADD, which loses the sign of a zero, and large at once by a STORE, which keeps it. */
    private static Reply withoutNegativeZeroes(Reply reply) {
        if (reply.line().equals(",-0")) {
            return new Reply(",0", reply.body(), reply.elements());
        }
        if ("-0".equals(reply.body())) {
            return new Reply("$1", "0", reply.elements());
        }
        List<Reply> elements = new ArrayList<>();
        reply.elements().forEach(element -> elements.add(withoutNegativeZeroes(element)));
        return new Reply(reply.line(), reply.body(), elements);
    }

    @Override
    public void close() throws IOException {
        redis.close();
        bench.close();
    }
}
