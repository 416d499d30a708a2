package io.tailrace.node.lua;

/** string.find, match, gmatch and gsub. */
final class PatternLibrary {
    private static final String SPECIALS = "^$*+?.([%-";

    private PatternLibrary() {}

    static void install(Library library) {
        library.add("find", t -> find(t, true))
                .add("gmatch", PatternLibrary::globalMatch)
                .add("gsub", PatternLibrary::substitute)
                .add("match", t -> find(t, false));
        library.table().put("gfind", library.table().get("gmatch"));
    }

    private static int find(LuaThread t, boolean wantsPlace) {
        LuaString source = Args.string(t, 1);
        LuaString pattern = Args.string(t, 2);
        int length = source.length();
        int from = (int) Math.min(length, Math.max(0, StringLibrary.position(Args.integer(t, 3, 1), length) - 1));
        if (wantsPlace && (LuaType.isTrue(t.arg(4)) || isPlain(pattern))) {
            int at = indexOf(t, source.bytes, pattern.bytes, from);
            if (at < 0) {
                return t.result((Object) null);
            }
            t.push((double) (at + 1));
            t.push((double) (at + pattern.length()));
            return 2;
        }
        boolean isAnchored = isAnchored(pattern);
        PatternMatcher matcher = new PatternMatcher(t, source, pattern);
        int s = from;
        do {
            int end = matcher.match(s, isAnchored ? 1 : 0);
            if (end >= 0) {
                if (!wantsPlace) {
                    return matcher.pushCaptures(s, end, true);
                }
                t.push((double) (s + 1));
                t.push((double) end);
                return matcher.pushCaptures(s, end, false) + 2;
            }
            s++;
            t.budget.spend(t, 1);
        } while (s <= length && !isAnchored);
        return t.result((Object) null);
    }

    private static boolean isAnchored(LuaString pattern) {
        return pattern.length() > 0 && pattern.byteAt(0) == '^';
    }

    private static boolean isPlain(LuaString pattern) {
        for (byte b : pattern.bytes) {
            if (b == 0) {
                return true;
            }
            if (SPECIALS.indexOf(b) >= 0) {
                return false;
            }
        }
        return true;
    }

    private static int indexOf(LuaThread t, byte[] source, byte[] wanted, int from) {
        if (wanted.length == 0) {
            return from;
        }
        for (int i = from; i <= source.length - wanted.length; i++) {
            if (source[i] == wanted[0]) {
                int j = 1;
                while (j < wanted.length && source[i + j] == wanted[j]) {
                    j++;
                }
                if (j == wanted.length) {
                    return i;
                }
                t.budget.spend(t, j);
            }
        }
        return -1;
    }

    private static int globalMatch(LuaThread t) {
        LuaString source = Args.string(t, 1);
        LuaString pattern = Args.string(t, 2);
        int[] next = new int[1];
        HostFunction iterator = HostFunction.of("gmatch", caller -> {
            PatternMatcher matcher = new PatternMatcher(caller, source, pattern);
            for (int s = next[0]; s <= source.length(); s++) {
                int end = matcher.match(s, 0);
                if (end >= 0) {
                    next[0] = end == s ? end + 1 : end;
                    return matcher.pushCaptures(s, end, true);
                }
                caller.budget.spend(caller, 1);
            }
            return 0;
        });
        iterator.environment = t.globals;
        return t.result(iterator);
    }

    private static int substitute(LuaThread t) {
        LuaString source = Args.string(t, 1);
        LuaString pattern = Args.string(t, 2);
        Object replacement = t.arg(3);
        boolean isAnchored = isAnchored(pattern);
        int max = Args.int32(t, 4, source.length() + 1);
        if (!(replacement instanceof Double
                || replacement instanceof LuaString
                || replacement instanceof LuaFunction
                || replacement instanceof LuaTable)) {
            throw Args.error(t, 3, "string/function/table expected");
        }
        PatternMatcher matcher = new PatternMatcher(t, source, pattern);
        Replacement by = new Replacement(t, matcher, replacement);
        int s = 0;
        int count = 0;
        while (count < max) {
            int end = matcher.match(s, isAnchored ? 1 : 0);
            if (end >= 0) {
                count++;
                by.add(s, end);
            }
            if (end > s) {
                s = end;
            } else if (s < source.length()) {
                by.buffer.append(source.byteAt(s++));
            } else {
                break;
            }
            if (isAnchored) {
                break;
            }
            t.budget.spend(t, 1);
        }
        by.buffer.append(source.bytes, s, source.length() - s);
        t.push(by.buffer.toLuaString());
        t.push((double) count);
        return 2;
    }
}
