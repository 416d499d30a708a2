package io.tailrace.tools.rdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A stream with its groups, as commands: XADD for each entry, XSETID, XGROUP CREATE, and XCLAIM for what is pending. One thread.
 *
 * <pre>
 *  a node: ID of its first entry, 16 bytes, the highest first, and a listpack:
 *    count  deleted  fields n  field 1 .. field n  0                           of the first entry
 *    flags  ms - first  seq - first  [n  field ..] value ..  elements          each entry; flags 1: deleted, 2: the same fields
 * </pre>
 */
final class StreamReader {
    private static final int DELETED = 1;
    private static final int SAME_FIELDS = 2;

    private final RdbInput in;
    private final CommandSink out;
    private byte[] key;

    StreamReader(RdbInput in, CommandSink out) {
        this.in = in;
        this.out = out;
    }

    private record Pending(long deliveredMs, long deliveries) {}

    void read(int type, byte[] streamKey) throws IOException {
        key = streamKey;
        long entries = 0;
        for (long nodes = in.length(); nodes > 0; nodes--) {
            ByteBuffer first = ByteBuffer.wrap(in.string());
            entries += node(first.getLong(), first.getLong(), new ListpackReader(in.string()));
        }
        in.length();
        String last = id();
        String mostDeleted = "0-0";
        long added = entries;
        if (type >= RdbExtent.STREAM_2) {
            id();
            mostDeleted = id();
            added = in.length();
        }
        if (entries == 0) {
            // only a group makes a stream that is empty
            out.command("XGROUP", "CREATE", key, "tailrace-import", "0", "MKSTREAM");
            out.command("XGROUP", "DESTROY", key, "tailrace-import");
        }
        out.command("XSETID", key, last, "ENTRIESADDED", Long.toString(added), "MAXDELETEDID", mostDeleted);
        for (long groups = in.length(); groups > 0; groups--) {
            group(type);
        }
    }

    private String id() throws IOException {
        return Long.toUnsignedString(in.length()) + "-" + Long.toUnsignedString(in.length());
    }

    private long node(long ms, long sequence, ListpackReader pack) throws IOException {
        long live = 0;
        long count = pack.number() + pack.number();
        List<byte[]> fields = new ArrayList<>();
        for (long left = pack.number(); left > 0; left--) {
            fields.add(pack.next());
        }
        pack.next();
        for (long entry = 0; entry < count; entry++) {
            long flags = pack.number();
            String id =
                    Long.toUnsignedString(ms + pack.number()) + "-" + Long.toUnsignedString(sequence + pack.number());
            List<Object> command = new ArrayList<>(List.of("XADD", key, id));
            boolean isSame = (flags & SAME_FIELDS) != 0;
            long number = isSame ? fields.size() : pack.number();
            for (int i = 0; i < number; i++) {
                command.add(isSame ? fields.get(i) : pack.next());
                command.add(pack.next());
            }
            pack.next();
            if ((flags & DELETED) == 0) {
                live++;
                out.command(command.toArray());
            }
        }
        return live;
    }

    private void group(int type) throws IOException {
        byte[] name = in.string();
        String last = id();
        long read = type >= RdbExtent.STREAM_2 ? in.length() : -1;
        out.command("XGROUP", "CREATE", key, name, last, "ENTRIESREAD", Long.toString(read));
        Map<String, Pending> pending = new HashMap<>();
        for (long left = in.length(); left > 0; left--) {
            String id = rawId();
            pending.put(id, new Pending(in.i64(), in.length()));
        }
        for (long left = in.length(); left > 0; left--) {
            byte[] consumer = in.string();
            in.skip(type == RdbExtent.STREAM_3 ? 2 * Long.BYTES : Long.BYTES);
            out.command("XGROUP", "CREATECONSUMER", key, name, consumer);
            for (long ids = in.length(); ids > 0; ids--) {
                String id = rawId();
                Pending of = pending.get(id);
                if (of == null) {
                    throw new IOException("entry " + id
                            + " is pending with a consumer and not with its group, before byte " + in.position());
                }
                out.command(
                        "XCLAIM",
                        key,
                        name,
                        consumer,
                        "0",
                        id,
                        "TIME",
                        Long.toString(of.deliveredMs()),
                        "RETRYCOUNT",
                        Long.toString(of.deliveries()),
                        "FORCE",
                        "JUSTID");
            }
        }
    }

    private String rawId() throws IOException {
        return Long.toUnsignedString(in.id()) + "-" + Long.toUnsignedString(in.id());
    }
}
