package io.tailrace.wire.handshake;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.ReplyWriter;

/**
 * The one line a primary answers a handshake with; after one that begins with {@code +} binary frames follow, unless it is
 * {@code +COPY}. A login before it gets a line of its own.
 *
 * <p>Every answer but a refusal says where the primary's log ends: a copy of it is complete when it has come so far.
 *
 * @param kind which of the answers it is
 * @param own the end of the primary's log; null in a refusal and in the answer to a login
 * @param shared REWIND, COPY: the last record both have, null when none is known; otherwise null
 * @param snapshot SNAPSHOT: what is about to be sent; otherwise null
 * @param firstIndex STREAM, LOG: the index of the first record to come
 * @param code REFUSED: why; otherwise null
 * @param reason REFUSED: why, in words; otherwise null
 */
public record HandshakeReply(
        Kind kind,
        HistoryPosition own,
        HistoryPosition shared,
        SnapshotOffer snapshot,
        long firstIndex,
        RefusalCode code,
        String reason) {
    /** The answers. */
    public enum Kind {
        /** {@code +STREAM <next index> <own>}: the records after the replica's last one follow. */
        STREAM,
        /** {@code +LOG <first index> <own>}: the whole log follows, from the first record of all. */
        LOG,
        /** {@code +SNAPSHOT <id> <length or -1> <offset> <expected length> <own>}: a snapshot follows, then records. */
        SNAPSHOT,
        /** {@code +REWIND <shared> <own>}: the replica's records after that are its own, and it may fetch what they touched. */
        REWIND,
        /**
         * {@code +COPY <shared or -> <own>}: only a copy of this log brings the replica here, which it has to consent to. The
         * primary closes. The replica saves what it has of its own and asks again with its consent.
         */
        COPY,
        /** {@code -<CODE> <reason>}: the primary closes. */
        REFUSED,
        /** {@code +OK}: to a login; the answer to the request itself follows. */
        LOGGED_IN
    }

    /**
     * The file of a snapshot, as it is about to be sent.
     *
     * @param length of the file if it is complete, else -1
     * @param offset in the file that the first chunk has
     * @param expectedLength how long the file will be, an estimate while it is still growing
     */
    public record SnapshotOffer(String id, long length, long offset, long expectedLength) {}

    /** The longest line, with its line end. */
    public static final int MAX_LENGTH = 1024;

    private static final String NONE = "-";

    /** See {@link Kind#STREAM}. */
    public static HandshakeReply stream(long nextIndex, HistoryPosition own) {
        return new HandshakeReply(Kind.STREAM, own, null, null, nextIndex, null, null);
    }

    /** See {@link Kind#LOG}. */
    public static HandshakeReply log(long firstIndex, HistoryPosition own) {
        return new HandshakeReply(Kind.LOG, own, null, null, firstIndex, null, null);
    }

    /** See {@link Kind#SNAPSHOT}. */
    public static HandshakeReply snapshot(SnapshotOffer snapshot, HistoryPosition own) {
        return new HandshakeReply(Kind.SNAPSHOT, own, null, snapshot, 0, null, null);
    }

    /** See {@link Kind#REWIND}. */
    public static HandshakeReply rewind(HistoryPosition shared, HistoryPosition own) {
        return new HandshakeReply(Kind.REWIND, own, shared, null, 0, null, null);
    }

    /** @param shared null when nothing is known to be shared */
    public static HandshakeReply copy(HistoryPosition shared, HistoryPosition own) {
        return new HandshakeReply(Kind.COPY, own, shared, null, 0, null, null);
    }

    /** See {@link Kind#REFUSED}. */
    public static HandshakeReply refused(RefusalCode code, String reason) {
        return new HandshakeReply(Kind.REFUSED, null, null, null, 0, code, reason);
    }

    public static HandshakeReply loggedIn() {
        return new HandshakeReply(Kind.LOGGED_IN, null, null, null, 0, null, null);
    }

    /** Appends the line. */
    public void encode(ReplyWriter out) {
        switch (kind) {
            case STREAM:
            case LOG:
                out.simple(kind + " " + firstIndex + " " + own.text());
                break;
            case SNAPSHOT:
                out.simple("SNAPSHOT " + snapshot.id + " " + snapshot.length + " " + snapshot.offset + " "
                        + snapshot.expectedLength + " " + own.text());
                break;
            case REWIND:
            case COPY:
                out.simple(kind + " " + (shared == null ? NONE : shared.text()) + " " + own.text());
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
     * @throws IllegalArgumentException saying what was received, if it is not a reply to a handshake
     */
    public static HandshakeReply parse(long address, int lineLength) {
        String line = Memory.toAscii(address, lineLength);
        if (!line.endsWith("\r\n")) {
            throw notAReply(line);
        }
        String text = line.substring(0, lineLength - 2);
        HandshakeReply reply = text.startsWith("-") ? parseRefusal(text) : parseAnswer(text, text.split(" ", -1));
        if (reply == null) {
            throw notAReply(text);
        }
        return reply;
    }

    private static HandshakeReply parseRefusal(String text) {
        int space = text.indexOf(' ');
        int end = space < 0 ? text.length() : space;
        RefusalCode code = RefusalCode.of(text.substring(1, end));
        return code == null ? null : refused(code, text.substring(Math.min(text.length(), end + 1)));
    }

    private static HandshakeReply parseAnswer(String text, String[] words) {
        if (text.equals("+OK")) {
            return loggedIn();
        }
        HistoryPosition own = HistoryPosition.parse(words[words.length - 1]);
        if (own == null || !own.isProven()) {
            return null;
        }
        switch (words[0] + " " + words.length) {
            case "+STREAM 3":
                return stream(number(words[1], 0, text), own);
            case "+LOG 3":
                return log(number(words[1], 0, text), own);
            case "+SNAPSHOT 6":
                return parseSnapshot(text, words, own);
            case "+REWIND 3":
                HistoryPosition common = HistoryPosition.parse(words[1]);
                return common == null || !common.isProven() ? null : rewind(common, own);
            case "+COPY 3":
                HistoryPosition shared = HistoryPosition.parse(words[1]);
                return shared == null && !words[1].equals(NONE) ? null : copy(shared, own);
            default:
                return null;
        }
    }

    private static HandshakeReply parseSnapshot(String text, String[] words, HistoryPosition own) {
        boolean isId = !words[1].isEmpty() && words[1].length() <= FrameLayout.MAX_SNAPSHOT_ID;
        return isId
                ? snapshot(
                        new SnapshotOffer(
                                words[1],
                                number(words[2], -1, text),
                                number(words[3], 0, text),
                                number(words[4], 0, text)),
                        own)
                : null;
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
