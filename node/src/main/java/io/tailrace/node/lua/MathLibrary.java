package io.tailrace.node.lua;

import java.util.function.DoubleUnaryOperator;

/** math.*, with the random numbers of Redis. */
final class MathLibrary {

    private MathLibrary() {}

    static void install(LuaRuntime runtime) {
        Library library = Library.named(runtime, "math");
        unary(library, "abs", Math::abs);
        unary(library, "acos", x -> Math.abs(x) > 1 ? Numbers.POSITIVE_NAN : Math.acos(x));
        unary(library, "asin", x -> Math.abs(x) > 1 ? Numbers.POSITIVE_NAN : Math.asin(x));
        unary(library, "atan", Math::atan);
        unary(library, "ceil", Math::ceil);
        unary(library, "cos", Math::cos);
        unary(library, "cosh", Math::cosh);
        unary(library, "deg", x -> x / (Math.PI / 180));
        unary(library, "exp", Math::exp);
        unary(library, "floor", Math::floor);
        unary(library, "log", Math::log);
        unary(library, "log10", x -> x < 0 ? Numbers.POSITIVE_NAN : Math.log10(x));
        unary(library, "rad", x -> x * (Math.PI / 180));
        unary(library, "sin", Math::sin);
        unary(library, "sinh", Math::sinh);
        unary(library, "sqrt", Math::sqrt);
        unary(library, "tan", Math::tan);
        unary(library, "tanh", Math::tanh);
        // of two arguments the second is checked first, as the compiled C does
        library.add("atan2", t -> {
                    double second = Args.number(t, 2);
                    return t.result(Math.atan2(Args.number(t, 1), second));
                })
                .add("fmod", MathLibrary::fmod)
                .add("mod", MathLibrary::fmod)
                .add("frexp", MathLibrary::frexp)
                .add("ldexp", t -> {
                    int exponent = Args.int32(t, 2);
                    return t.result(Fractions.scale(Args.number(t, 1), exponent));
                })
                .add("max", t -> extreme(t, 1))
                .add("min", t -> extreme(t, -1))
                .add("modf", MathLibrary::modf)
                .add("pow", t -> {
                    double exponent = Args.number(t, 2);
                    return t.result(Operators.power(Args.number(t, 1), exponent));
                })
                .add("random", MathLibrary::random)
                .add("randomseed", t -> {
                    t.runtime.random().seed(Args.int32(t, 1));
                    return 0;
                });
        library.table().put("pi", Math.PI);
        library.table().put("huge", Double.POSITIVE_INFINITY);
    }

    private static void unary(Library library, String name, DoubleUnaryOperator function) {
        library.add(name, t -> {
            double x = Args.number(t, 1);
            double result = function.applyAsDouble(x);
            return t.result(
                    result == result || x != x || name.startsWith("a") || name.equals("log10") ? result : Numbers.NAN);
        });
    }

    private static int fmod(LuaThread t) {
        double b = Args.number(t, 2);
        double a = Args.number(t, 1);
        double result = a % b;
        return t.result(result == result ? result : Operators.nan(a, b));
    }

    private static int frexp(LuaThread t) {
        double x = Args.number(t, 1);
        int exponent = Fractions.exponent(x);
        t.push(Fractions.fraction(x));
        t.push((double) exponent);
        return 2;
    }

    private static int modf(LuaThread t) {
        double x = Args.number(t, 1);
        double whole = x < 0 ? Math.ceil(x) : Math.floor(x);
        t.push(whole);
        t.push(Double.isInfinite(x) ? Math.copySign(0.0, x) : x == x ? Math.copySign(x - whole, x) : x);
        return 2;
    }

    private static int extreme(LuaThread t, int sign) {
        double result = Args.number(t, 1);
        int count = t.argCount();
        for (int i = 2; i <= count; i++) {
            double x = Args.number(t, i);
            if (sign > 0 ? x > result : x < result) {
                result = x;
            }
        }
        return t.result(result);
    }

    private static int random(LuaThread t) {
        double r = (double) (t.runtime.random().next() % LuaRandom.MAX) / LuaRandom.MAX;
        switch (t.argCount()) {
            case 0:
                return t.result(r);
            case 1: {
                int upper = Args.int32(t, 1);
                if (upper < 1) {
                    throw Args.error(t, 1, "interval is empty");
                }
                return t.result(Math.floor(r * upper) + 1);
            }
            case 2: {
                int lower = Args.int32(t, 1);
                int upper = Args.int32(t, 2);
                if (lower > upper) {
                    throw Args.error(t, 2, "interval is empty");
                }
                return t.result(Math.floor(r * (upper - lower + 1)) + lower);
            }
            default:
                throw t.error("wrong number of arguments");
        }
    }
}
