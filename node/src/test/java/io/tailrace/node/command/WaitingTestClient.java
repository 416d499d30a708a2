package io.tailrace.node.command;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.List;

/** A client's connection: shows each reply once. */
final class WaitingTestClient implements WaitingClient {
    private final long id;
    final ReplyWriter writer = new ReplyWriter(64);
    private final List<String> replies = new ArrayList<>();
    boolean isClosed;
    Runnable onBegin = () -> {};

    WaitingTestClient(long id) {
        this.id = id;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public ReplyWriter begin() {
        onBegin.run();
        writer.drained(writer.pending());
        return writer;
    }

    @Override
    public void end(boolean isLast) {
        String raw = Memory.toAscii(writer.address(), writer.pending());
        replies.add(raw.substring(0, raw.length() - 2).replace("\r\n", " "));
        isClosed = isLast;
    }

    /** What it has got since it was last asked, or "" while it waits. */
    String got() {
        String all = String.join(", ", replies);
        replies.clear();
        return all;
    }
}
