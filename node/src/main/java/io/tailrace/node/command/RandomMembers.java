package io.tailrace.node.command;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;

/** Picks positions of a collection by chance, for commands such as HRANDFIELD. Stateless. */
final class RandomMembers {
    private RandomMembers() {}

    /** Picks this many positions of {@code size}, each as likely as any other whatever was picked before. */
    static void repeating(SplittableRandom random, long size, long count, LongConsumer picked) {
        for (long i = 0; i < count; i++) {
            picked.accept(random.nextLong(size));
        }
    }

    /** Picks this many different positions of {@code size}, or all, in ascending order; every choice is as likely. */
    static void distinct(SplittableRandom random, long size, long count, LongConsumer picked) {
        if (count > size / 3) {
            sample(random, size, Math.min(count, size), picked);
        } else {
            Arrays.stream(choose(random, size, (int) count)).forEach(picked);
        }
    }

    /** Selection sampling: one pass over all positions. Knuth, The Art of Computer Programming, 3.4.2, algorithm S. */
    private static void sample(SplittableRandom random, long size, long count, LongConsumer picked) {
        long wanted = count;
        for (long position = 0; wanted > 0; position++) {
            if (random.nextLong(size - position) < wanted) {
                picked.accept(position);
                wanted--;
            }
        }
    }

    /** Floyd's algorithm: as many steps as positions are wanted. Bentley and Floyd, CACM 30 (9), 1987. */
    private static long[] choose(SplittableRandom random, long size, int count) {
        Set<Long> chosen = new HashSet<>();
        for (long top = size - count; top < size; top++) {
            long position = random.nextLong(top + 1);
            if (!chosen.add(position)) {
                chosen.add(top);
            }
        }
        return chosen.stream().mapToLong(Long::longValue).sorted().toArray();
    }
}
