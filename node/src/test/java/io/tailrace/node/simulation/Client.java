package io.tailrace.node.simulation;

import io.tailrace.node.simulation.Request.Kind;
import io.tailrace.node.simulation.RespReader.Status;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A client that asks one thing after the other, mostly the primary, and judges each reply by what the logs say at the moment
 * when it leaves the node: later it may have got true, or may not be true any more.
 */
final class Client {
    private static final long PATIENCE_MICROS = 4_000_000;

    /** What the simulation tells a client. */
    interface World {
        SplittableRandom random();

        /** Who is asked next, or null when nobody is there. */
        Machine choose();

        /** Whether a machine is the one that is meant to take writes. */
        boolean isPrimary(Machine machine);

        List<LogBook> books();

        long micros();

        int step();

        /** Whether clients ask for a token after every second write. */
        boolean isTokenWanted();

        /** How many replicas must have a write that is answered. */
        int ackReplicas();

        /** The nodes that have a record in their logs now. */
        Set<String> keepers(LoggedRecord record);

        boolean isAlwaysForced();

        Trace trace();

        Tally tally();
    }

    private final World world;
    private final int id;
    private final HostSockets sockets;
    private final Workload workload;
    private RespConnection connection;
    private Request request;
    private ReadWindow window;
    private AnsweredWrite lastWrite;
    private String token;
    private AnsweredWrite tokenWrite;
    private boolean isJudged;
    private boolean hasSelected;
    private long askedMicros;
    private long earliestEpochMs;
    private long latestEpochMs;

    Client(World world, int id, HostSockets sockets, Profile profile) {
        this.world = world;
        this.id = id;
        this.sockets = sockets;
        workload = new Workload(world.random(), id, profile);
    }

    /** Whether a step does something. */
    boolean isReady() {
        return connection == null || request == null && connection.isConnected() || connection.isReady() || isLate();
    }

    private boolean isLate() {
        return world.micros() - askedMicros > PATIENCE_MICROS;
    }

    void step() {
        if (connection == null) {
            connect();
            return;
        }
        try {
            if (request == null && connection.isConnected()) {
                ask();
            }
            if (connection.isReady()) {
                connection.step();
                takeReplies();
            } else if (isLate()) {
                leave("no answer");
            }
        } catch (IOException e) {
            leave(e.getMessage());
        }
    }

    /** Asks nothing more. */
    void rest() {
        if (connection != null) {
            leave("it is over");
        }
    }

    private void connect() {
        Machine machine = world.choose();
        if (machine != null) {
            connection = new RespConnection(sockets, machine);
            askedMicros = world.micros();
            world.trace().event("client " + id + " connects to " + machine);
        }
    }

    private void leave(String why) {
        world.trace().event("client " + id + " leaves " + connection.machine() + ": " + why);
        connection.close();
        connection = null;
        request = null;
        lastWrite = null;
        hasSelected = false;
        window = null;
    }

    private void ask() {
        Machine machine = connection.machine();
        request = hasSelected ? next() : workload.selection();
        hasSelected = true;
        request.commands().forEach(connection::send);
        isJudged = false;
        askedMicros = world.micros();
        earliestEpochMs = machine.micros() / 1_000;
        latestEpochMs = earliestEpochMs;
        window = new ReadWindow(world.books().size(), workload.database(), request.keys());
        for (int shard = 0; shard < world.books().size(); shard++) {
            LogWatch log = machine.logs().get(shard);
            saw(machine, shard, log.last(), log.state());
        }
        world.trace().event("client " + id + " asks " + machine + ": " + text(request.commands()));
    }

    private Request next() {
        boolean isToken =
                world.isTokenWanted() && lastWrite != null && world.random().nextInt(2) == 0;
        return isToken ? SpreadWorkload.token() : workload.next(lastWrite != null, token);
    }

    private static String text(List<List<String>> commands) {
        StringBuilder text = new StringBuilder();
        for (List<String> command : commands) {
            for (String word : command) {
                text.append(word.length() > 30 ? word.substring(0, 20) + "~" + word.length() : word)
                        .append(' ');
            }
            text.append("; ");
        }
        return text.toString();
    }

    private void takeReplies() {
        if (request == null || !isJudged || !connection.take(request.commands().size())) {
            return;
        }
        boolean mayAskElsewhere = request.kind() == Kind.TOKEN;
        request = null;
        if (world.random().nextInt(mayAskElsewhere ? 2 : 12) == 0) {
            leave("as it likes");
        }
    }

    /** A shard of a node came to a state, by a record. */
    void saw(Machine machine, int shard, LoggedRecord at, Keyspace state) {
        boolean isReading = request != null && request.kind().isRead();
        if (isReading && connection.machine() == machine && !isJudged) {
            window.saw(shard, at, state, world.step());
        }
    }

