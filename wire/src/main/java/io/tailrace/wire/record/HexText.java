package io.tailrace.wire.record;

/** Identities and chains as they are written in text: lower-case hex digits of fixed length. */
public final class HexText {
    /** Digits of a history's identity, as in Redis's replication id. */
    public static final int HISTORY_LENGTH = 40;
    /** Digits of a chain. */
    public static final int CHAIN_LENGTH = 16;

    private HexText() {}

    /** Whether the text is a history's identity: 40 lower-case hex digits. */
    public static boolean isHistory(String text) {
        return isHex(text, HISTORY_LENGTH);
    }

    /** Whether the text is a chain: 16 lower-case hex digits. */
    public static boolean isChain(String text) {
        return isHex(text, CHAIN_LENGTH);
    }

    /** The chain as 16 digits. */
    public static String of(long chain) {
        String digits = Long.toHexString(chain);
        return "0".repeat(CHAIN_LENGTH - digits.length()) + digits;
    }

    /**
     * Reads a chain back.
     *
     * @throws IllegalArgumentException if the text isn't 16 lower-case hex digits
     */
    public static long parse(String text) {
        if (!isChain(text)) {
            throw new IllegalArgumentException("a chain is 16 lower-case hex digits, not " + text);
        }
        return Long.parseUnsignedLong(text, 16);
    }

    private static boolean isHex(String text, int length) {
        if (text == null || text.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }
}
