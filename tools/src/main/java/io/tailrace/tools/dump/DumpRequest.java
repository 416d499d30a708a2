package io.tailrace.tools.dump;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/**
 * What to dump and how.
 *
 * @param source a data directory, or one of a shard, a generation or a queue, or one segment's file
 * @param shard the only one wanted, or null
 */
public record DumpRequest(
        Path source, Integer shard, Range range, Selection selection, Style style, Purpose purpose, Set<Flag> flags) {

    /** What becomes of the records. */
    public enum Purpose {
        /** They are printed. */
        PRINT,
        /** They are checked, and summed up. */
        VERIFY,
        /** They are counted. */
        STATS
    }

    /** How the log is read. */
    public enum Flag {
        /** On and on, as the node writes. */
        FOLLOW,
        /** From its end. */
        NEWEST_FIRST,
        /** Over records that are not good, which are marked. */
        IGNORE_DAMAGE
    }

    /**
     * Which part of the log.
     *
     * @param from null for the oldest record
     * @param to the last one wanted, or null
     * @param limit how many records at most
     * @param tail only this many of the last ones, or Long.MAX_VALUE
     */
    public record Range(LogPosition from, LogPosition to, long limit, long tail) {
        static final Range ALL = new Range(null, null, Long.MAX_VALUE, Long.MAX_VALUE);

        boolean isTail() {
            return tail != Long.MAX_VALUE;
        }
    }

    /**
     * Which records and commands of it; null for all.
     *
     * @param keys a glob pattern
     * @param commands names of effects, separated by commas
     * @param values a glob pattern for any argument after the key
     * @param history how its identity begins
     */
    public record Selection(String keys, String commands, String values, String history) {
        static final Selection ALL = new Selection(null, null, null, null);

        /** Whether some are left out. */
        boolean isAny() {
            return !equals(ALL);
        }

        /** Throws IllegalArgumentException for a list in which one is not an effect, naming those there are. */
        public static void check(String commands) {
            RecordFilter.effects(commands);
        }
    }

    /**
     * How records are printed.
     *
     * @param hasOffsets with file position and length
     * @param isHex the payload's bytes instead of commands
     * @param longest bytes of an argument before it is cut
     */
    public record Style(DumpFormat format, boolean hasOffsets, boolean isHex, int longest) {
        /** Bytes of an argument before it is cut; a command's name never is. */
        int longest(int argument) {
            return argument == 0 ? Integer.MAX_VALUE : longest;
        }

        static final Style TEXT = new Style(DumpFormat.TEXT, false, false, Integer.MAX_VALUE);
    }

    public DumpRequest {
        flags = flags.isEmpty() ? EnumSet.noneOf(Flag.class) : EnumSet.copyOf(flags);
    }

    /** All of it, as text. */
    public static DumpRequest of(Path source) {
        return new DumpRequest(
                source, null, Range.ALL, Selection.ALL, Style.TEXT, Purpose.PRINT, EnumSet.noneOf(Flag.class));
    }

    /** The same for records between two positions, each of which may be null for none. */
    public DumpRequest range(LogPosition from, LogPosition to) {
        Range wanted = new Range(from, to, range.limit, range.tail);
        return new DumpRequest(source, shard, wanted, selection, style, purpose, flags);
    }

    public DumpRequest purpose(Purpose other) {
        return new DumpRequest(source, shard, range, selection, style, other, flags);
    }

    /** @param isHex whether payloads are shown as they are */
    DumpRequest as(DumpFormat format, boolean isHex) {
        return new DumpRequest(
                source, shard, range, selection, new Style(format, false, isHex, Integer.MAX_VALUE), purpose, flags);
    }

    public DumpRequest flags(Set<Flag> wanted) {
        return new DumpRequest(source, shard, range, selection, style, purpose, wanted);
    }

    boolean has(Flag flag) {
        return flags.contains(flag);
    }

    /**
     * What to say of a log of which no record was wanted; null when that needs no word.
     *
     * @param isFiltered whether there were records, of which none passed the filter
     */
    String nothing(boolean isFiltered) {
        LogPosition from = range.from();
        LogPosition to = range.to();
        if (from == null && to == null) {
            return isFiltered ? " has no record that matches" : null;
        }
        String begin = from == null ? "" : " at or after " + from;
        String end = to == null ? "" : (from == null ? " at or before " : " up to ") + to;
        return " has no record" + (isFiltered ? " that matches" : "") + begin + end;
    }

    boolean isPrinting() {
        return purpose == Purpose.PRINT;
    }
}
