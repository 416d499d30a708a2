package io.tailrace.node.lua;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** The conversions %e, %f and %g of C's printf, exact to the last digit; signs and widths are added by the caller. */
final class CFormat {
    private CFormat() {}

    /** The sign of a negative number is part of the text here. */
    static String general(double value, int precision, boolean alternate, boolean upper) {
        String special = special(value);
        if (special != null) {
            return upper ? special.toUpperCase(java.util.Locale.ROOT) : special;
        }
        int digits = precision == 0 ? 1 : precision;
        if (value == 0) {
            String zero = alternate && digits > 1 ? "0." + "0".repeat(digits - 1) : alternate ? "0." : "0";
            return sign(value) + zero;
        }
        BigDecimal rounded = new BigDecimal(Math.abs(value)).round(new MathContext(digits, RoundingMode.HALF_EVEN));
        int exponent = rounded.precision() - rounded.scale() - 1;
        if (exponent < -4 || exponent >= digits) {
            return sign(value) + scientific(rounded, digits - 1, !alternate, alternate, upper);
        }
        BigDecimal fixed = rounded.setScale(digits - 1 - exponent, RoundingMode.HALF_EVEN);
        String text = fixed.toPlainString();
        return sign(value) + (alternate ? withPoint(text) : withoutZeros(text));
    }

    static String fixed(double value, int precision, boolean alternate, boolean upper) {
        String special = special(value);
        if (special != null) {
            return upper ? special.toUpperCase(java.util.Locale.ROOT) : special;
        }
        String text = new BigDecimal(Math.abs(value))
                .setScale(precision, RoundingMode.HALF_EVEN)
                .toPlainString();
        return sign(value) + (alternate ? withPoint(text) : text);
    }

    static String exponent(double value, int precision, boolean alternate, boolean upper) {
        String special = special(value);
        if (special != null) {
            return upper ? special.toUpperCase(java.util.Locale.ROOT) : special;
        }
        BigDecimal rounded = value == 0
                ? BigDecimal.ZERO
                : new BigDecimal(Math.abs(value)).round(new MathContext(precision + 1, RoundingMode.HALF_EVEN));
        return sign(value) + scientific(rounded, precision, false, alternate, upper);
    }

    private static String scientific(BigDecimal value, int decimals, boolean strip, boolean alternate, boolean upper) {
        String digits = value.unscaledValue().toString();
        int exponent = value.signum() == 0 ? 0 : digits.length() - value.scale() - 1;
        StringBuilder text = new StringBuilder(digits);
        while (text.length() < decimals + 1) {
            text.append('0');
        }
        text.setLength(decimals + 1);
        if (decimals > 0 || alternate) {
            text.insert(1, '.');
        }
        String mantissa = strip ? withoutZeros(text.toString()) : text.toString();
        int size = Math.abs(exponent);
        return mantissa + (upper ? "E" : "e") + (exponent < 0 ? "-" : "+") + (size < 10 ? "0" : "") + size;
    }

    private static String special(double value) {
        if (value != value) {
            return Double.doubleToRawLongBits(value) < 0 ? "-nan" : "nan";
        }
        return Double.isInfinite(value) ? value < 0 ? "-inf" : "inf" : null;
    }

    private static String sign(double value) {
        return Double.doubleToRawLongBits(value) < 0 ? "-" : "";
    }

    private static String withPoint(String text) {
        return text.indexOf('.') < 0 ? text + "." : text;
    }

    private static String withoutZeros(String text) {
        if (text.indexOf('.') < 0) {
            return text;
        }
        int end = text.length();
        while (text.charAt(end - 1) == '0') {
            end--;
        }
        return text.substring(0, text.charAt(end - 1) == '.' ? end - 1 : end);
    }
}
