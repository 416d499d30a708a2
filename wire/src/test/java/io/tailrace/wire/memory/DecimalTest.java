package io.tailrace.wire.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tailrace.testkit.LeakCheck;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class DecimalTest {
    private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                1,
                9,
                10,
                -1,
                -9,
                -10,
                99,
                100,
                Integer.MAX_VALUE,
                999_999_999_999_999_999L,
                1_000_000_000_000_000_000L,
                Long.MAX_VALUE - 1,
                Long.MAX_VALUE,
                Long.MIN_VALUE + 1,
                Long.MIN_VALUE
            })
    void shouldWriteAndReadBack(long value) {
        shouldAgree(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "+1",
                "01",
                "-01",
                "00",
                "-0",
                " 1",
                "1 ",
                "1a",
                "a",
                "1.0",
                "0x1",
                "--1",
                "1-",
                "9223372036854775808",
                "-9223372036854775809",
                "9999999999999999999",
                "-9999999999999999999",
                "18446744073709551615",
                "18446744073709551616",
                "100000000000000000000",
                "-100000000000000000000",
                "1\0"
            })
    void shouldRefuseWhatRedisRefuses(String text) {
        assertEquals(false, isLong(text));
    }

    @Test
    void shouldAgreeWithTheRangeOfALongOnRandomDigits() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            shouldAgree(random.nextLong() >> random.nextInt(64));
            BigInteger any = new BigInteger(60 + random.nextInt(9), random);
            BigInteger signed = random.nextBoolean() ? any : any.negate();
            boolean fits = signed.compareTo(MIN) >= 0 && signed.compareTo(MAX) <= 0;
            assertEquals(fits, isLong(signed.toString()), () -> "seed " + seed + " " + signed);
        }
    }

    private static void shouldAgree(long value) {
        try (NativeBuffer buffer = new NativeBuffer(Decimal.MAX_LENGTH)) {
            int length = Decimal.write(buffer.address(), value);
            assertEquals(Long.toString(value), Memory.toAscii(buffer.address(), length));
            assertEquals(length, Decimal.length(value));
            assertEquals(true, Decimal.isLong(buffer.address(), length), () -> "" + value);
            assertEquals(value, Decimal.parse(buffer.address(), length));
        }
    }

    private static boolean isLong(String text) {
        try (NativeBytes bytes = NativeBytes.of(text)) {
            return Decimal.isLong(bytes.address(), bytes.length());
        }
    }
}
