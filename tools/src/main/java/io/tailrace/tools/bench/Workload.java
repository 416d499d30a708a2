package io.tailrace.tools.bench;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What is asked for: commands by their weights, about keys in an order, with values of some lengths. For one thread. */
final class Workload {
    private static final int LENGTHS = 16;
    private static final long NUMBERS = 1_000_000_000_000L;
    /** Without a common divisor with {@link #NUMBERS}: the products of the first NUMBERS numbers all differ. */
    private static final long SCATTER = 618_033_988_749L;

    private final List<RequestTemplate[]> commands = new ArrayList<>();
    private final List<Integer> weights = new ArrayList<>();
    private final KeyOrder keys;
    private final SplittableRandom random;
    private final KeyOrder others;
    private long nextUnique;
    private int totalWeight;
    private int longest;

    /**
     * @param others numbers that have nothing to do with the keys
     * @param firstUnique of as many numbers as there will be requests, below a million million
     */
    Workload(KeyOrder keys, KeyOrder others, long firstUnique, long seed) {
        this.keys = keys;
        this.others = others;
        nextUnique = firstUnique;
        random = new SplittableRandom(seed);
    }

    /** Adds a command with values of {@code least} to {@code most} bytes, in this many steps at most. */
    void add(String command, int weight, int least, int most) {
        int count = least == most || !command.contains("{value}") ? 1 : Math.min(LENGTHS, most - least + 1);
        RequestTemplate[] templates = new RequestTemplate[count];
        for (int i = 0; i < count; i++) {
            int length = count == 1 ? least : (int) (least + (long) (most - least) * i / (count - 1));
            templates[i] = RequestTemplate.of(command, length);
            longest = Math.max(longest, templates[i].length());
        }
        commands.add(templates);
        weights.add(weight);
        totalWeight += weight;
    }

    /** The most bytes that a request has. */
    int longest() {
        return longest;
    }

    void putNext(ByteBuffer into) {
        RequestTemplate[] templates = commands.size() == 1 ? commands.get(0) : chosen();
        RequestTemplate template = templates.length == 1 ? templates[0] : templates[random.nextInt(templates.length)];
        template.put(
                into, keys.next(), template.wantsOther() ? others.next() : 0, template.wantsUnique() ? unique() : 0);
    }

    /** Scattered, so that what is added lands anywhere. */
    private long unique() {
        long high = Math.multiplyHigh(nextUnique, SCATTER);
        long low = nextUnique++ * SCATTER;
        // 2^64 = 18_446_744 * 10^12 + 73_709_551_616
        return (Long.remainderUnsigned(low, NUMBERS) + high % NUMBERS * 73_709_551_616L % NUMBERS) % NUMBERS;
    }

    private RequestTemplate[] chosen() {
        int at = random.nextInt(totalWeight);
        int i = 0;
        while (at >= weights.get(i)) {
            at -= weights.get(i);
            i++;
        }
        return commands.get(i);
    }
}
