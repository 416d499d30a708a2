package io.tailrace.wire.memory;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Doubles as Redis 7.0 prints them, with C's {@code %.17g}: {@code inf}, {@code -0}, {@code 3}, {@code 0.10000000000000001},
 * {@code 1e+21}. {@link DoubleReader} reads each back as the same number. Stateless, any thread; without garbage but for
 * numbers whose 17th digit takes more than 128 bits to tell.
 *
 * <p>The 17 digits are {@code value * 10^k}, rounded: the product of the number's 53 bits and the 128 first bits of the power
 * of ten. These are cut off, so the product may be too small by less than one in its 128th bit; when that could change the
 * rounding, exact arithmetic decides.
 */
public final class DoubleText {
    /** The longest text, {@code -2.2250738585072014e-308}. */
    public static final int MAX_LENGTH = 24;

    private static final int DIGITS = 17;
    private static final long TEN_TO_16 = 10_000_000_000_000_000L;
    private static final long TEN_TO_17 = 10 * TEN_TO_16;
    /** Below this exponent, and from {@link #DIGITS} on, there is one in the text. */
    private static final int PLAIN_MIN_EXPONENT = -4;

    private static final double LOGARITHM_ERROR = 1e-10;

    private static final int FRACTION_BITS = 52;
    private static final int EXPONENT_BIAS = 1075;
    private static final int MIN_POWER = -292;
    private static final int MAX_POWER = 341;
    /** 10^k is exact in the table for k from 0 to this, as 5^55 has 128 bits. */
    private static final int MAX_EXACT_POWER = 55;

    private static final long[] HIGH = new long[MAX_POWER - MIN_POWER + 1];
    private static final long[] LOW = new long[MAX_POWER - MIN_POWER + 1];
    /** 10^k is about {@code (HIGH, LOW) * 2^TWOS}. */
    private static final int[] TWOS = new int[MAX_POWER - MIN_POWER + 1];

    private static final MathContext ROUNDED = new MathContext(DIGITS, RoundingMode.HALF_EVEN);

    static {
        for (int power = MIN_POWER; power <= MAX_POWER; power++) {
            BigInteger ten = BigInteger.TEN.pow(Math.abs(power));
            // a power below 1 with more bits than are kept
            BigInteger bits = power >= 0
                    ? ten
                    : BigInteger.ONE.shiftLeft(ten.bitLength() + 2 * Long.SIZE).divide(ten);
            int twos = power >= 0 ? 0 : -ten.bitLength() - 2 * Long.SIZE;
            int surplus = bits.bitLength() - 2 * Long.SIZE;
            BigInteger kept = bits.shiftRight(surplus);
            HIGH[power - MIN_POWER] = kept.shiftRight(Long.SIZE).longValue();
            LOW[power - MIN_POWER] = kept.longValue();
            TWOS[power - MIN_POWER] = twos + surplus;
        }
    }

    private DoubleText() {}

    /** Writes the number at the address, at most {@link #MAX_LENGTH} bytes, and returns how many they were. */
    public static int write(long address, double value) {
        if (value == Math.rint(value) && Math.abs(value) < TEN_TO_17 && (value != 0 || 1 / value > 0)) {
            return Decimal.write(address, (long) value);
        }
        if (Double.isNaN(value)) {
            return ascii(address, "nan");
        }
        boolean isNegative = value < 0 || 1 / value < 0;
        if (isNegative) {
            Memory.putByte(address, (byte) '-');
        }
        int sign = isNegative ? 1 : 0;
        double magnitude = Math.abs(value);
        if (Double.isInfinite(value) || value == 0) {
            return sign + ascii(address + sign, value == 0 ? "0" : "inf");
        }
        return sign + digits(address + sign, magnitude);
    }

    private static int ascii(long address, String text) {
        for (int i = 0; i < text.length(); i++) {
            Memory.putByte(address + i, (byte) text.charAt(i));
        }
        return text.length();
    }

