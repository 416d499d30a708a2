package io.tailrace.node.watch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The newest commands that took longer than {@code slowlog-log-slower-than}, of all shards. Any thread. */
public final class SlowLog {
    /**
     * One command.
     *
     * @param arguments cut as Redis cuts them; a character a byte
     */
    public record Entry(
            long id, long seconds, long micros, List<String> arguments, String address, String clientName) {}

    private final Deque<Entry> entries = new ArrayDeque<>();
    private long most = Long.MAX_VALUE;
    private long nextId;

    /** Forgets the oldest ones above a number from the next one on, as in Redis. */
    synchronized void limit(long newMost) {
        most = newMost;
    }

    private void trim() {
        while (entries.size() > most) {
            entries.removeLast();
        }
    }

    /** Adds a command that was run at a time, in epoch seconds, and took this long; the oldest may go for it. Any thread. */
    public synchronized void add(long seconds, long micros, List<String> arguments, String address, String clientName) {
        entries.addFirst(new Entry(nextId++, seconds, micros, List.copyOf(arguments), address, clientName));
        trim();
    }

    /** The newest first. */
    public synchronized List<Entry> newest(long count) {
        List<Entry> newest = new ArrayList<>();
        for (Entry entry : entries) {
            if (newest.size() < count) {
                newest.add(entry);
            }
        }
        return newest;
    }

    public synchronized int size() {
        return entries.size();
    }

    public synchronized void reset() {
        entries.clear();
    }
}
