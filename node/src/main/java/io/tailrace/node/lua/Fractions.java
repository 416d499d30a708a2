package io.tailrace.node.lua;

/** A number as fraction and power of two, and back, as C's frexp and ldexp. */
final class Fractions {
    private static final double TWO_54 = 0x1p54;

    private Fractions() {}

    private static boolean isPlain(double x) {
        return x != 0 && x - x == 0;
    }

    static int exponent(double x) {
        if (!isPlain(x)) {
            return 0;
        }
        return Math.abs(x) < Double.MIN_NORMAL ? Math.getExponent(x * TWO_54) + 1 - 54 : Math.getExponent(x) + 1;
    }

    static double fraction(double x) {
        if (!isPlain(x)) {
            return x;
        }
        double normal = Math.abs(x) < Double.MIN_NORMAL ? x * TWO_54 : x;
        return Math.scalb(normal, -Math.getExponent(normal) - 1);
    }

    static double scale(double x, int exponent) {
        return x != x ? x : Math.scalb(x, exponent);
    }
}
