package io.tailrace.node.watch;

import java.util.ArrayList;
import java.util.List;

/**
 * What users were refused, the newest first: the same refusal of the same client within a minute counts up what is there. Any thread.
 */
public final class AclLog {
    private static final long SAME_MILLIS = 60_000;

    /** How many of the newest are looked at for one that is the same. */
    private static final int COMPARED = 10;

    /** Why: of two that hold, Redis tells the later one. */
    public enum Reason {
        COMMAND,
        KEY,
        AUTH,
        CHANNEL
    }

    /** Where the command ran. */
    public enum Context {
        TOPLEVEL,
        MULTI,
        LUA
    }

    /**
     * A refusal.
     *
     * @param object the command, key or channel
     * @param user the name given
     * @param clientLine the client as in CLIENT LIST, at the last time
     * @param epochMs of the last time, epoch
     */
    public record Entry(
            long count, Reason reason, Context context, String object, String user, long epochMs, String clientLine) {
        private boolean isSame(
                Reason otherReason, Context otherContext, String otherObject, String otherUser, long now) {
            return reason == otherReason
                    && context == otherContext
                    && object.equals(otherObject)
                    && user.equals(otherUser)
                    && Math.abs(now - epochMs) <= SAME_MILLIS;
        }
    }

    private final List<Entry> entries = new ArrayList<>();
    private long most = Long.MAX_VALUE;

    /** From the next one on, as in Redis. */
    synchronized void limit(long newMost) {
        most = newMost;
    }

    private void trim() {
        while (entries.size() > most) {
            entries.remove(entries.size() - 1);
        }
    }

    /** Adds a denial, or counts it for an entry of the same one a short while ago. Any thread. */
    public synchronized void add(
            Reason reason, Context context, String object, String user, String clientLine, long nowEpochMs) {
        for (int i = 0; i < Math.min(COMPARED, entries.size()); i++) {
            Entry entry = entries.get(i);
            if (entry.isSame(reason, context, object, user, nowEpochMs)) {
                entries.remove(i);
                entries.add(0, again(entry, nowEpochMs, clientLine));
                return;
            }
        }
        entries.add(0, new Entry(1, reason, context, object, user, nowEpochMs, clientLine));
        trim();
    }

    private static Entry again(Entry entry, long nowEpochMs, String clientLine) {
        return new Entry(
                entry.count + 1, entry.reason, entry.context, entry.object, entry.user, nowEpochMs, clientLine);
    }

    public synchronized List<Entry> newest(long count) {
        return List.copyOf(entries.subList(0, (int) Math.min(count, entries.size())));
    }

    public synchronized void reset() {
        entries.clear();
    }
}
