package io.tailrace.node.services;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What INFO's commandstats and errorstats count, of the commands that one reactor's thread ran, which owns it. Counting a command
 * that was run before leaves no garbage; an error reply leaves its code.
 *
 * <p>A command of a client is counted where it runs; one that runs on several shards counts once, and its time on all of them.
 */
public final class CommandStats {
    /** As many different ones are told apart, so that errors that a client makes up fill no memory. */
    private static final int MAX_CODES = 128;

    private static final int MAX_CODE = 32;
    private static final String NAMELESS = "ERR";

    /** Of one command, or subcommand. */
    public static final class Row {
        private final String name;
        private long calls;
        private long micros;
        private long rejected;
        private long failed;

        private Row(String name) {
            this.name = name;
        }

        private boolean isUsed() {
            return calls > 0 || rejected > 0 || failed > 0;
        }
    }

    /**
     * As they were at one moment.
     *
     * @param micros of all calls
     * @param rejected refused before they ran
     * @param failed that replied with an error
     */
    public record Calls(String name, long calls, long micros, long rejected, long failed) {}

    /** @param errors how many error replies began with each code */
    public record Snapshot(long calls, long errorReplies, List<Calls> commands, Map<String, Long> errors) {
        public static final Snapshot NONE = new Snapshot(0, 0, List.of(), Map.of());
    }

    private final Map<Object, Row> rows = new IdentityHashMap<>();
    private final Map<String, long[]> errors = new HashMap<>();
    private long calls;
    private long errorReplies;
    private boolean isPart;

    /** @param command whatever stands for it, always the same object */
    public Row row(Object command, String name) {
        Row row = rows.get(command);
        if (row == null) {
            row = new Row(name);
            rows.put(command, row);
        }
        return row;
    }

    /** The commands that follow are parts of one that is counted elsewhere, or no more. */
    public void part(boolean isPartOfAnother) {
        isPart = isPartOfAnother;
    }

    /**
     * A command was run.
     *
     * @param start of its reply, which is at {@code reply}'s end now unless it comes later
     */
    public void ran(Row row, long micros, ReplyWriter reply, int start) {
        ran(row, micros, reply, start, false);
    }

    /** @param isCounted whether an error that it replies with is counted already, as of a command that a script called */
    public void ran(Row row, long micros, ReplyWriter reply, int start, boolean isCounted) {
        row.micros += micros;
        if (!isPart) {
            row.calls++;
            calls++;
        }
        if (isError(reply, start)) {
            row.failed++;
            if (!isCounted) {
                error(reply, start);
            }
        }
    }

    /** A command that waited, and was counted when it began to, has got its reply. */
    public void waited(Row row, ReplyWriter reply, int start) {
        if (isError(reply, start)) {
            row.failed++;
            error(reply, start);
        }
    }

    /** A command was refused when it was to run; its reply is the error. */
    public void refused(Row row, ReplyWriter reply, int start) {
        row.rejected++;
        error(reply, start);
    }

    /** A command was refused before that. */
    public void rejected(Row row) {
        row.rejected++;
    }

    private static boolean isError(ReplyWriter reply, int start) {
        return reply.position() > start && Memory.getByte(reply.address() + start) == '-';
    }

    private void error(ReplyWriter reply, int start) {
        long at = reply.address() + start + 1;
        int most = Math.min(reply.position() - start - 1, MAX_CODE);
        int length = 0;
        while (length < most && Memory.getByte(at + length) > ' ') {
            length++;
        }
        boolean isOneWord = length < most && Memory.getByte(at + length) != ' ';
        count(isOneWord ? NAMELESS : Memory.toAscii(at, length));
    }

    /** An error reply was given; its code is its first word, if there are more. */
    public void error(String text) {
        int end = text.indexOf(' ');
        count(end < 0 ? NAMELESS : text.substring(0, end));
    }

    private void count(String code) {
        errorReplies++;
        if (errors.size() < MAX_CODES || errors.containsKey(code)) {
            errors.computeIfAbsent(code, any -> new long[1])[0]++;
        }
    }

    public long calls() {
        return calls;
    }

    public Snapshot snapshot() {
        List<Calls> commands = new ArrayList<>();
        for (Row row : rows.values()) {
            if (row.isUsed()) {
                commands.add(new Calls(row.name, row.calls, row.micros, row.rejected, row.failed));
            }
        }
        commands.sort(Comparator.comparing(Calls::name));
        Map<String, Long> counts = new TreeMap<>();
        errors.forEach((code, count) -> counts.put(code, count[0]));
        return new Snapshot(calls, errorReplies, List.copyOf(commands), counts);
    }

    public void reset() {
        rows.values().forEach(row -> {
            row.calls = 0;
            row.micros = 0;
            row.rejected = 0;
            row.failed = 0;
        });
        errors.clear();
        calls = 0;
        errorReplies = 0;
    }
}
