package io.tailrace.wire.handshake;

import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import io.tailrace.wire.resp.RespLimits;
import java.util.List;
import java.util.Locale;

/**
 * What a replica asks for first, as one RESP array or inline line, keywords in either case: {@code REPLICATE VERSION 2
 * SHARD <i> OF <n> ID <id> PORT <port> HISTORY <40 hex or -> INDEX <n or -1> CHAIN <16 hex> [HOST <host>] [LINEAGE <terms>]
 * [CONSENT ANY|<history>:<index>:<chain>] [SNAPSHOT <id> OFFSET <bytes>]}.
 *
 * @param shard the replica's shard, from 0
 * @param shardCount how many shards the replica has
 * @param replicaId 1 to 64 printable ASCII characters, stable over restarts
 * @param port where the replica's clients connect
 * @param host what others are to find it by, or null for the address that it connects from
 * @param log what the replica holds, whatever it consents to
 * @param consent to have that replaced, or null for none
 * @param part of a snapshot that it has, or null
 */
public record HandshakeRequest(
        int shard,
        int shardCount,
        String replicaId,
        int port,
        String host,
        ReplicaLog log,
        CopyConsent consent,
        SnapshotPart part) {
    /** Of a replica that is found where it connects from. */
    public HandshakeRequest(
            int shard,
            int shardCount,
            String replicaId,
            int port,
            ReplicaLog log,
            CopyConsent consent,
            SnapshotPart part) {
        this(shard, shardCount, replicaId, port, null, log, consent, part);
    }

    /**
     * The log that a replica holds.
     *
     * @param history of its last record, or null if it has none
     * @param index of its last record, or {@link QueueIndex#NONE}
     * @param chain at its last record
     * @param lineage the histories it went through before that one, newest first; empty if there were none
     */
    public record ReplicaLog(String history, long index, long chain, List<EndedHistory> lineage) {
        /** No record at all. */
        public static final ReplicaLog EMPTY = new ReplicaLog(null, QueueIndex.NONE, 0, List.of());

        public ReplicaLog {
            lineage = List.copyOf(lineage);
        }

        public boolean isEmpty() {
            return history == null;
        }
    }

    /**
     * The first part of a snapshot's file.
     *
     * @param id the snapshot's
     * @param length bytes
     */
    public record SnapshotPart(String id, long length) {}

    /** Says what a node understands: from 2 on, parts of transactions over several shards. */
    public static final int VERSION = 2;
    /** The most bytes a request may have. */
    public static final int MAX_LENGTH = 4096;

    private static final int MAX_ID = 64;
    private static final int MAX_PORT = 65535;
    private static final int PLAIN_COUNT = 17;
    private static final int MAX_HOST = 255;
    private static final int HOST_COUNT = 2;
    private static final int LINEAGE_COUNT = 2;
    private static final int CONSENT_COUNT = 2;
    private static final int RESUME_COUNT = 4;
    private static final int MAX_COUNT = PLAIN_COUNT + HOST_COUNT + LINEAGE_COUNT + CONSENT_COUNT + RESUME_COUNT;
    private static final String HOST = "HOST";
    private static final String LINEAGE = "LINEAGE";
    private static final String CONSENT = "CONSENT";
    private static final String SNAPSHOT = "SNAPSHOT";
    private static final String OFFSET = "OFFSET";
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
                    RefusalCode.VERSION, "version " + VERSION + " is supported here, not " + arguments.ascii(2));
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
        int at = PLAIN_COUNT;
        String host = null;
        if (isKeyword(arguments, at, HOST)) {
            host = word(arguments, at + 1, MAX_HOST);
            at += HOST_COUNT;
        }
        List<EndedHistory> lineage = List.of();
        if (isKeyword(arguments, at, LINEAGE)) {
            lineage = EndedHistory.parse(arguments.ascii(at + 1));
            check(lineage != null, arguments, at + 1);
            at += LINEAGE_COUNT;
        }
        CopyConsent consent = null;
        if (isKeyword(arguments, at, CONSENT)) {
            consent = CopyConsent.parse(arguments.ascii(at + 1));
            check(consent != null, arguments, at + 1);
            at += CONSENT_COUNT;
        }
        SnapshotPart part = count == at ? null : part(arguments, at);
        int shardCount = (int) number(arguments, 6, 1, Integer.MAX_VALUE);
        int shard = (int) number(arguments, 4, 0, Integer.MAX_VALUE);
        check(shard < shardCount, arguments, 4);
        return new HandshakeRequest(
                shard,
                shardCount,
                word(arguments, 8, MAX_ID),
                (int) number(arguments, 10, 0, MAX_PORT),
                host,
                log(arguments, lineage),
                consent,
                part);
    }

    private static ReplicaLog log(Arguments arguments, List<EndedHistory> lineage) throws HandshakeException {
        String history = arguments.ascii(12);
        check(history.equals("-") || HexText.isHistory(history), arguments, 12);
        check(HexText.isChain(arguments.ascii(16)), arguments, 16);
        return new ReplicaLog(
                history.equals("-") ? null : history,
                number(arguments, 14, QueueIndex.NONE, Long.MAX_VALUE),
                HexText.parse(arguments.ascii(16)),
                lineage);
    }

    private static SnapshotPart part(Arguments arguments, int at) throws HandshakeException {
        int count = arguments.count();
        if (!arguments.is(at, SNAPSHOT)) {
            throw new HandshakeException(
                    RefusalCode.ERR,
                    "expected " + HOST + ", " + LINEAGE + ", " + CONSENT + " or " + SNAPSHOT + ", got "
                            + arguments.ascii(at));
        }
        expect(arguments, Math.min(at + 2, count - 1), OFFSET);
        if (count != at + RESUME_COUNT) {
            throw new HandshakeException(RefusalCode.ERR, "expected a number after OFFSET");
        }
        return new SnapshotPart(
                word(arguments, at + 1, FrameLayout.MAX_SNAPSHOT_ID), number(arguments, at + 3, 0, Long.MAX_VALUE));
    }

    /** Whether this keyword and a value stand there. */
    private static boolean isKeyword(Arguments arguments, int at, String keyword) {
        return at + 1 < arguments.count() && arguments.is(at, keyword);
    }

    private static void expect(Arguments arguments, int at, String keyword) throws HandshakeException {
        if (!arguments.is(at, keyword)) {
            throw new HandshakeException(RefusalCode.ERR, "expected " + keyword + ", got " + arguments.ascii(at));
        }
    }

    /** Appends the request as a RESP array. */
    public void encode(ReplyWriter out) {
        boolean hasLineage = !log.lineage().isEmpty();
        out.array(PLAIN_COUNT
                + (host == null ? 0 : HOST_COUNT)
                + (hasLineage ? LINEAGE_COUNT : 0)
                + (consent == null ? 0 : CONSENT_COUNT)
                + (part == null ? 0 : RESUME_COUNT));
        out.bulk(KEYWORDS[0]);
        pair(out, "VERSION", Integer.toString(VERSION));
        pair(out, "SHARD", Integer.toString(shard));
        pair(out, "OF", Integer.toString(shardCount));
        pair(out, "ID", replicaId);
        pair(out, "PORT", Integer.toString(port));
        pair(out, "HISTORY", log.isEmpty() ? "-" : log.history());
        pair(out, "INDEX", Long.toString(log.index()));
        pair(out, "CHAIN", HexText.of(log.chain()));
        if (host != null) {
            pair(out, HOST, host);
        }
        if (hasLineage) {
            pair(out, LINEAGE, EndedHistory.text(log.lineage()));
        }
        if (consent != null) {
            pair(out, CONSENT, consent.text());
        }
        if (part != null) {
            pair(out, SNAPSHOT, part.id());
            pair(out, OFFSET, Long.toString(part.length()));
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
        boolean isValid = !text.isEmpty() && text.length() <= maxLength;
        for (int at = 0; at < text.length(); at++) {
            isValid &= text.charAt(at) > ' ' && text.charAt(at) <= '~';
        }
        check(isValid, arguments, i);
        return text;
    }

    private static void check(boolean isValid, Arguments arguments, int i) throws HandshakeException {
        if (!isValid) {
            String shown = arguments.ascii(i);
            throw new HandshakeException(
                    RefusalCode.ERR,
                    arguments.ascii(i - 1).toUpperCase(Locale.ROOT) + " can't be "
                            + shown.substring(0, Math.min(MAX_ID, shown.length())));
        }
    }
}
