package io.tailrace.node.simulation;

import io.tailrace.node.shard.Shard;
import io.tailrace.wire.handshake.FrameLayout;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.Chain;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordBuilder;
import io.tailrace.wire.record.RecordLayout;
import io.tailrace.wire.record.RecordView;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Changes what is on its way from one node to another, or what one has, so that it looks as if it were right. */
final class Forger {
    private static final Pattern MARK = Pattern.compile("<(\\d+)\\.(\\d)");
    private static final Pattern TOKEN = Pattern.compile("(WAITTOKEN\r\n\\$\\d+\r\n[0-9a-f]{40}\\.)([0-9.-]+)");
    private static final Pattern TAKE = Pattern.compile("(TAKE\r\n.*)\\$\\d+\r\n\\d+\r\n$", Pattern.DOTALL);

    private Forger() {}

    /** Changes text, of any length, where that is wanted. */
    static void rewrite(Flow flow, UnaryOperator<String> how, boolean isWanted) {
        if (isWanted) {
            String text = new String(flow.bytes().takeAll(), StandardCharsets.ISO_8859_1);
            flow.bytes().add(how.apply(text).getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    /** Another value than the one that was written or read. */
    static String otherMarks(String text) {
        return MARK.matcher(text).replaceAll(mark -> "<" + mark.group(1) + "." + (9 - Integer.parseInt(mark.group(2))));
    }

    /** A token that asks for nothing but the first record of each shard. */
    static String firstRecords(String text) {
        return TOKEN.matcher(text)
                .replaceAll(token ->
                        Matcher.quoteReplacement(token.group(1) + token.group(2).replaceAll("\\d", "0")));
    }

    /** An offer of the primary's role that doesn't ask for its records. */
    static String offerWithoutRecords(String text) {
        Matcher offer = TAKE.matcher(text);
        return offer.find() ? offer.replaceFirst("$1\\$2\r\n-1\r\n") : text;
    }

    /** Lets acknowledgements say more than is true. */
    static void acknowledge(Flow flow, LoggedRecord last) {
        byte[] bytes = flow.bytes().takeAll();
        ByteBuffer frames = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at + FrameLayout.HEADER_LENGTH <= bytes.length; at++) {
            boolean isAck = frames.getInt(at) == FrameLayout.ACK_LENGTH
                    && frames.getInt(at + FrameLayout.TYPE_OFFSET) == FrameLayout.ACK;
            if (isAck && frames.getLong(at + FrameLayout.ARGUMENT_OFFSET) < last.index()) {
                frames.putLong(at + FrameLayout.ARGUMENT_OFFSET, last.index());
                frames.putLong(at + FrameLayout.BODY_OFFSET + FrameLayout.ACK_CHAIN_OFFSET, last.chain());
            }
        }
        flow.bytes().add(bytes);
    }

    /** An acknowledgement out of nothing. */
    static byte[] acknowledgement(LoggedRecord last) {
        ByteBuffer frame = ByteBuffer.allocate(FrameLayout.HEADER_LENGTH + FrameLayout.ACK_LENGTH)
                .order(ByteOrder.LITTLE_ENDIAN);
        frame.putInt(FrameLayout.BODY_LENGTH_OFFSET, FrameLayout.ACK_LENGTH);
        frame.put(FrameLayout.TYPE_OFFSET, FrameLayout.ACK);
        frame.putLong(FrameLayout.ARGUMENT_OFFSET, last.index());
        frame.putLong(FrameLayout.BODY_OFFSET + FrameLayout.ACK_RECEIVED_OFFSET, last.index());
        frame.putLong(FrameLayout.BODY_OFFSET + FrameLayout.ACK_DURABLE_OFFSET, QueueIndex.NONE);
        frame.putLong(FrameLayout.BODY_OFFSET + FrameLayout.ACK_CHAIN_OFFSET, last.chain());
        return frame.array();
    }

    /** Changes a letter in a record on its way, and its chain accordingly. */
    static void alterRecord(Flow flow, LogBook book) {
        byte[] bytes = flow.bytes().takeAll();
        ByteBuffer frames = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        boolean isChanged = false;
        int shortest = FrameLayout.HEADER_LENGTH + RecordLayout.HEADER_LENGTH;
        for (int at = 0; at + shortest <= bytes.length && !isChanged; at++) {
            int record = at + FrameLayout.BODY_OFFSET;
            int length = frames.getInt(at);
            boolean isRecord = frames.getInt(at + FrameLayout.TYPE_OFFSET) == FrameLayout.RECORD
                    && length > RecordLayout.HEADER_LENGTH
                    && record + length <= bytes.length
                    && bytes[record + RecordLayout.VERSION_AND_KIND_OFFSET]
                            == (RecordLayout.VERSION << 4 | RecordLayout.KIND_EFFECT);
            LoggedRecord known = isRecord
                    ? book.find(
                            frames.getLong(at + FrameLayout.ARGUMENT_OFFSET),
                            frames.getLong(record + RecordLayout.CHAIN_OFFSET))
                    : null;
            if (known != null) {
                bytes[record + length - 3] ^= 1;
                frames.putLong(
                        record + RecordLayout.CHAIN_OFFSET, chain(known.before().chain(), bytes, record, length));
                isChanged = true;
            }
        }
        flow.bytes().add(bytes);
    }

    private static long chain(long before, byte[] bytes, int at, int length) {
        try (NativeBuffer copy = new NativeBuffer(length)) {
            Memory.copyIn(bytes, at, copy.address(), length);
            return Chain.next(before, copy.address(), length);
        }
    }

    /** What is done with a record that nobody sent. */
    interface Taker {
        void take(long index, RecordView record);
    }

    /** Makes up the next record of a log, with a chain that fits or is this much off. */
    static void invent(Shard shard, long off, Taker taker) {
        try (RecordBuilder builder = new RecordBuilder()) {
            builder.begin(RecordLayout.KIND_EFFECT);
            builder.command(3);
            builder.argument("SET");
            builder.argument("k0");
            builder.argument("nobody wrote this");
            builder.seal(shard.clock().micros(), shard.backlog().lastChain() + off);
            taker.take(shard.backlog().nextIndex(), new RecordView().wrap(builder.address(), builder.length()));
        }
    }
}
