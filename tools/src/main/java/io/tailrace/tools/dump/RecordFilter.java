package io.tailrace.tools.dump;

import io.tailrace.wire.memory.GlobPattern;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.EffectCursor;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import io.tailrace.wire.resp.Arguments;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * Passes what was asked for: commands by key, by name and by value, and records by history. An effect without a key, as FLUSHALL, touches every key. Holds
 * native memory; one thread.
 */
final class RecordFilter implements AutoCloseable {
    private final Glob keys;
    private final Glob values;
    private final Set<Effect> commands;
    private final String history;
    private final EffectCursor cursor = new EffectCursor();

    /** Its bytes and the pattern over them. */
    private record Glob(NativeBuffer bytes, GlobPattern pattern) implements AutoCloseable {
        static Glob of(String text) {
            if (text == null) {
                return null;
            }
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            NativeBuffer bytes = new NativeBuffer(Math.max(1, utf8.length));
            Memory.copyIn(utf8, 0, bytes.address(), utf8.length);
            return new Glob(bytes, new GlobPattern(bytes.address(), utf8.length));
        }

        boolean matches(Arguments command, int from, int to) {
            for (int i = from; i < to; i++) {
                if (pattern.matches(command.address(i), command.length(i))) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public void close() {
            bytes.close();
        }
    }

    /** @throws IllegalArgumentException for a name that is not an effect */
    RecordFilter(DumpRequest.Selection selection) {
        commands = selection.commands() == null ? null : effects(selection.commands());
        keys = Glob.of(selection.keys());
        values = Glob.of(selection.values());
        history = selection.history();
    }

    /** The effects of a list of names. Throws IllegalArgumentException for one that is none, naming those there are. */
    static Set<Effect> effects(String names) {
        Set<Effect> effects = EnumSet.noneOf(Effect.class);
        for (String name : names.split(",")) {
            try {
                effects.add(Effect.valueOf(name.trim().toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "'" + name + "' is not an effect that is logged; there are " + EnumSet.allOf(Effect.class), e);
            }
        }
        return effects;
    }

    /** Whether segment records are shown, too: not where commands are chosen. */
    boolean takesSegments() {
        return keys == null && values == null && commands == null;
    }

    /** Whether the records of a segment are wanted at all. */
    boolean takes(SegmentRecord opening) {
        return history == null || opening != null && opening.history().startsWith(history);
    }

    /** Whether any command of the record is wanted; one that can't be read is. */
    boolean takesAny(RecordView record) {
        if (takesSegments() || record.problem() != null) {
            return true;
        }
        cursor.wrap(record);
        while (cursor.next()) {
            if (takes(cursor.arguments())) {
                return true;
            }
        }
        return false;
    }

    /** Whether a command is wanted. An effect of a later version, whose keys aren't known here, is, by key. */
    boolean takes(Arguments command) {
        if (takesSegments()) {
            return true;
        }
        Effect effect = Effect.of(command);
        if (commands != null && (effect == null || !commands.contains(effect))) {
            return false;
        }
        if ((effect == Effect.SELECT || effect == Effect.ECHO) && commands == null) {
            // the printer of what follows prints the first before it; the second does nothing
            return false;
        }
        if (effect == null || effect.key() == 0) {
            return values == null;
        }
        boolean hasKey = keys == null
                || matchesKey(command, effect.key())
                || matchesKey(command, effect.secondKey())
                || matchesKey(command, effect.sourceKey());
        int valuesAt = Math.max(effect.key(), effect.sourceKey()) + 1;
        return hasKey && (values == null || values.matches(command, valuesAt, command.count()));
    }

    private boolean matchesKey(Arguments command, int key) {
        return key > 0 && keys.matches(command, key, key + 1);
    }

    @Override
    public void close() {
        if (keys != null) {
            keys.close();
        }
        if (values != null) {
            values.close();
        }
    }
}
