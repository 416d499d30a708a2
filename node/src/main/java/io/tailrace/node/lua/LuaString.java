package io.tailrace.node.lua;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A string of Lua: bytes that never change, with the hash of Lua 5.1, since the order of a table's pairs follows from it. */
public final class LuaString implements Comparable<LuaString> {
    private static final int LONG = 256;
    static final LuaString EMPTY = new LuaString(new byte[0]);

    /** Shared with an equal string once that has been found out, so that the next comparison is quick. */
    byte[] bytes;

    private int hash;
    private int fullHash;
    /** The walk that has met this string last. */
    int mark;

    private boolean isHashed;
    private boolean isFullyHashed;

    private LuaString(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The array is the string's from now on, and isn't to be changed. */
    public static LuaString wrap(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new LuaString(bytes);
    }

    /** A string of a copy of these bytes. */
    public static LuaString copyOf(byte[] bytes, int offset, int length) {
        return length == 0 ? EMPTY : new LuaString(Arrays.copyOfRange(bytes, offset, offset + length));
    }

    /** For names and messages of the program itself. */
    public static LuaString of(String text) {
        return wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    public int length() {
        return bytes.length;
    }

    public byte byteAt(int index) {
        return bytes[index];
    }

    /** Not a copy: to be read only. */
    public byte[] bytes() {
        return bytes;
    }

    /** The bytes from one index up to another that is not included; both must be in the string. */
    public LuaString substring(int from, int to) {
        return from == 0 && to == bytes.length ? this : copyOf(bytes, from, to - from);
    }

    /** As Lua 5.1 has it: at most 32 of the bytes count. */
    int luaHash() {
        if (!isHashed) {
            int h = bytes.length;
            int step = (bytes.length >> 5) + 1;
            for (int left = bytes.length; left >= step; left -= step) {
                h ^= (h << 5) + (h >>> 2) + (bytes[left - 1] & 0xff);
            }
            hash = h;
            isHashed = true;
        }
        return hash;
    }

    /**
     * For the keys of tables. Long strings that the hash can't tell apart are compared by one over all bytes, which is kept, so that
     * a script can't make the same comparison last long again and again.
     */
    boolean sameAs(LuaString other) {
        if (bytes == other.bytes) {
            return true;
        }
        if (luaHash() != other.luaHash() || bytes.length != other.bytes.length) {
            return false;
        }
        if (bytes.length < LONG) {
            return Arrays.equals(bytes, other.bytes);
        }
        if (fullHash() != other.fullHash() || !Arrays.equals(bytes, other.bytes)) {
            return false;
        }
        bytes = other.bytes;
        return true;
    }

    private int fullHash() {
        if (!isFullyHashed) {
            fullHash = Arrays.hashCode(bytes);
            isFullyHashed = true;
        }
        return fullHash;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LuaString && sameAs((LuaString) other);
    }

    @Override
    public int hashCode() {
        return luaHash();
    }

    /** By bytes without sign, as in the C locale. */
    @Override
    public int compareTo(LuaString other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    /** For messages and tests: bytes that are no UTF-8 are lost. */
    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
