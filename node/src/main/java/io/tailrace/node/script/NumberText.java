package io.tailrace.node.script;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/** Numbers of scripts as text: {@code %.17g} of C in the arguments of commands, {@code %.14g} elsewhere. Stateless. */
final class NumberText {
    private static final int ARGUMENT_DIGITS = 17;
    private static final int SHOWN_DIGITS = 14;
    private static final int MIN_EXPONENT = -4;

    private NumberText() {}

    /** As an argument. */
    static byte[] of(double number) {
        return text(number, ARGUMENT_DIGITS).getBytes(StandardCharsets.US_ASCII);
    }

    /** As tostring has it. */
    static String shown(double number) {
        return text(number, SHOWN_DIGITS);
    }

    private static String text(double number, int most) {
        if (number == (long) number && Math.abs(number) < Math.pow(10, most)) {
            boolean isMinusZero = number == 0 && Double.doubleToRawLongBits(number) != 0;
            return isMinusZero ? "-0" : Long.toString((long) number);
        }
        if (Double.isNaN(number)) {
            return "-nan";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "inf" : "-inf";
        }
        BigDecimal rounded = new BigDecimal(number).round(new MathContext(most, RoundingMode.HALF_EVEN));
        String digits = rounded.unscaledValue().abs().toString();
        int exponent = digits.length() - 1 - rounded.scale();
        int length = digits.length();
        while (length > 1 && digits.charAt(length - 1) == '0') {
            length--;
        }
        return (number < 0 ? "-" : "") + laidOut(digits.substring(0, length), exponent, most);
    }

    private static String laidOut(String digits, int exponent, int most) {
        if (exponent < MIN_EXPONENT || exponent >= most) {
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
