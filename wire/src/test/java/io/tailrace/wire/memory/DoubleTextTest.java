package io.tailrace.wire.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.testkit.LeakCheck;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Doubles as text, and back. */
@ExtendWith(LeakCheck.class)
class DoubleTextTest {
    private static final long SEED = Long.getLong("tailrace.seed", System.nanoTime());
    private static final MathContext ROUNDED = new MathContext(17, RoundingMode.HALF_EVEN);

    private static String text(double value) {
        try (NativeBuffer buffer = new NativeBuffer(DoubleText.MAX_LENGTH)) {
            int length = DoubleText.write(buffer.address(), value);
            assertTrue(length <= DoubleText.MAX_LENGTH, value + ": " + length);
            return Memory.toAscii(buffer.address(), length);
        }
    }

    private static double read(String text) {
        try (NativeBytes bytes = NativeBytes.of(text)) {
            return DoubleReader.read(bytes.address(), text.length());
        }
    }

    private static double readBound(String text) {
        try (NativeBytes bytes = NativeBytes.of(text)) {
            return DoubleReader.readBound(bytes.address(), text.length());
        }
    }

    /** As the C standard defines {@code %.17g}, by exact arithmetic. */
    private static String expected(double value) {
        BigDecimal rounded = new BigDecimal(value).round(ROUNDED);
        int exponent = rounded.precision() - rounded.scale() - 1;
        BigDecimal stripped = rounded.stripTrailingZeros();
        if (exponent >= -4 && exponent < 17) {
            return stripped.toPlainString();
        }
        String digits = stripped.unscaledValue().abs().toString();
        return (value < 0 ? "-" : "")
                + digits.charAt(0)
                + (digits.length() > 1 ? "." + digits.substring(1) : "")
                + String.format("e%s%02d", exponent < 0 ? "-" : "+", Math.abs(exponent));
    }

    @Test
    void shouldPrintAnyDoubleToTheSeventeenthDigitAndReadItBack() {
        Random random = new Random(SEED);
        for (int i = 0; i < 300_000; i++) {
            double value =
                    switch (i % 6) {
                        case 0 -> Double.longBitsToDouble(random.nextLong());
                        case 1 -> random.nextGaussian() * 1e6;
                        case 2 -> Math.scalb((double) random.nextInt(1 << 20), random.nextInt(300) - 150);
                        case 3 -> Math.pow(10, random.nextInt(640) - 325) * (random.nextInt(10) + 1);
                        case 4 -> Double.longBitsToDouble(random.nextLong() >>> 12 + random.nextInt(50));
                        default -> random.nextLong() / 8.0;
                    };
            if (Double.isFinite(value) && value != 0) {
                String text = text(value);
                assertEquals(expected(value), text, "seed " + SEED);
                assertEquals(value, read(text), text);
            }
        }
    }

    @Test
    void shouldPrintPowersOfTwoAndTenAndTheirNeighbours() {
        for (int power = -1074; power <= 1023; power++) {
            around(Math.scalb(1.0, power));
        }
        for (int power = -323; power <= 308; power++) {
            around(Double.parseDouble("1e" + power));
        }
    }

    private static void around(double value) {
        for (double near : new double[] {Math.nextDown(value), value, Math.nextUp(value), -value}) {
            if (near != 0) {
                assertEquals(expected(near), text(near));
                assertEquals(near, read(text(near)));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0x10, 16",
        "0x1p4, 16",
        "0X.8P1, 1",
        "-0x1.8p1, -3",
        "inf, Infinity",
        "+INF, Infinity",
        "-infinity, -Infinity",
        "1., 1",
        ".5, 0.5",
        "+5, 5",
        "-0, -0.0",
        "00012, 12",
        "1e2, 100",
        "1E-2, 0.01",
        "5e-324, 4.9e-324",
        "0e99999999999, 0",
        "9007199254740993, 9007199254740992",
        "123456789012345678901234567890, 1.2345678901234568e29"
    })
    void shouldReadWhatStrtodReads(String text, double value) {
        assertEquals(value, read(text));
        assertEquals(value, readBound(text));
        assertEquals(value, readBound(" \t\n" + text + "\0x"));
        assertEquals(Double.NaN, read(" " + text));
        assertEquals(Double.NaN, read(text + "\0"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"abc", ".", "1e", "1e+", "0x", "0x1p", "--5", "nan", "nan(1)", "infi", "1 ", "1f", "1d", "\u00b2"
            })
    void shouldRefuseWhatIsNoNumber(String text) {
        assertEquals(Double.NaN, read(text));
        assertEquals(Double.NaN, readBound(text));
    }

    @Test
    void shouldReadBoundsMoreFreely() {
        assertEquals(Double.NaN, read(""));
        assertEquals(0, readBound(""));
        assertEquals(0, readBound("\0abc"));
        assertEquals(Double.NaN, readBound("  "));
        assertEquals(Double.NaN, read("1e400"));
        assertEquals(Double.POSITIVE_INFINITY, readBound("1e400"));
        assertEquals(Double.NaN, read("1e-400"));
        assertEquals(0, readBound("1e-400"));
    }
}