    private static int digits(long address, double value) {
        // rather one too low, as one too high may be hidden by the rounding
        int exponent = (int) Math.floor(Math.log10(value) - LOGARITHM_ERROR);
        long digits = scaled(value, DIGITS - 1 - exponent);
        if (digits >= TEN_TO_17) {
            exponent++;
            digits = scaled(value, DIGITS - 1 - exponent);
        }
        // out of what 128 bits can tell
        if (digits < TEN_TO_16 || digits >= TEN_TO_17) {
            BigDecimal rounded = new BigDecimal(value).round(ROUNDED);
            exponent = rounded.precision() - rounded.scale() - 1;
            digits = rounded.movePointRight(DIGITS - 1 - exponent).longValueExact();
        }
        return format(address, digits, exponent);
    }

    /** {@code value * 10^power}, rounded to the nearest, the even one of two; -1 when that can't be told for certain. */
    private static long scaled(double value, int power) {
        long bits = Double.doubleToRawLongBits(value);
        int biased = (int) (bits >>> FRACTION_BITS);
        long fraction = bits & (1L << FRACTION_BITS) - 1;
        long significand = biased == 0 ? fraction : fraction | 1L << FRACTION_BITS;
        int zeros = Long.numberOfLeadingZeros(significand);
        long normal = significand << zeros;
        int twos = Math.max(1, biased) - EXPONENT_BIAS - zeros + TWOS[power - MIN_POWER];

        long high = HIGH[power - MIN_POWER];
        long low = LOW[power - MIN_POWER];
        long lowest = normal * low;
        long middle = normal * high;
        long carried = middle + highOf(normal, low);
        long top = highOf(normal, high) + (Long.compareUnsigned(carried, middle) < 0 ? 1 : 0);

        // the point is this many bits into the 64 at the top
        int shift = -twos - 2 * Long.SIZE;
        if (shift <= 0 || shift >= Long.SIZE) {
            return -1;
        }
        long whole = top >>> shift;
        long part = top << Long.SIZE - shift | carried >>> shift;
        boolean isMore = (carried << Long.SIZE - shift | lowest) != 0;
        boolean isExact = power >= 0 && power <= MAX_EXACT_POWER;
        if (!isExact && (part == -1 || part == Long.MAX_VALUE || part == Long.MIN_VALUE)) {
            return -1;
        }
        if (part == Long.MIN_VALUE && !isMore) {
            return whole + (whole & 1);
        }
        return part < 0 ? whole + 1 : whole;
    }

    /** The upper half of the product of two unsigned numbers. */
    private static long highOf(long left, long right) {
        return Math.multiplyHigh(left, right) + (left >> Long.SIZE - 1 & right) + (right >> Long.SIZE - 1 & left);
    }

    /** Without zeros at the end. */
    private static int format(long address, long allDigits, int exponent) {
        long digits = allDigits;
        while (digits % 10 == 0) {
            digits /= 10;
        }
        if (exponent < PLAIN_MIN_EXPONENT || exponent >= DIGITS) {
            int length = pointed(address, digits, Decimal.length(digits) - 1);
            return length + exponent(address + length, exponent);
        }
        int count = Decimal.length(digits);
        if (exponent < 0) {
            int length = ascii(address, "0.");
            for (int i = exponent; i < -1; i++) {
                Memory.putByte(address + length++, (byte) '0');
            }
            return length + Decimal.write(address + length, digits);
        }
        for (; count <= exponent; count++) {
            digits *= 10;
        }
        return pointed(address, digits, count - 1 - exponent);
    }

    /** Digits with this many after the point; none when they are 0. */
    private static int pointed(long address, long digits, int fractionDigits) {
        int count = Decimal.write(address, digits);
        if (fractionDigits == 0) {
            return count;
        }
        long point = address + count - fractionDigits;
        Memory.move(point, point + 1, fractionDigits);
        Memory.putByte(point, (byte) '.');
        return count + 1;
    }

    private static int exponent(long address, int exponent) {
        Memory.putByte(address, (byte) 'e');
        Memory.putByte(address + 1, (byte) (exponent < 0 ? '-' : '+'));
        int magnitude = Math.abs(exponent);
        if (magnitude < 10) {
            Memory.putByte(address + 2, (byte) '0');
        }
        int zero = magnitude < 10 ? 1 : 0;
        return 2 + zero + Decimal.write(address + 2 + zero, magnitude);
    }
}
