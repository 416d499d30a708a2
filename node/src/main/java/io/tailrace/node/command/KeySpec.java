package io.tailrace.node.command;

import io.tailrace.wire.resp.Arguments;
import java.util.List;

/**
 * Where some of a command's keys are and what happens to them, as COMMAND INFO shows it (Redis 7.0, "key specifications"): a
 * begin is looked for, and from there the keys are found. Immutable: any thread.
 *
 * <pre>
 *  begin    index I       argument I
 *           keyword W F   the argument after the first that is W, from argument F on; F negative: backwards from the end
 *           unknown       not to be told from the arguments
 *  find     range L S N   from the start on, each S, up to L after it; L negative: from the end, of a part 1/N of what is left
 *           keynum A F S  argument begin + A says how many, the first is at begin + F, then each S
 *           unknown
 * </pre>
 *
 * @param notes or null
 */
record KeySpec(List<String> flags, Step begin, Step find, String notes) {
    /** A step of the search: its name, a keyword or "", and its numbers in the order of the table above. */
    record Step(String type, String keyword, long... numbers) {
        /** As in {@code commands.txt}: words between spaces. */
        static Step parse(String text) {
            String[] words = text.split(" ");
            boolean hasKeyword = "keyword".equals(words[0]);
            long[] numbers = new long[words.length - (hasKeyword ? 2 : 1)];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = Long.parseLong(words[words.length - numbers.length + i]);
            }
            return new Step(words[0], hasKeyword ? words[1] : "", numbers);
        }

        boolean is(String name) {
            return type.equals(name);
        }
    }

    /** Some of a request's keys: arguments {@code first}, {@code first + step} and so on up to {@code last}. */
    static final class Range {
        int first;
        int last;
        int step;

        private boolean set(long newFirst, long newLast, long newStep, int count) {
            first = (int) newFirst;
            last = (int) Math.min(newLast, count - 1L);
            step = (int) newStep;
            return true;
        }
    }

    /** Whether the command tells something of the value. */
    boolean reads() {
        return flags.contains("access");
    }

    /** Whether it changes the value. */
    boolean writes() {
        return flags.contains("insert") || flags.contains("delete") || flags.contains("update");
    }

    /** Whether it depends on the arguments which of this it does. */
    boolean isVariable() {
        return flags.contains("variable_flags");
    }

    /**
     * Finds the keys of a request. An empty range, with {@code first > last}, when it names none.
     *
     * @return whether the request has such keys and says where
     */
    boolean locate(Arguments arguments, Range range) {
        int begin = beginOf(arguments);
        return begin > 0 && begin < arguments.count() && locate(arguments, begin, range);
    }

    /** Whether it can't be told from the arguments where they are. */
    boolean isUnknown() {
        return begin.is("unknown");
    }

    private int beginOf(Arguments arguments) {
        return switch (begin.type) {
            case "index" -> (int) begin.numbers[0];
            case "keyword" -> afterKeyword(arguments, (int) begin.numbers[0]);
            default -> 0;
        };
    }

    private int afterKeyword(Arguments arguments, int from) {
        int step = from > 0 ? 1 : -1;
        for (int i = from > 0 ? from : arguments.count() + from; i > 0 && i < arguments.count(); i += step) {
            if (arguments.is(i, begin.keyword)) {
                return i + 1;
            }
        }
        return 0;
    }

    private boolean locate(Arguments arguments, int first, Range range) {
        int count = arguments.count();
        long[] numbers = find.numbers;
        if (find.is("range")) {
            long left = count - (long) first;
            long part = numbers[2] > 1 ? left / numbers[2] : left;
            return range.set(first, first + (numbers[0] >= 0 ? numbers[0] : part + numbers[0]), numbers[1], count);
        }
        if (find.is("keynum")) {
            int at = first + (int) numbers[0];
            long keys = at < count && arguments.isLong(at) ? arguments.parseLong(at) : 0;
            long firstKey = first + numbers[1];
            boolean isWhole = keys > 0 && keys <= count && firstKey + (keys - 1) * numbers[2] < count;
            return isWhole && range.set(firstKey, firstKey + (keys - 1) * numbers[2], numbers[2], count);
        }
        return false;
    }
}
