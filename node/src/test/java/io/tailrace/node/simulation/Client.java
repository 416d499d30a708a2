package io.tailrace.node.simulation;

import io.tailrace.node.simulation.Request.Kind;
import io.tailrace.node.simulation.RespReader.Status;
import java.io.IOException;
import java.util.ArrayList;
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
    private final List<List<Keyspace.Value>> window = new ArrayList<>();
    private RespConnection connection;
    private Request request;
    private LogBook.Promise lastPromise;
    private boolean isJudged;
    private boolean hasSelected;
    private long askedMicros;
    private long earliestMillis;
    private long latestMillis;

    Client(World world, int id, HostSockets sockets, Profile profile) {
        this.world = world;
        this.id = id;
        this.sockets = sockets;
        workload = new Workload(world.random(), id, profile.largeIn(), profile.hasCollections());
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
        lastPromise = null;
        hasSelected = false;
        window.clear();
    }

    private void ask() {
        Machine machine = connection.machine();
        request = hasSelected ? workload.next(lastPromise != null) : workload.selection();
        hasSelected = true;
        request.commands().forEach(connection::send);
        isJudged = false;
        askedMicros = world.micros();
        earliestMillis = machine.micros() / 1_000;
        latestMillis = earliestMillis;
        window.clear();
        machine.logs().forEach(log -> saw(machine, log.state()));
        world.trace().event("client " + id + " asks " + machine + ": " + text(request.commands()));
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
        request = null;
        if (world.random().nextInt(12) == 0) {
            leave("as it likes");
        }
    }

    /** A node's store came to a state. */
    void saw(Machine machine, Keyspace state) {
        boolean isReading = request != null && request.kind().isRead();
        if (isReading && connection.machine() == machine && !isJudged) {
            window.add(request.keys().stream()
                    .map(key -> state.get(workload.database(), key))
                    .toList());
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
        for (int shard = 0; shard < world.books().size(); shard++) {
            LogBook book = world.books().get(shard);
            LoggedRecord record = book.write(marks.get(0));
            if (record != null) {
                judgeWrite(machine, machine.logs().get(shard), book, record, marks);
                return;
            }
        }
        Invariant.ANSWERED.require(false, machine + " answered " + marks + ", which nobody has logged");
    }

    private void judgeWrite(Machine machine, LogWatch log, LogBook book, LoggedRecord record, List<String> marks) {
        Invariant.ANSWERED.require(
                marks.stream().allMatch(mark -> book.write(mark) == record),
                machine + " answered " + marks + ", which are several records");
        Invariant.ANSWERED.require(
                record.holders().contains(machine.host()), machine + " answered " + marks + " without a record");
        Invariant.ANSWERED.require(
                !world.isAlwaysForced()
                        || log.durable() != null && log.durable().contains(record),
                machine + " answered " + marks + " before " + record + " was forced, up to " + log.durable());
        lastPromise = book.promise(record, world.isPrimary(machine));
        if (world.ackReplicas() > 0) {
            acknowledged(machine, world.ackReplicas());
        }
    }

    private void judgeRead(Machine machine, List<?> reply) {
        jumped(machine);
        boolean isOne = window.stream().anyMatch(values -> matches(values, reply));
        Invariant.SERVED.require(
                isOne,
                machine + " answered " + request.keys() + " with " + shown(reply) + ", in its log they were "
                        + window.stream()
                                .map(values -> values.stream()
                                        .map(value -> value == null ? "nothing" : value.text())
                                        .toList())
                                .toList());
    }

    /** All elements of one collection: those that it had at one moment, none when it was not there. */
    private void judgeElements(Machine machine, List<?> reply) {
        jumped(machine);
        boolean isOne = window.stream().anyMatch(values -> holds(values.get(0), reply));
        Invariant.SERVED.require(
                isOne,
                () -> machine + " answered " + request.commands() + " with " + reply + ", in its log they were "
                        + window.stream()
                                .map(values -> values.get(0) == null
                                        ? "nothing"
                                        : values.get(0).text())
                                .toList());
    }

    private boolean holds(Keyspace.Value value, List<?> reply) {
        if (reply.isEmpty() && (value == null || mayBeGone(value))) {
            return true;
        }
        return value != null && mayBeThere(value) && value.elements().isReply(reply);
    }

    private boolean mayBeGone(Keyspace.Value value) {
        return value.deadline() != 0 && value.deadline() <= latestMillis;
    }

    private boolean mayBeThere(Keyspace.Value value) {
        return value.deadline() == 0 || value.deadline() > earliestMillis;
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
            earliestMillis = Math.min(earliestMillis, now);
            latestMillis = Math.max(latestMillis, now);
        }
    }

    private boolean matches(List<Keyspace.Value> values, List<?> reply) {
        for (int i = 0; i < values.size(); i++) {
            Keyspace.Value value = values.get(i);
            boolean isEqual = reply.get(i) == RespReader.NIL
                    ? value == null || mayBeGone(value)
                    : value != null
                            && mayBeThere(value)
                            && Keyspace.text(value.bytes()).equals(reply.get(i));
            if (!isEqual) {
                return false;
            }
        }
        return true;
    }

    /** Somebody said that this many replicas have the last write. */
    private void acknowledged(Machine machine, int replicas) {
        LoggedRecord record = lastPromise.record();
        long others = record.holders().stream()
                .filter(holder -> !holder.equals(machine.host()))
                .count();
        Invariant.ACKNOWLEDGED.require(
                others >= replicas,
                machine + " says that " + replicas + " replicas have " + record + ", they are " + record.holders());
        lastPromise.raise(replicas, world.keepers(record));
        if (replicas > 0) {
            world.tally().count("writes acknowledged by replicas");
        }
    }
}
