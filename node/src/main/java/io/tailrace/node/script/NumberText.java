package io.tailrace.node.script;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/** Numbers of scripts as the arguments of commands: {@code %.17g} of C. Stateless. */
final class NumberText {
    private static final int DIGITS = 17;
    private static final double ALL_DIGITS = 1e17;
    private static final int LEAST_EXPONENT = -4;

    private NumberText() {}

    static byte[] of(double number) {
        return text(number).getBytes(StandardCharsets.US_ASCII);
    }

    private static String text(double number) {
        if (number == (long) number && Math.abs(number) < ALL_DIGITS) {
            boolean isMinusZero = number == 0 && Double.doubleToRawLongBits(number) != 0;
            return isMinusZero ? "-0" : Long.toString((long) number);
        }
        if (Double.isNaN(number)) {
            return "-nan";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "inf" : "-inf";
        }
        BigDecimal rounded = new BigDecimal(number).round(new MathContext(DIGITS, RoundingMode.HALF_EVEN));
        String digits = rounded.unscaledValue().abs().toString();
        int exponent = digits.length() - 1 - rounded.scale();
        int length = digits.length();
        while (length > 1 && digits.charAt(length - 1) == '0') {
            length--;
        }
        return (number < 0 ? "-" : "") + laidOut(digits.substring(0, length), exponent);
    }

    private static String laidOut(String digits, int exponent) {
        if (exponent < LEAST_EXPONENT || exponent >= DIGITS) {
            String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
            String sign = exponent < 0 ? "-" : "+";
            String power = Integer.toString(Math.abs(exponent));
            return digits.charAt(0) + fraction + "e" + sign + (power.length() < 2 ? "0" : "") + power;
        }
        if (exponent < 0) {
            return "0." + "0".repeat(-exponent - 1) + digits;
        }
        if (digits.length() <= exponent + 1) {
            return digits + "0".repeat(exponent + 1 - digits.length());
        }
        return digits.substring(0, exponent + 1) + "." + digits.substring(exponent + 1);
    }
}
