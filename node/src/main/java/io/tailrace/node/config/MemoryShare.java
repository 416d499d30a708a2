package io.tailrace.node.config;

/**
 * A limit in bytes, or as a percentage of another one. Prints itself as it is written; the sizes in bytes.
 *
 * @param bytes 0 for no limit, and with a percentage
 * @param percent 0 for a size
 */
public record MemoryShare(long bytes, int percent) {
    private static final int MAX_PERCENT = 100;

    static MemoryShare parse(String text) {
        if (!text.endsWith("%")) {
            return new MemoryShare(SettingType.parseSize(text), 0);
        }
        String number = text.substring(0, text.length() - 1);
        long percent = SettingType.parseNumber(number);
        if (percent < 0 || percent > MAX_PERCENT || !Long.toString(percent).equals(number)) {
            throw new IllegalArgumentException(text);
        }
        return new MemoryShare(0, (int) percent);
    }

    /** Bytes of a whole; Long.MAX_VALUE for a percentage of nothing, and 0 for no limit. */
    public long of(long whole) {
        if (percent == 0) {
            return bytes;
        }
        return whole == 0 ? Long.MAX_VALUE : (long) ((double) whole * percent / MAX_PERCENT);
    }

    @Override
    public String toString() {
        return percent == 0 ? Long.toString(bytes) : percent + "%";
    }
}