    /** After a step of the node: judges the replies that it gave. */
    void judge(Machine machine) {
        if (connection == null || connection.machine() != machine || request == null || isJudged) {
            return;
        }
        List<Object> replies = connection.peek(request.commands().size());
        if (replies == null) {
            return;
        }
        isJudged = true;
        if (request.kind() == Kind.WRITES) {
            judgeWrites(machine, replies);
            return;
        }
        Object last = replies.get(replies.size() - 1);
        String text = String.valueOf(last);
        world.trace().event(machine + " answers client " + id + ": " + text.substring(0, Math.min(text.length(), 60)));
        boolean isError = last instanceof Status status && status.isError();
        world.tally().count((isError ? "errors for " : "replies to ") + request.kind());
        if (!isError) {
            judge(machine, last);
        }
    }

    private void judge(Machine machine, Object reply) {
        switch (request.kind()) {
            case WRITE:
                judgeWrite(machine, request.marks());
                break;
            case WRITE_IF:
                if (reply != RespReader.NIL && !reply.equals(0L)) {
                    judgeWrite(machine, request.marks());
                }
                break;
            case TOKEN:
                token = (String) reply;
                tokenWrite = lastWrite;
                break;
            case WAIT_TOKEN:
                tokenWrite.requireOn(machine);
                break;
            case READ:
                judgeRead(machine, (List<?>) reply);
                break;
            case ELEMENTS:
                judgeElements(machine, (List<?>) reply);
                break;
            case COUNT:
                judgeRead(machine, List.of(String.valueOf(reply)));
                break;
            case WAIT:
                acknowledged(machine, ((Long) reply).intValue());
                break;
            default:
                break;
        }
    }

    private void judgeWrites(Machine machine, List<Object> replies) {
        world.trace().event(machine + " answers client " + id + ": " + replies);
        for (int i = 0; i < replies.size(); i++) {
            boolean isError = ((Status) replies.get(i)).isError();
            world.tally().count((isError ? "errors for " : "replies to ") + request.kind());
            if (!isError) {
                judgeWrite(machine, List.of(request.marks().get(i)));
            }
        }
    }

    private void judgeWrite(Machine machine, List<String> marks) {
        AnsweredWrite write = AnsweredWrite.of(machine, world.books(), marks);
        write.require(machine, world.isAlwaysForced());
        write.promise(world.books(), world.isPrimary(machine));
        if (write.isOverShards()) {
            world.tally().count("transactions over several shards answered");
        }
        lastWrite = write;
        if (world.ackReplicas() > 0) {
            acknowledged(machine, world.ackReplicas());
        }
    }

    private void judgeRead(Machine machine, List<?> reply) {
        jumped(machine);
        ReadWindow.Match match = (key, value) -> matches(value, reply.get(key));
        Invariant.SERVED.require(
                window.isEachShown(match),
                () -> machine + " answered " + request.keys() + " with " + shown(reply) + ", in its log they were"
                        + window.text());
        Invariant.ATOMIC.require(
                window.isShownAtOnce(match),
                () -> machine + " answered " + request.keys() + " with " + shown(reply) + ", never at once, but"
                        + window.text());
    }

    /** All elements of one collection: those that it had at one moment, none when it was not there. */
    private void judgeElements(Machine machine, List<?> reply) {
        jumped(machine);
        Invariant.SERVED.require(
                window.isEachShown((key, value) -> holds(value, reply)),
                () -> machine + " answered " + request.commands() + " with " + reply + ", in its log they were"
                        + window.text());
    }

    private boolean holds(Keyspace.Value value, List<?> reply) {
        if (reply.isEmpty() && (value == null || mayBeGone(value))) {
            return true;
        }
        return value != null && mayBeThere(value) && value.elements().isReply(reply);
    }

    private boolean mayBeGone(Keyspace.Value value) {
        return value.deadline() != 0 && value.deadline() <= latestEpochMs;
    }

    private boolean mayBeThere(Keyspace.Value value) {
        return value.deadline() == 0 || value.deadline() > earliestEpochMs;
    }

    private static String shown(List<?> reply) {
        return reply.stream()
                .map(String::valueOf)
                .map(text -> text.substring(0, Math.min(20, text.length())) + "(" + text.length() + ")")
                .toList()
                .toString();
    }

    /** The node's clock was set: keys expire by any time that it has shown since the question. */
    void jumped(Machine machine) {
        if (connection != null && connection.machine() == machine) {
            long now = machine.micros() / 1_000;
            earliestEpochMs = Math.min(earliestEpochMs, now);
            latestEpochMs = Math.max(latestEpochMs, now);
        }
    }

    private boolean matches(Keyspace.Value value, Object reply) {
        return reply == RespReader.NIL
                ? value == null || mayBeGone(value)
                : value != null
                        && mayBeThere(value)
                        && Keyspace.text(value.bytes()).equals(reply);
    }

    /** Somebody said that this many replicas have the last write. */
    private void acknowledged(Machine machine, int replicas) {
        lastWrite.acknowledged(machine, replicas, world);
        if (replicas > 0) {
            world.tally().count("writes acknowledged by replicas");
        }
    }
}
