package io.tailrace.node.reactor;

import io.tailrace.node.command.Routing;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Makes one reply of several shards' replies. The first error wins. Stateless. */
final class ReplyJoin {
    private ReplyJoin() {}

    static void everywhere(Routing routing, List<DetachedReply> replies, ReplyWriter reply) {
        if (hasError(replies, reply)) {
            return;
        }
        switch (routing) {
            case EVERY_SUM:
                reply.integer(sum(replies));
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

    private static boolean hasError(List<DetachedReply> replies, ReplyWriter reply) {
        for (DetachedReply each : replies) {
            if (each.length() > 0 && each.at(0) == '-') {
                each.writeTo(reply);
                return true;
            }
        }
        return false;
    }

    private static long sum(List<DetachedReply> replies) {
        long sum = 0;
        for (DetachedReply each : replies) {
            if (each.length() > 0) {
                sum += header(each, 0);
            }
        }
        return sum;
    }

    /** The number after a type character. */
    static long header(DetachedReply bytes, int at) {
        StringBuilder digits = new StringBuilder();
        for (int i = at + 1, end = lineEnd(bytes, at); i < end; i++) {
            digits.append((char) bytes.at(i));
        }
        return Long.parseLong(digits, 0, digits.length(), 10);
    }

    static int lineEnd(DetachedReply bytes, int at) {
        int end = at;
        while (bytes.at(end) != '\r') {
            end++;
        }
        return end;
    }

    private static void joined(List<DetachedReply> replies, ReplyWriter reply) {
        long total = 0;
        for (DetachedReply each : replies) {
            total += header(each, 0);
        }
        reply.array((int) total);
        for (DetachedReply each : replies) {
            each.writeTo(reply, lineEnd(each, 0) + 2, each.length());
        }
    }

    private static void any(List<DetachedReply> replies, ReplyWriter reply) {
        List<DetachedReply> present = new ArrayList<>();
        for (DetachedReply each : replies) {
            boolean isNull = each.at(0) == '_' || each.at(0) == '$' && each.at(1) == '-';
            if (!isNull) {
                present.add(each);
            }
        }
        if (present.isEmpty()) {
            reply.nullBulk();
        } else {
            present.get(ThreadLocalRandom.current().nextInt(present.size())).writeTo(reply);
        }
    }
}
