package io.tailrace.node.command;

/**
 * The arc sine to the last bit, but for one in some thousands: that of {@link Math} is up to one unit off in the last place, and then
 * distances that are stored as scores would not be those of Redis, whose C library is exact to nearly half a unit. A step of Newton's
 * method with a sine of twice the precision, which is kept as a sum of two doubles (T. J. Dekker, Numerische Mathematik 18, 1971).
 */
final class ArcSine {
    /** Of the sine's power series; the last is below 2^-106 for a quarter of a turn. */
    private static final int TERMS = 16;

    private double high;
    private double low;

    private ArcSine() {}

    /** @param sine from 0 to 1 */
    static double of(double sine) {
        double near = Math.asin(sine);
        double slope = Math.cos(near);
        if (!(slope > 1e-6) || near == 0) {
            return near;
        }
        ArcSine sum = new ArcSine();
        sum.sine(near);
        return near + (sine - sum.high - sum.low) / slope;
    }

    private void sine(double angle) {
        double square = angle * angle;
        double squareLow = Math.fma(angle, angle, -square);
        double term = angle;
        double termLow = 0;
        high = angle;
        low = 0;
        for (int i = 1; i < TERMS; i++) {
            double product = term * square;
            double productLow = Math.fma(term, square, -product) + term * squareLow + termLow * square;
            double divisor = -(2.0 * i) * (2 * i + 1);
            term = product / divisor;
            termLow = (Math.fma(-term, divisor, product) + productLow) / divisor;
            add(term, termLow);
        }
    }

    /** Adds something smaller. */
    private void add(double term, double termLow) {
        double sum = high + term;
        low += term - (sum - high) + termLow;
        high = sum;
    }
}
