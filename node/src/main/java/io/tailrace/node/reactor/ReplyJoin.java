package io.tailrace.node.reactor;

import io.tailrace.node.command.Routing;
import io.tailrace.wire.resp.ReplyWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Makes one reply of several shards' replies. The first error wins. Stateless. */
final class ReplyJoin {
    private ReplyJoin() {}

    /** @param order which shard each key of the request went to */
    static void bySplit(Routing routing, List<byte[]> replies, int[] order, ReplyWriter reply) {
        if (!hasError(replies, reply)) {
            if (routing == Routing.SPLIT_SUM) {
                reply.integer(sum(replies));
            } else if (routing == Routing.SPLIT_OK) {
                reply.ok();
            } else {
                byKey(replies, order, reply);
            }
        }
    }

    static void everywhere(Routing routing, List<byte[]> replies, ReplyWriter reply) {
        if (hasError(replies, reply)) {
            return;
        }
        switch (routing) {
            case EVERY_SUM:
                reply.integer(sum(replies));
                break;
            case EVERY_OK:
                reply.ok();
                break;
            case EVERY_ARRAY:
                joined(replies, reply);
                break;
            case EVERY_ANY:
                any(replies, reply);
                break;
            default:
                throw new IllegalArgumentException("routing " + routing);
        }
    }

    private static boolean hasError(List<byte[]> replies, ReplyWriter reply) {
        for (byte[] each : replies) {
            if (each.length > 0 && each[0] == '-') {
                reply.raw(each);
                return true;
            }
        }
        return false;
    }

    private static long sum(List<byte[]> replies) {
        long sum = 0;
        for (byte[] each : replies) {
            if (each.length > 0) {
                sum += header(each, 0);
            }
        }
        return sum;
    }

    /** The number behind a type character. */
    private static long header(byte[] bytes, int at) {
        int end = lineEnd(bytes, at);
        return Long.parseLong(new String(bytes, at + 1, end - at - 1, StandardCharsets.US_ASCII));
    }

    private static int lineEnd(byte[] bytes, int at) {
        int end = at;
        while (bytes[end] != '\r') {
            end++;
        }
        return end;
    }

    /** Where the bulk string or null at an offset ends. */
    private static int elementEnd(byte[] bytes, int at) {
        int end = lineEnd(bytes, at) + 2;
        if (bytes[at] == '$') {
            long length = header(bytes, at);
            return length < 0 ? end : end + (int) length + 2;
        }
        return end;
    }

    private static void byKey(List<byte[]> replies, int[] order, ReplyWriter reply) {
        int[] at = new int[replies.size()];
        for (int shard = 0; shard < at.length; shard++) {
            byte[] own = replies.get(shard);
            at[shard] = own.length == 0 ? 0 : lineEnd(own, 0) + 2;
        }
        reply.array(order.length);
        for (int shard : order) {
            byte[] own = replies.get(shard);
            int end = elementEnd(own, at[shard]);
            reply.raw(Arrays.copyOfRange(own, at[shard], end));
            at[shard] = end;
        }
    }

    private static void joined(List<byte[]> replies, ReplyWriter reply) {
        long total = 0;
        for (byte[] each : replies) {
            total += header(each, 0);
        }
        reply.array((int) total);
        for (byte[] each : replies) {
            reply.raw(Arrays.copyOfRange(each, lineEnd(each, 0) + 2, each.length));
        }
    }

    private static void any(List<byte[]> replies, ReplyWriter reply) {
        List<byte[]> present = new ArrayList<>();
        for (byte[] each : replies) {
            boolean isNull = each[0] == '_' || each[0] == '$' && each[1] == '-';
            if (!isNull) {
                present.add(each);
            }
        }
        if (present.isEmpty()) {
            reply.nullBulk();
        } else {
            reply.raw(present.get(ThreadLocalRandom.current().nextInt(present.size())));
        }
    }
}
