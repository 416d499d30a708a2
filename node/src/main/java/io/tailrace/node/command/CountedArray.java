package io.tailrace.node.command;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.ReplyWriter;

/** An array in a reply whose elements are counted as they are written. Reused; not nested; one thread. */
final class CountedArray {
    private ReplyWriter reply;
    private boolean isMap;
    private int begin;
    private int content;

    /** @param guess of how many there will be; the closer, the less is moved at the end */
    void begin(ReplyWriter to, long guess) {
        begin(to, guess, false);
    }

    /** A map in RESP 3, an array of pairs in RESP 2. */
    void beginMap(ReplyWriter to, long guess) {
        begin(to, guess, to.protocol() == 3);
    }

    private void begin(ReplyWriter to, long guess, boolean isMapHere) {
        reply = to;
        isMap = isMapHere;
        begin = reply.position();
        head((int) Math.min(Integer.MAX_VALUE, guess));
        content = reply.position();
    }

    private void head(int count) {
        if (isMap) {
            reply.map(count);
        } else {
            reply.array(count);
        }
    }

    /** Ends it with this many elements. */
    void end(int count) {
        int end = reply.position();
        int length = end - content;
        reply.truncate(begin);
        head(count);
        int now = reply.position();
        if (now == content) {
            // the elements lie where they were
            reply.claim(length);
            return;
        }
        reply.claim(Math.max(0, end - now));
        Memory.move(reply.address() + content, reply.address() + now, length);
        reply.truncate(now + length);
    }
}
