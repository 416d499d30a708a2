package io.tailrace.node.lua;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random chunks on one line, that end soon in any Lua: loops are counted, functions don't call themselves, and what could grow
 * without limit has small arguments. One in some is damaged, for the compiler's messages.
 */
final class LuaScripts {
    private static final String[] NAMES = {"a", "b", "c", "t", "s", "f"};
    private static final String[] NUMBERS = {
        "0", "1", "2", "3", "-1", "0.5", "10", "255", "1e15", "2^53", "-0", "1/0", "0/0", "1e300", "3.7", "-2.5", "100",
        "1e-5", "0x1F"
    };
    private static final String[] STRINGS = {
        "''",
        "'a'",
        "'abc'",
        "'10'",
        "'0x10'",
        "' 5 '",
        "'1e1'",
        "'a,b,c'",
        "'\\0z'",
        "'\\200\\255'",
        "'hello world'",
        "'%d'",
        "'x=1'",
        "[[long]]",
        "'\\n'",
        "'AbC'"
    };
    private static final String[] PATTERNS = {
        "'%a+'",
        "'(%w)'",
        "'.-b'",
        "'[a-c]*'",
        "'%d*'",
        "'^a'",
        "'c$'",
        "'()'",
        "'[^,]+'",
        "'(%a)(%a)'",
        "'%b()'",
        "'%f[%w]%w+'",
        "'.'",
        "'l+'",
        "'%s*'",
        "'['",
        "'%'",
        "'(('",
        "'(a)%1'",
        "'[%a_]'",
        "'%z'",
        "'x?'"
    };
    private static final String[] FORMATS = {
        "'%d'", "'%5.2f'", "'%s|%s'", "'%q'", "'%x'", "'%-5d|'", "'%+d'", "'%g'", "'%e'", "'%c'", "'%05d'", "'%.3s'",
        "'%10s'", "'%i%%'", "'%.14g'", "'%y'", "'%#x'", "'%5.1g'", "'%u'", "'% d'", "'%o'"
    };
    private static final String[] OPERATORS = {
        "+", "-", "*", "/", "%", "^", "..", "==", "~=", "<", "<=", ">", ">=", " and ", " or "
    };
    private static final String[] ONE_ARGUMENT = {
        "type",
        "tostring",
        "tonumber",
        "math.floor",
        "math.abs",
        "math.ceil",
        "math.sqrt",
        "string.len",
        "string.upper",
        "string.lower",
        "string.reverse",
        "string.byte",
        "string.char",
        "table.getn",
        "table.maxn",
        "unpack",
        "next",
        "#",
        "-",
        "not ",
        "table.concat",
        "table.remove",
        "math.frexp",
        "math.modf",
        "getmetatable",
        "pcall",
        "select",
        "ipairs",
        "pairs",
        "rawequal",
        "string.sub",
        "string.format",
        "math.max",
        "math.exp",
        "assert",
        "error",
        "setmetatable",
        "loadstring",
        "coroutine.status"
    };
    private static final String[] TWO_ARGUMENTS = {
        "math.fmod",
        "math.max",
        "math.min",
        "math.pow",
        "string.sub",
        "string.byte",
        "rawget",
        "rawequal",
        "table.concat",
        "table.remove",
        "tonumber",
        "select",
        "math.ldexp",
        "next",
        "unpack",
        "pcall",
        "string.char",
        "assert",
        "error",
        "table.foreach",
        "table.foreachi",
        "xpcall",
        "setmetatable",
        "math.atan2"
    };

    private final Random random;

    LuaScripts(long seed) {
        random = new Random(seed);
    }

    String next() {
        StringBuilder out = new StringBuilder();
        out.append("local a, b, c = ")
                .append(simple())
                .append(", ")
                .append(simple())
                .append(", ")
                .append(simple());
        out.append(" local t, s = ").append(table(2)).append(", ").append(pick(STRINGS));
        out.append(" local f = ").append(function(1)).append(' ');
        int statements = 1 + random.nextInt(4);
        for (int i = 0; i < statements; i++) {
            out.append(statement(2)).append(' ');
        }
        out.append("return ").append(list(1 + random.nextInt(3), 3));
        return random.nextInt(8) == 0 ? damaged(out.toString()) : out.toString();
    }

    /** A word is lost, doubled or changed for another. */
    private String damaged(String script) {
        List<String> words = new ArrayList<>(List.of(script.split("(?<=[ (),{}=.\\[\\]'])")));
        for (int i = 1 + random.nextInt(2); i > 0; i--) {
            int at = random.nextInt(words.size());
            switch (random.nextInt(3)) {
                case 0:
                    words.set(at, "");
                    break;
                case 1:
                    words.add(at, words.get(random.nextInt(words.size())));
                    break;
                default:
                    words.set(
                            at,
                            pick(
                                    "end ",
                                    "= ",
                                    "( ",
                                    ") ",
                                    "function ",
                                    "local ",
                                    "'",
                                    "[[",
                                    "]]",
                                    "then ",
                                    "1e ",
                                    "~",
                                    ";",
                                    "\\"));
            }
        }
        String changed = String.join("", words);
        return changed.matches("(?s).*\\b(while|repeat|for)\\b.*") ? script : changed;
    }

    private String pick(String... from) {
        return from[random.nextInt(from.length)];
    }

    private String simple() {
        switch (random.nextInt(8)) {
            case 0:
                return pick("nil", "true", "false", "{}", "type", "undefined");
            case 1:
            case 2:
            case 3:
                return pick(NUMBERS);
            default:
                return pick(STRINGS);
        }
    }

