package io.tailrace.node.value;

/**
 * How many elements a HyperLogLog has counted, by how many of its registers have which value. Stateless.
 *
 * <p>The estimator is that of Otmar Ertl, "New cardinality estimation algorithms for HyperLogLog sketches", arXiv:1702.01284,
 * section 4, which Redis uses: the results are the same to the last bit, as long as every step is rounded as there.
 */
final class RegisterHistogram {
    /** Of a histogram: a register has six bits. */
    static final int SIZE = 64;

    /** Bits of a hash that a run is looked for in. */
    private static final int RUN_BITS = 50;

    /** 1 / (2 ln 2). */
    private static final double ALPHA = 0.721347520444481703680;

    private RegisterHistogram() {}

    static long estimate(int[] histogram) {
        double registers = HyperLogLog.REGISTERS;
        double z = registers * tau((registers - histogram[RUN_BITS + 1]) / registers);
        for (int value = RUN_BITS; value >= 1; value--) {
            z += histogram[value];
            z *= 0.5;
        }
        z += registers * sigma(histogram[0] / registers);
        return round(ALPHA * registers * registers / z);
    }

    /** As C's llroundl: halves away from 0; what is too large becomes the least number. */
    private static long round(double number) {
        double floor = Math.floor(number);
        double rounded = number - floor >= 0.5 ? floor + 1 : floor;
        return rounded < 0x1p63 ? (long) rounded : Long.MIN_VALUE;
    }

    private static double sigma(double share) {
        if (share == 1) {
            return Double.POSITIVE_INFINITY;
        }
        double x = share;
        double y = 1;
        double z = share;
        double before;
        do {
            x *= x;
            before = z;
            z += x * y;
            y += y;
        } while (before != z);
        return z;
    }

    private static double tau(double share) {
        if (share == 0 || share == 1) {
            return 0;
        }
        double x = share;
        double y = 1;
        double z = 1 - share;
        double before;
        do {
            x = Math.sqrt(x);
            before = z;
            y *= 0.5;
            z -= (1 - x) * (1 - x) * y;
        } while (before != z);
        return z / 3;
    }
}
