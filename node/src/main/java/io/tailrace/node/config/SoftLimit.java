package io.tailrace.node.config;

/**
 * Unsent bytes at which a connection is closed when there are as many for some time. Prints itself as it is written.
 *
 * @param bytes 0 for no such limit
 */
public record SoftLimit(long bytes, int seconds) {
    static SoftLimit parse(String text) {
        String[] words = text.split("\\s+");
        if (words.length != 2) {
            throw new IllegalArgumentException(text);
        }
        long seconds = SettingType.parseNumber(words[1]);
        if (seconds < 0 || seconds > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(text);
        }
        return new SoftLimit(SettingType.parseSize(words[0]), (int) seconds);
    }

    /** Whether this many bytes are more than it lets wait. */
    public boolean isAbove(long unsent) {
        return bytes > 0 && unsent > bytes;
    }

    @Override
    public String toString() {
        return bytes + " " + seconds;
    }
}
