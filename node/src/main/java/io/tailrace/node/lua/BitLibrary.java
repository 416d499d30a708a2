package io.tailrace.node.lua;

import java.util.function.IntBinaryOperator;

/** bit.*: operations on 32 bits, as LuaBitOp has them: numbers wrap and are rounded to the nearest even. */
final class BitLibrary {
    /** Added to a number, it leaves the integer in the low bits. */
    private static final double TO_INTEGER = 6755399441055744.0;

    private static final int HEX_DIGITS = 8;

    private BitLibrary() {}

    static void install(LuaRuntime runtime) {
        Library.named(runtime, "bit")
                .add("arshift", t -> t.result(bits(t, 1) >> bits(t, 2)))
                .add("band", t -> all(t, (a, b) -> a & b))
                .add("bnot", t -> t.result(~bits(t, 1)))
                .add("bor", t -> all(t, (a, b) -> a | b))
                .add("bswap", t -> t.result(Integer.reverseBytes(bits(t, 1))))
                .add("bxor", t -> all(t, (a, b) -> a ^ b))
                .add("lshift", t -> t.result(bits(t, 1) << bits(t, 2)))
                .add("rol", t -> t.result(Integer.rotateLeft(bits(t, 1), bits(t, 2))))
                .add("ror", t -> t.result(Integer.rotateRight(bits(t, 1), bits(t, 2))))
                .add("rshift", t -> t.result(bits(t, 1) >>> bits(t, 2)))
                .add("tobit", t -> t.result(bits(t, 1)))
                .add("tohex", BitLibrary::toHex);
    }

    private static int bits(LuaThread t, int n) {
        return (int) Double.doubleToRawLongBits(Args.number(t, n) + TO_INTEGER);
    }

    private static int all(LuaThread t, IntBinaryOperator operator) {
        int result = bits(t, 1);
        for (int i = 2; i <= t.argCount(); i++) {
            result = operator.applyAsInt(result, bits(t, i));
        }
        return t.result(result);
    }

    private static int toHex(LuaThread t) {
        int value = bits(t, 1);
        int wanted = t.hasArg(2) ? bits(t, 2) : HEX_DIGITS;
        boolean isUpper = wanted < 0;
        int digits = Math.min(HEX_DIGITS, wanted == Integer.MIN_VALUE ? HEX_DIGITS : Math.abs(wanted));
        byte[] text = new byte[digits];
        for (int i = digits - 1; i >= 0; i--) {
            int c = Character.forDigit(value & 15, 16);
            text[i] = (byte) (isUpper ? Bytes.toUpper(c) : c);
            value >>>= 4;
        }
        return t.result(text);
    }
}