    private String list(int count, int depth) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < count; i++) {
            out.append(i == 0 ? "" : ", ").append(expression(depth));
        }
        return out.toString();
    }

    private String expression(int depth) {
        if (depth == 0) {
            return random.nextBoolean() ? pick(NAMES) : simple();
        }
        switch (random.nextInt(16)) {
            case 0:
            case 1:
            case 2:
                return "(" + expression(depth - 1) + pick(OPERATORS) + expression(depth - 1) + ")";
            case 3:
                return expression(depth - 1) + pick(" .. ", " + ", " and ", " or ", " == ") + expression(depth - 1);
            case 4:
                return pick(ONE_ARGUMENT) + "(" + expression(depth - 1) + ")";
            case 5:
                return pick(TWO_ARGUMENTS) + "(" + list(2 + random.nextInt(2), depth - 1) + ")";
            case 6:
                return pick("string.find", "string.match", "string.gsub") + "(" + expression(depth - 1) + ", "
                        + pick(PATTERNS) + (random.nextBoolean() ? ", " + expression(depth - 1) : "") + ")";
            case 7:
                return "string.format(" + pick(FORMATS) + ", " + list(1 + random.nextInt(2), depth - 1) + ")";
            case 8:
                return random.nextInt(4) == 0
                        ? "table.insert(t, " + pick("1, ", "2, ", "-1, ", "'x', ", "nil, ", "") + expression(depth - 1)
                                + ")"
                        : "t[" + expression(depth - 1) + "]";
            case 9:
                return pick(NAMES) + "." + pick("x", "y", "len", "n", "a");
            case 10:
                return pick(NAMES) + ":" + pick("upper", "len", "rep", "x", "foo") + "(" + pick("", "2", "'a'") + ")";
            case 11:
                return table(depth - 1);
            case 12:
                return function(depth - 1);
            case 13:
                return "select(2, pcall(" + function(depth - 1) + "))";
            case 14:
                return metatable(depth - 1);
            default:
                return pick(NAMES) + "(" + list(random.nextInt(3), depth - 1).trim() + ")";
        }
    }

    private String table(int depth) {
        StringBuilder out = new StringBuilder("{");
        for (int i = random.nextInt(5); i > 0; i--) {
            switch (random.nextInt(4)) {
                case 0:
                    out.append(pick("x", "y", "n", "key", "name")).append('=').append(expression(depth / 2));
                    break;
                case 1:
                    out.append('[')
                            .append(random.nextBoolean() ? pick(NUMBERS) : pick(STRINGS))
                            .append("]=")
                            .append(simple());
                    break;
                default:
                    out.append(expression(depth / 2));
            }
            out.append(", ");
        }
        return out.append('}').toString();
    }

    private String metatable(int depth) {
        String event = pick(
                "__index",
                "__add",
                "__concat",
                "__eq",
                "__lt",
                "__le",
                "__call",
                "__len",
                "__unm",
                "__tostring",
                "__newindex");
        return "setmetatable({}, {" + event + " = " + (random.nextInt(4) == 0 ? simple() : function(depth)) + "})";
    }

    private String function(int depth) {
        String parameters = pick("", "x", "x, y", "...", "x, ...");
        String body = depth > 0 && random.nextBoolean() ? statement(depth - 1) + " " : "";
        String extra = parameters.endsWith("...") && random.nextBoolean() ? ", ..." : "";
        return "function(" + parameters + ") " + body + "return " + plain(depth) + extra + " end";
    }

    /** Without calls of the script's own functions, so that nothing runs forever. */
    private String plain(int depth) {
        String left = random.nextBoolean() ? pick("a", "b", "c", "s", "x") : simple();
        return depth <= 0 ? left : left + pick(OPERATORS) + (random.nextBoolean() ? simple() : "y");
    }

    private String statement(int depth) {
        if (depth <= 0) {
            return pick("a", "b", "c") + " = " + plain(1);
        }
        switch (random.nextInt(12)) {
            case 0:
                return "t." + pick("x", "y", "n") + " = " + expression(depth);
            case 1:
                return "t[" + expression(depth - 1) + "] = " + expression(depth - 1);
            case 2:
                return pick("a, b", "b, c", "a, t.x", "t[1], a") + " = " + list(1 + random.nextInt(3), depth - 1);
            case 3:
                return "if " + expression(depth) + " then " + statement(depth - 1) + " else " + statement(depth - 1)
                        + " end";
            case 4:
                return "for i = " + pick("1, 3", "3, 1, -1", "1, 2, 0.5", "'1', 2", "1, #t") + " do c = i "
                        + (random.nextBoolean() ? "break " : "") + "end";
            case 5:
                return "for k, v in " + pick("pairs(t)", "ipairs(t)", "next, t", "string.gmatch(s, '%a')")
                        + " do s = s .. tostring(k) end";
            case 6:
                return "do local a = " + expression(depth - 1) + " b = a end";
            case 7:
                return "local n = 0 while n < 3 do n = n + 1 " + statement(0) + " end";
            case 8:
                return "local n = 0 repeat local q = n n = n + 1 f = function() q = q + 1 return q end until n > 2";
            case 9:
                return "local co = coroutine.wrap(function(...) local r = coroutine.yield(...) return " + plain(1)
                        + ", r end) a = co(" + simple() + ") b = co(" + simple() + ")";
            case 10:
                return "table.sort(t"
                        + pick(
                                "",
                                ", function(x, y) return x < y end",
                                ", function(x, y) return x > y end",
                                ", function(x, y) return true end",
                                ", function(x, y) return tostring(x) < tostring(y) end")
                        + ")";
            default:
                return "local function g(...) " + statement(depth - 1) + " return "
                        + pick("...", "select('#', ...)", "arg and arg.n") + " end " + "a = g("
                        + list(random.nextInt(3), 0) + ")";
        }
    }
}
