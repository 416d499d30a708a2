package io.tailrace.node.command;

import io.tailrace.node.shard.CommandErrorException;
import io.tailrace.node.shard.KeySlot;
import io.tailrace.node.shard.KeysMadeListener;
import io.tailrace.node.shard.RefusedException;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.Transaction;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyTooLargeException;
import io.tailrace.wire.resp.ReplyWriter;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The clients that wait for keys of one shard. Owned by the shard's thread, which alone decides how a wait ends: once, by the
 * first of these.
 *
 * <pre>
 *  ends by                                        the client gets
 *  a key that has become what it waits for        what its command replies to it
 *  the end of a stream or group that it reads by  an error
 *  its deadline, or CLIENT UNBLOCK .. TIMEOUT     a null array
 *  CLIENT UNBLOCK .. ERROR                        an error
 *  a change of the shard's role                   an error, and its connection is closed
 *  the end of its connection                      nothing
 * </pre>
 *
 * <p>Keys are ready in the order in which they were made, and the clients of a key are served in the order in which they came,
 * after the command, or the whole of a MULTI, that made it ({@link #serve}); each by a transaction of its own, which may make
 * other keys ready. A key that was removed meanwhile leaves its clients waiting. What the log refuses then is tried again: the
 * client and its key keep their places.
 */
public final class BlockedClients implements Waits, AutoCloseable {
    /** Serves who waits for keys of other shards too, on this shard's thread. */
    @FunctionalInterface
    public interface Spreading {
        /** Returns false when it is to be tried again. May have the shard lent meanwhile. */
        boolean serve(SpreadWait wait, byte[] key);
    }

    public static final String UNBLOCKED = "UNBLOCKED client unblocked via CLIENT UNBLOCK";
    public static final String OTHER_ROLE =
            "UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)";

    private final Shard shard;
    private final int shardCount;
    private final CommandContext context;
    private final Map<KeyQueue.Name, KeyQueue> queues = new HashMap<>();
    private final Map<Long, KeyWait> byClient = new HashMap<>();
    private final TreeSet<KeyWait> byDeadline =
            new TreeSet<>(Comparator.comparingLong(KeyWait::deadlineSteadyMs).thenComparingLong(KeyWait::number));
    private final ReadyKeys ready = new ReadyKeys();
    private final KeysMadeListener listener = new Listener();
    private Spreading spreading;
    private long numbers;
    /** Of those who wait, for keys of several shards. */
    private int spreads;

    private boolean isServing;

    BlockedClients(Shard shard, CommandContext context) {
        this.shard = shard;
        shardCount = shard.settings().shardCount();
        this.context = context;
        shard.onKeysMade(listener);
    }

    /** How many clients wait for keys of this shard alone. */
    public int size() {
        return byClient.size() - spreads;
    }

    /** Gives what serves those who wait for keys of other shards too, where there are several. */
    public void spreading(Spreading server) {
        spreading = server;
    }

    @Override
    public void add(
            WaitingClient client,
            KeyServer server,
            int database,
            Arguments request,
            int firstKey,
            int keys,
            long deadlineSteadyMs) {
        KeyWait wait = new KeyWait(client, server, request, firstKey, keys, deadlineSteadyMs, numbers++);
        wait.database(database);
        add(wait, key -> true);
    }

    /** Has a client wait for those of its keys that are this shard's. */
    void add(SpreadWait spread) {
        KeyWait whole = spread.whole();
        Arguments request = whole.arguments();
        IntPredicate isHere =
                key -> KeySlot.shardOf(request.address(key), request.length(key), shardCount) == shard.id();
        if (IntStream.range(whole.firstKey(), whole.endOfKeys()).noneMatch(isHere)) {
            return;
        }
        int keys = whole.endOfKeys() - whole.firstKey();
        KeyWait wait =
                new KeyWait(whole.client(), whole.server(), request, whole.firstKey(), keys, KeyWait.NEVER, numbers++);
        wait.database(whole.database());
        wait.spread(spread);
        spreads++;
        add(wait, isHere);
    }

    private void add(KeyWait wait, IntPredicate isWaitedFor) {
        WaitingClient client = wait.client();
        KeyServer server = wait.server();
        Arguments request = wait.arguments();
        int database = wait.database();
        KeyWait former = byClient.put(client.id(), wait);
        assert former == null : "client " + client.id() + " waits already";
        byDeadline.add(wait);
        for (int key = wait.firstKey(); key < wait.endOfKeys(); key++) {
            if (!isWaitedFor.test(key)) {
                continue;
            }
            byte[] bytes = request.bytes(key);
            KeyQueue queue = queues.computeIfAbsent(
                    new KeyQueue.Name(database, ByteBuffer.wrap(bytes)), k -> new KeyQueue(database, bytes));
            if (queue.waits.add(wait)) {
                wait.queues().add(queue);
                queue.awaitingEnd += server.waitsForEnd() ? 1 : 0;
            }
        }
    }

    /** Marks the keys that clients may have become ready by. */
    private final class Listener implements KeysMadeListener {
        @Override
        public boolean isAwaiting() {
            return !queues.isEmpty();
        }

        private KeyQueue queue(int database, long key, int length) {
            return queues.get(new KeyQueue.Name(database, ByteBuffer.wrap(Memory.toBytes(key, length))));
        }

        @Override
        public void made(int database, long key, int length) {
            ready.add(queue(database, key, length));
        }

        @Override
        public void changed(int database, long key, int length) {
            KeyQueue queue = queue(database, key, length);
            if (queue != null && queue.awaitingEnd > 0) {
                ready.add(queue);
            }
        }

        @Override
        public void allRemoved() {
            queues.values().stream().filter(queue -> queue.awaitingEnd > 0).forEach(ready::add);
        }

        /** Whether there is something under a key now is seen when its turn comes. In the order in which they came to wait. */
        @Override
        public void swapped(int one, int other) {
            for (KeyWait wait : byNumber()) {
                if (wait.database() == one || wait.database() == other) {
                    wait.queues().forEach(ready::add);
                }
            }
        }
    }

    private List<KeyWait> byNumber() {
        return byClient.values().stream()
                .sorted(Comparator.comparingLong(KeyWait::number))
                .toList();
    }

    /** Whether {@link #serve} has something to do. */
    public boolean hasReady() {
        return !ready.isEmpty();
    }

    /**
     * Serves those whose keys are ready, but for keys whose clients a log takes nothing for. After each command, once its reply is
     * ended, as replies may be held in the order of their records.
     */
    public int serve() {
        int served = 0;
        if (ready.isEmpty() || isServing) {
            return served;
        }
        isServing = true;
        try {
            while (!ready.isEmpty()) {
                KeyQueue queue = ready.next();
                int before = byClient.size();
                if (!serve(queue)) {
                    ready.refused(queue);
                }
                served += before - byClient.size();
            }
        } finally {
            isServing = false;
            ready.again();
        }
        return served;
    }

    /** Returns false when the log refuses what one of them needs. */
    private boolean serve(KeyQueue queue) {
        int passed = 0;
        Iterator<KeyWait> next = queue.waits.iterator();
        while (next.hasNext()) {
            KeyWait wait = next.next();
            if (wait.spread() != null) {
                if (queue.awaitingEnd == 0 && !isThere(wait.database(), wait.arguments(), wait.argumentOf(queue.key))) {
                    return true;
                }
                long number = wait.number();
                if (!spreading.serve(wait.spread(), queue.key)) {
                    return false;
                }
                // others may have changed what there is while all shards were waited for
                next = queue.after(number);
                passed = queue.countUpTo(number);
                continue;
            }
            int key = wait.argumentOf(queue.key);
            ServeOutcome outcome = serve(wait, key);
            if (outcome == ServeOutcome.REFUSED) {
                return false;
            }
            if (outcome == ServeOutcome.SERVED) {
                next = queue.waits.iterator();
                skip(next, passed);
                continue;
            }
            Arguments arguments = wait.arguments();
            boolean isOver = queue.awaitingEnd == 0 && !isThere(wait.database(), arguments, key);
            if (isOver) {
                return true;
            }
            passed++;
        }
        return true;
    }

    private boolean isThere(int database, Arguments arguments, int key) {
        Transaction keys = shard.begin(false);
        keys.select(database);
        return keys.find(arguments.address(key), arguments.length(key));
    }

    private static void skip(Iterator<KeyWait> waits, int count) {
        for (int i = 0; i < count; i++) {
            waits.next();
        }
    }

    private ServeOutcome serve(KeyWait wait, int key) {
        ReplyWriter reply = wait.client().begin();
        int mark = reply.position();
        Arguments arguments = wait.arguments();
        try {
            context.set(arguments, reply, shard.begin(false));
            context.keys().select(wait.database());
            if (wait.server().isWrite() && !context.keys().isWritable()) {
                // the shard has become a replica's, which soon ends this wait
                return ServeOutcome.WAITS_ON;
            }
            context.events().beginCommand();
            context.keys().prepare(arguments.count());
            boolean isServed = wait.server().serve(context, key);
            shard.commit();
            if (!isServed) {
                return ServeOutcome.WAITS_ON;
            }
        } catch (CommandErrorException | ReplyTooLargeException e) {
            shard.abandon();
            reply.truncate(mark);
            reply.error(CommandRunner.errorOf(e));
        } catch (RefusedException e) {
            shard.abandon();
            reply.truncate(mark);
            return ServeOutcome.REFUSED;
        }
        wait.client().served(arguments);
        end(wait, false);
        return ServeOutcome.SERVED;
    }

    private void end(KeyWait wait, boolean isLast) {
        remove(wait);
        wait.client().end(isLast);
    }

    private void remove(KeyWait wait) {
        spreads -= wait.spread() == null ? 0 : 1;
        byClient.remove(wait.client().id());
        byDeadline.remove(wait);
        for (KeyQueue queue : wait.queues()) {
            queue.waits.remove(wait);
            queue.awaitingEnd -= wait.server().waitsForEnd() ? 1 : 0;
            if (queue.waits.isEmpty()) {
                queues.remove(queue.name());
            }
        }
        wait.close();
    }

    /** Ends the waits whose time is over, by the steady clock; returns how many they were. */
    public int expire(long nowSteadyMs) {
        int expired = 0;
        while (!byDeadline.isEmpty() && byDeadline.first().deadlineSteadyMs() <= nowSteadyMs) {
            endWithNothing(byDeadline.first());
            expired++;
        }
        return expired;
    }

    /** When {@link #expire} has something to do, by the steady clock; {@link Long#MAX_VALUE} for never. */
    public long nextDeadlineSteadyMs() {
        return byDeadline.isEmpty() ? KeyWait.NEVER : byDeadline.first().deadlineSteadyMs();
    }

    private void endWithNothing(KeyWait wait) {
        wait.client().begin().nullArray();
        end(wait, false);
    }

    private void endWithError(KeyWait wait, String error, boolean isLast) {
        wait.client().begin().error(error);
        end(wait, isLast);
    }

    /**
     * CLIENT UNBLOCK.
     *
     * @param isError whether the client gets an error, and not what it gets when its time is over
     * @return whether it waits here
     */
    public boolean unblock(long client, boolean isError) {
        KeyWait wait = byClient.get(client);
        if (wait == null || wait.spread() != null) {
            return false;
        }
        if (isError) {
            endWithError(wait, UNBLOCKED, false);
        } else {
            endWithNothing(wait);
        }
        return true;
    }

    /** Forgets a client whose connection is closed. */
    public void forget(long client) {
        KeyWait wait = byClient.get(client);
        if (wait != null) {
            remove(wait);
        }
    }

    /** The shard is a replica's now; returns how many they were. */
    public int endAll() {
        List<KeyWait> all =
                byDeadline.stream().filter(wait -> wait.spread() == null).toList();
        for (KeyWait wait : all) {
            endWithError(wait, OTHER_ROLE, true);
        }
        ready.clear();
        return all.size();
    }

    @Override
    public void close() {
        List.copyOf(byDeadline).forEach(this::remove);
    }
}
