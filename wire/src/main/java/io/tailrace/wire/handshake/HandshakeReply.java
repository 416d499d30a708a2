package io.tailrace.wire.handshake;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.resp.ReplyWriter;

/**
 * The one line a primary answers a handshake with; after one that begins with {@code +} binary frames follow. A log-in
 * before it gets a line of its own.
 *
 * @param kind which of the answers it is
 * @param history STREAM: the primary's history; REWIND: the last one that both had; otherwise null
 * @param snapshotId SNAPSHOT: what is about to be sent; otherwise null
 * @param first STREAM: the index of the first record to come; SNAPSHOT: the file's length if it is complete, else -1;
 *     REWIND: the index of the last record that both have
 * @param offset SNAPSHOT: the offset in the file that the first chunk has
 * @param expectedLength SNAPSHOT: how long the file will be, an estimate while it is still growing
 * @param chain REWIND: the primary's chain at that record
 * @param isHeld REWIND: whether the primary still holds the log from there on
 * @param code REFUSED: why; otherwise null
 * @param reason REFUSED: why, in words; otherwise null
 */
public record HandshakeReply(
        Kind kind,
        String history,
        String snapshotId,
        long first,
        long offset,
        long expectedLength,
        long chain,
        boolean isHeld,
        RefusalCode code,
        String reason) {
    /** The answers. */
    public enum Kind {
        /** {@code +STREAM <history> <next index>}: records follow. */
        STREAM,
        /** {@code +SNAPSHOT <id> <length or -1> <offset> <expected length>}: a snapshot follows, then records. */
        SNAPSHOT,
        /**
         * {@code +REWIND <history> <index> <chain> KEYS|SNAPSHOT}: the replica's records after the index are its own. With
         * KEYS it may fetch what they touched and goes on from the index; with SNAPSHOT it has to ask again, as a replica
         * without data.
         */
        REWIND,
        /** {@code -<CODE> <reason>}: the primary closes. */
        REFUSED,
        /** {@code +OK}: to a log-in; the answer to the request itself follows. */
        LOGGED_IN
    }

    /** The longest line, with its line end. */
    public static final int MAX_LENGTH = 1024;

    public static HandshakeReply stream(String history, long nextIndex) {
        return new HandshakeReply(Kind.STREAM, history, null, nextIndex, 0, 0, 0, false, null, null);
    }

    public static HandshakeReply snapshot(String snapshotId, long length, long offset, long expectedLength) {
        return new HandshakeReply(
                Kind.SNAPSHOT, null, snapshotId, length, offset, expectedLength, 0, false, null, null);
    }

    public static HandshakeReply refused(RefusalCode code, String reason) {
        return new HandshakeReply(Kind.REFUSED, null, null, 0, 0, 0, 0, false, code, reason);
    }

    public static HandshakeReply rewind(String history, long commonIndex, long chain, boolean isHeld) {
        return new HandshakeReply(Kind.REWIND, history, null, commonIndex, 0, 0, chain, isHeld, null, null);
    }

    public static HandshakeReply loggedIn() {
        return new HandshakeReply(Kind.LOGGED_IN, null, null, 0, 0, 0, 0, false, null, null);
    }

    /** STREAM: the index of the first record to come. */
    public long nextIndex() {
        return first;
    }

    /** SNAPSHOT: the file's length, or -1 while it is still growing. */
    public long snapshotLength() {
        return first;
    }

    /** REWIND: the index of the last record that both have. */
    public long commonIndex() {
        return first;
    }

    /** Appends the line. */
    public void encode(ReplyWriter out) {
        switch (kind) {
            case STREAM:
                out.simple("STREAM " + history + " " + first);
                break;
            case SNAPSHOT:
                out.simple("SNAPSHOT " + snapshotId + " " + first + " " + offset + " " + expectedLength);
                break;
            case REWIND:
                out.simple(
                        "REWIND " + history + " " + first + " " + HexText.of(chain) + (isHeld ? " KEYS" : " SNAPSHOT"));
                break;
            case LOGGED_IN:
                out.ok();
                break;
            default:
                out.error(code + " " + reason);
        }
    }

    /**
     * How many of the bytes are the line with its line end, or 0 if it isn't complete.
     *
     * @throws IllegalArgumentException if it would be longer than {@link #MAX_LENGTH}
     */
    public static int lineLength(long address, int length) {
        int limit = Math.min(length, MAX_LENGTH);
        for (int at = 0; at < limit; at++) {
            if (Memory.getByte(address + at) == '\n') {
                return at + 1;
            }
        }
        if (length >= MAX_LENGTH) {
            throw new IllegalArgumentException("handshake reply is longer than " + MAX_LENGTH + " bytes");
        }
        return 0;
    }

    /**
     * Reads a line.
     *
     * @param lineLength as {@link #lineLength} found it
     * @throws IllegalArgumentException saying what was received, if it is no reply to a handshake
     */
    public static HandshakeReply parse(long address, int lineLength) {
        String line = Memory.toAscii(address, lineLength);
        if (!line.endsWith("\r\n")) {
            throw notAReply(line);
        }
        String text = line.substring(0, lineLength - 2);
        String[] words = text.split(" ", -1);
        if (text.equals("+OK")) {
            return loggedIn();
        }
        if (words[0].equals("+STREAM") && words.length == 3 && HexText.isHistory(words[1])) {
            return stream(words[1], number(words[2], 0, text));
        }
        if (words[0].equals("+SNAPSHOT") && words.length == 5 && isSnapshotId(words[1])) {
            return snapshot(words[1], number(words[2], -1, text), number(words[3], 0, text), number(words[4], 0, text));
        }
        if (words[0].equals("+REWIND") && words.length == 5 && isRewind(words)) {
            return rewind(words[1], number(words[2], 0, text), HexText.parse(words[3]), words[4].equals("KEYS"));
        }
        if (text.startsWith("-")) {
            RefusalCode code = RefusalCode.of(words[0].substring(1));
            if (code != null) {
                return refused(code, text.substring(Math.min(text.length(), words[0].length() + 1)));
            }
        }
        throw notAReply(text);
    }

    private static boolean isRewind(String[] words) {
        boolean isKnown = words[4].equals("KEYS") || words[4].equals("SNAPSHOT");
        return HexText.isHistory(words[1]) && HexText.isChain(words[3]) && isKnown;
    }

    private static boolean isSnapshotId(String word) {
        return !word.isEmpty() && word.length() <= FrameLayout.MAX_SNAPSHOT_ID;
    }

    private static long number(String word, long min, String line) {
        try {
            long value = Long.parseLong(word);
            if (value >= min && Long.toString(value).equals(word)) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below, as for a number out of range.
        }
        throw notAReply(line);
    }

    private static IllegalArgumentException notAReply(String line) {
        return new IllegalArgumentException("not a handshake reply: " + line.strip());
    }
}
