package io.tailrace.wire.handshake;

import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import io.tailrace.wire.resp.RespLimits;
import java.util.List;
import java.util.Locale;

/**
 * What a replica asks for first, as one RESP array or inline line, keywords in either case: {@code REPLICATE VERSION 1
 * SHARD <i> OF <n> ID <id> PORT <port> HISTORY <40 hex or -> INDEX <n or -1> CHAIN <16 hex> [LINEAGE <terms>]
 * [SNAPSHOT <id> OFFSET <bytes>]}.
 *
 * @param shard the replica's shard, from 0
 * @param shardCount how many shards the replica has
 * @param replicaId 1 to 64 printable ASCII characters, stable over restarts
 * @param port where the replica's clients connect
 * @param history of its last record, or null if it has none
 * @param index of its last record, or {@link QueueIndex#NONE}
 * @param chain at its last record
 * @param lineage the histories its log went through before that one, newest first; empty if there were none
 * @param snapshotId the snapshot it has a part of, or null
 * @param snapshotOffset how many bytes of that it has
 */
public record HandshakeRequest(
        int shard,
        int shardCount,
        String replicaId,
        int port,
        String history,
        long index,
        long chain,
        List<EndedHistory> lineage,
        String snapshotId,
        long snapshotOffset) {
    public static final int VERSION = 1;
    /** The most bytes a request may have. */
    public static final int MAX_LENGTH = 4096;

    private static final int MAX_ID = 64;
    private static final int MAX_PORT = 65535;
    private static final int PLAIN_COUNT = 17;
    private static final int LINEAGE_COUNT = 2;
    private static final int RESUME_COUNT = 4;
    private static final int MAX_COUNT = PLAIN_COUNT + LINEAGE_COUNT + RESUME_COUNT;
    private static final String[] KEYWORDS = {
        "REPLICATE",
        "VERSION",
        null,
        "SHARD",
        null,
        "OF",
        null,
        "ID",
        null,
        "PORT",
        null,
        "HISTORY",
        null,
        "INDEX",
        null,
        "CHAIN",
        null
    };

    public HandshakeRequest {
        lineage = List.copyOf(lineage);
    }

    /** The limits to decode a request with. */
    public static RespLimits limits() {
        return new RespLimits(MAX_LENGTH, MAX_COUNT, MAX_LENGTH, MAX_LENGTH, MAX_LENGTH);
    }

    /**
     * Reads a decoded request.
     *
     * @throws HandshakeException with the code and reason to refuse it with
     */
    public static HandshakeRequest parse(Arguments arguments) throws HandshakeException {
        int count = arguments.count();
        if (count < 3 || !arguments.is(0, KEYWORDS[0]) || !arguments.is(1, KEYWORDS[1])) {
            throw new HandshakeException(RefusalCode.ERR, "expected REPLICATE VERSION <n>");
        }
        if (!arguments.isLong(2) || arguments.parseLong(2) != VERSION) {
            throw new HandshakeException(
                    RefusalCode.VERSION, "version " + VERSION + " is spoken here, not " + arguments.ascii(2));
        }
        if (count < PLAIN_COUNT || count > MAX_COUNT) {
            throw new HandshakeException(
                    RefusalCode.ERR, "expected " + PLAIN_COUNT + " to " + MAX_COUNT + " arguments, got " + count);
        }
        for (int i = 0; i < PLAIN_COUNT; i++) {
            if (KEYWORDS[i] != null) {
                expect(arguments, i, KEYWORDS[i]);
            }
        }
        int shardCount = (int) number(arguments, 6, 1, Integer.MAX_VALUE);
        int shard = (int) number(arguments, 4, 0, Integer.MAX_VALUE);
        check(shard < shardCount, arguments, 4);
        String history = arguments.ascii(12);
        check(history.equals("-") || HexText.isHistory(history), arguments, 12);
        check(HexText.isChain(arguments.ascii(16)), arguments, 16);
        boolean hasLineage = count == MAX_COUNT || count == PLAIN_COUNT + LINEAGE_COUNT;
        int resume = hasLineage ? PLAIN_COUNT + LINEAGE_COUNT : PLAIN_COUNT;
        boolean isResuming = count > resume;
        if (isResuming) {
            expect(arguments, resume, "SNAPSHOT");
            expect(arguments, Math.min(resume + 2, count - 1), "OFFSET");
            if (count != resume + RESUME_COUNT) {
                throw new HandshakeException(RefusalCode.ERR, "expected a number behind OFFSET");
            }
        }
        return new HandshakeRequest(
                shard,
                shardCount,
                word(arguments, 8, MAX_ID),
                (int) number(arguments, 10, 0, MAX_PORT),
                history.equals("-") ? null : history,
                number(arguments, 14, QueueIndex.NONE, Long.MAX_VALUE),
                HexText.parse(arguments.ascii(16)),
                hasLineage ? lineage(arguments, PLAIN_COUNT) : List.of(),
                isResuming ? word(arguments, resume + 1, FrameLayout.MAX_SNAPSHOT_ID) : null,
                isResuming ? number(arguments, resume + 3, 0, Long.MAX_VALUE) : 0);
    }

    private static List<EndedHistory> lineage(Arguments arguments, int at) throws HandshakeException {
        expect(arguments, at, "LINEAGE");
        List<EndedHistory> lineage = EndedHistory.parse(arguments.ascii(at + 1));
        check(lineage != null, arguments, at + 1);
        return lineage;
    }

    private static void expect(Arguments arguments, int at, String keyword) throws HandshakeException {
        if (!arguments.is(at, keyword)) {
            throw new HandshakeException(RefusalCode.ERR, "expected " + keyword + ", got " + arguments.ascii(at));
        }
    }

    /** Appends the request as a RESP array. */
    public void encode(ReplyWriter out) {
        out.array(PLAIN_COUNT + (lineage.isEmpty() ? 0 : LINEAGE_COUNT) + (snapshotId == null ? 0 : RESUME_COUNT));
        out.bulk(KEYWORDS[0]);
        pair(out, "VERSION", Integer.toString(VERSION));
        pair(out, "SHARD", Integer.toString(shard));
        pair(out, "OF", Integer.toString(shardCount));
        pair(out, "ID", replicaId);
        pair(out, "PORT", Integer.toString(port));
        pair(out, "HISTORY", history == null ? "-" : history);
        pair(out, "INDEX", Long.toString(index));
        pair(out, "CHAIN", HexText.of(chain));
        if (!lineage.isEmpty()) {
            pair(out, "LINEAGE", EndedHistory.text(lineage));
        }
        if (snapshotId != null) {
            pair(out, "SNAPSHOT", snapshotId);
            pair(out, "OFFSET", Long.toString(snapshotOffset));
        }
    }

    private static void pair(ReplyWriter out, String keyword, String value) {
        out.bulk(keyword);
        out.bulk(value);
    }

    private static long number(Arguments arguments, int i, long min, long max) throws HandshakeException {
        long value = arguments.parseLong(i);
        check(arguments.isLong(i) && value >= min && value <= max, arguments, i);
        return value;
    }

    private static String word(Arguments arguments, int i, int maxLength) throws HandshakeException {
        String text = arguments.ascii(i);
        boolean isFine = !text.isEmpty() && text.length() <= maxLength;
        for (int at = 0; at < text.length(); at++) {
            isFine &= text.charAt(at) > ' ' && text.charAt(at) <= '~';
        }
        check(isFine, arguments, i);
        return text;
    }

    private static void check(boolean isFine, Arguments arguments, int i) throws HandshakeException {
        if (!isFine) {
            String shown = arguments.ascii(i);
            throw new HandshakeException(
                    RefusalCode.ERR,
                    arguments.ascii(i - 1).toUpperCase(Locale.ROOT) + " can't be "
                            + shown.substring(0, Math.min(MAX_ID, shown.length())));
        }
    }
}
