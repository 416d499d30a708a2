package io.tailrace.tools.bench;

import java.util.SplittableRandom;

/** In which order keys are asked for: a number below {@code keys} each time. For one thread; the same seed gives the same order. */
abstract class KeyOrder {
    /** The orders that there are. */
    enum Kind {
        UNIFORM,
        ZIPFIAN,
        SEQUENTIAL
    }

    private KeyOrder() {}

    abstract long next();

    static KeyOrder of(Kind kind, long keys, long seed) {
        return switch (kind) {
            case UNIFORM -> new Uniform(keys, seed);
            case ZIPFIAN -> new Zipfian(keys, seed);
            case SEQUENTIAL -> new Sequential(keys);
        };
    }

    private static final class Uniform extends KeyOrder {
        private final SplittableRandom random;
        private final long keys;

        private Uniform(long keys, long seed) {
            random = new SplittableRandom(seed);
            this.keys = keys;
        }

        @Override
        long next() {
            return random.nextLong(keys);
        }
    }

    private static final class Sequential extends KeyOrder {
        private final long keys;
        private long next;

        private Sequential(long keys) {
            this.keys = keys;
        }

        @Override
        long next() {
            long key = next;
            next = key + 1 == keys ? 0 : key + 1;
            return key;
        }
    }

    /**
     * The k-th most frequent key is asked for in proportion to {@code 1 / k^0.99}, as in YCSB (Gray and others, "Quickly generating
     * billion-record synthetic databases", 1994); which keys those are is scattered over all of them.
     */
    private static final class Zipfian extends KeyOrder {
        private static final double THETA = 0.99;
        private static final double ALPHA = 1 / (1 - THETA);
        private static final long SCATTER = 0x9e3779b97f4a7c15L;

        private final SplittableRandom random;
        private final long keys;
        private final double zeta;
        private final double eta;

        private Zipfian(long keys, long seed) {
            random = new SplittableRandom(seed);
            this.keys = keys;
            zeta = zeta(keys);
            eta = (1 - Math.pow(2.0 / keys, 1 - THETA)) / (1 - zeta(2) / zeta);
        }

        /** The sum of the first terms; of the rest its integral, which is within a millionth. */
        private static double zeta(long count) {
            long exact = Math.min(count, 1_000_000);
            double sum = 0;
            for (long i = 1; i <= exact; i++) {
                sum += Math.pow(i, -THETA);
            }
            return sum + (Math.pow(count, 1 - THETA) - Math.pow(exact, 1 - THETA)) / (1 - THETA);
        }

        @Override
        long next() {
            double of = random.nextDouble() * zeta;
            long rank;
            if (of < 1) {
                rank = 0;
            } else if (of < 1 + Math.pow(0.5, THETA)) {
                rank = 1;
            } else {
                rank = (long) (keys * Math.pow(eta * of / zeta - eta + 1, ALPHA));
            }
            return Long.remainderUnsigned(Math.min(rank, keys - 1) * SCATTER, keys);
        }
    }
}
