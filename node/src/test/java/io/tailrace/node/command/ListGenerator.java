package io.tailrace.node.command;

import java.util.List;
import java.util.Random;

/** Random commands that write lists. */
final class ListGenerator {
    private final Random random;
    private final int keys;
    private final int members;

    /** @param members how many different elements there are, about as many as a list has */
    ListGenerator(Random random, int keys, int members) {
        this.random = random;
        this.keys = keys;
        this.members = members;
    }

    /** Adds the words of one command. */
    void add(List<String> words) {
        switch (random.nextInt(14)) {
            case 0, 1, 2, 3 -> {
                words.addAll(List.of(pick("LPUSH", "RPUSH", "RPUSH", "LPUSHX", "RPUSHX"), key()));
                for (int i = random.nextInt(12); i >= 0; i--) {
                    words.add(element());
                }
            }
            case 4 -> words.addAll(List.of(pick("LPOP", "RPOP"), key()));
            case 5 -> words.addAll(List.of(pick("LPOP", "RPOP"), key(), number(members / 3 + 2)));
            case 6 -> words.addAll(List.of("LSET", key(), index(), element()));
            case 7 -> words.addAll(List.of("LINSERT", key(), pick("BEFORE", "AFTER"), element(), element()));
            case 8 -> words.addAll(List.of("LREM", key(), Integer.toString(random.nextInt(7) - 3), element()));
            case 9 -> words.addAll(List.of("LMOVE", key(), key(), pick("LEFT", "RIGHT"), pick("LEFT", "RIGHT")));
            case 10 -> words.addAll(List.of("RPOPLPUSH", key(), key()));
            case 11 -> words.addAll(List.of("LMPOP", "2", key(), key(), pick("LEFT", "RIGHT"), "COUNT", number(5)));
            case 12 -> trim(words);
            default -> words.addAll(List.of("RPUSH", key(), element()));
        }
    }

    /** Seldom much, so that lists grow. */
    private void trim(List<String> words) {
        boolean isAny = random.nextInt(4) == 0;
        String first = isAny ? index() : Integer.toString(random.nextInt(3));
        String last = isAny ? index() : Integer.toString(-1 - random.nextInt(3));
        words.addAll(List.of("LTRIM", key(), first, last));
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private String key() {
        return "l" + random.nextInt(keys);
    }

    private String number(int most) {
        return Integer.toString(1 + random.nextInt(most));
    }

    private String index() {
        return Integer.toString(random.nextInt(2 * members) - members);
    }

    private String element() {
        return switch (random.nextInt(200)) {
            case 0 -> "";
            case 1 -> "long element ".repeat(120) + random.nextInt(members);
            case 2 -> "longer element ".repeat(3_000) + random.nextInt(members);
            default -> "m" + random.nextInt(members);
        };
    }
}
