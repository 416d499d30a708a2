package io.tailrace.node.lua;

/** The settings of one cjson table: scripts may change them, and they stay changed. */
final class JsonSettings {
    static final int INVALID_ERROR = 0;
    static final int INVALID_WRITTEN = 1;

    private static final String[] OFF_ON = {"off", "on"};
    private static final String[] OFF_ON_NULL = {"off", "on", "null"};

    int sparseConvert;
    int sparseRatio = 2;
    int sparseSafe = 10;
    int encodeDepth = 1000;
    int decodeDepth = 1000;
    int precision = 14;
    int encodeInvalid = INVALID_ERROR;
    int decodeInvalid = 1;
    private int keepBuffer = 1;

    void install(Library library) {
        library.add("encode_sparse_array", t -> {
                    limit(t, 3);
                    sparseConvert = option(t, 1, sparseConvert, OFF_ON);
                    Object first = t.pop();
                    sparseRatio = integer(t, 2, sparseRatio, 0, Integer.MAX_VALUE);
                    sparseSafe = integer(t, 3, sparseSafe, 0, Integer.MAX_VALUE);
                    t.push(first);
                    t.push((double) sparseRatio);
                    t.push((double) sparseSafe);
                    return 3;
                })
                .add("encode_max_depth", t -> {
                    limit(t, 1);
                    encodeDepth = integer(t, 1, encodeDepth, 1, Integer.MAX_VALUE);
                    return t.result(encodeDepth);
                })
                .add("decode_max_depth", t -> {
                    limit(t, 1);
                    decodeDepth = integer(t, 1, decodeDepth, 1, Integer.MAX_VALUE);
                    return t.result(decodeDepth);
                })
                .add("encode_number_precision", t -> {
                    limit(t, 1);
                    precision = integer(t, 1, precision, 1, 14);
                    return t.result(precision);
                })
                .add("encode_keep_buffer", t -> {
                    limit(t, 1);
                    keepBuffer = option(t, 1, keepBuffer, OFF_ON);
                    return 1;
                })
                .add("encode_invalid_numbers", t -> {
                    limit(t, 1);
                    encodeInvalid = option(t, 1, encodeInvalid, OFF_ON_NULL);
                    return 1;
                })
                .add("decode_invalid_numbers", t -> {
                    limit(t, 1);
                    decodeInvalid = option(t, 1, decodeInvalid, OFF_ON);
                    return 1;
                });
    }

    private static void limit(LuaThread t, int arguments) {
        if (t.argCount() > arguments) {
            throw Args.error(t, arguments + 1, "found too many arguments");
        }
        while (t.argCount() < arguments) {
            t.push(null);
        }
    }

    private static int integer(LuaThread t, int n, int value, int min, int max) {
        if (t.arg(n) == null) {
            return value;
        }
        int wanted = Args.int32(t, n);
        if (wanted < min || wanted > max) {
            throw Args.error(t, 1, "expected integer between " + min + " and " + max);
        }
        return wanted;
    }

    /** A boolean or a word; what holds after is pushed. */
    private static int option(LuaThread t, int n, int value, String[] options) {
        int result = value;
        Object wanted = t.arg(n);
        if (wanted instanceof Boolean) {
            result = (Boolean) wanted ? 1 : 0;
        } else if (wanted != null) {
            result = word(t, n, options);
        }
        t.push(result > 1 ? LuaString.of(options[result]) : (Object) (result == 1));
        return result;
    }

    private static int word(LuaThread t, int n, String[] options) {
        LuaString wanted = Args.string(t, n);
        for (int i = 0; i < options.length; i++) {
            if (wanted.equals(LuaString.of(options[i]))) {
                return i;
            }
        }
        throw Args.error(t, n, "invalid option '" + Errors.cString(wanted) + "'");
    }
}
