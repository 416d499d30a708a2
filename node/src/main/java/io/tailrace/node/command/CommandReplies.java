package io.tailrace.node.command;

import io.tailrace.wire.resp.ReplyWriter;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * What COMMAND and COMMAND DOCS reply for all commands, encoded once for each version of the protocol: redis-cli asks for the second
 * whenever it is started, and to put it together took a shard's thread 6 to 12 ms each time. Any thread.
 */
final class CommandReplies {
    private static final int INITIAL_CAPACITY = 256 << 10;
    private static final int MIN_PROTOCOL = 2;
    private static final int MAX_PROTOCOL = 3;

    private final Collection<CommandSpec> commands;
    /** By protocol; filled by who comes first, with what anybody would. */
    private final AtomicReferenceArray<byte[]> infos = new AtomicReferenceArray<>(MAX_PROTOCOL + 1);

    private final AtomicReferenceArray<byte[]> docs = new AtomicReferenceArray<>(MAX_PROTOCOL + 1);

    CommandReplies(Collection<CommandSpec> commands) {
        this.commands = commands;
    }

    /** Ahead of the first who asks. */
    void encode() {
        for (int protocol = MIN_PROTOCOL; protocol <= MAX_PROTOCOL; protocol++) {
            infos(protocol);
            docs(protocol);
        }
    }

    /** What COMMAND replies. */
    byte[] infos(int protocol) {
        return encoded(infos, protocol, reply -> {
            reply.array(commands.size());
            commands.forEach(spec -> CommandInfoReply.write(spec, reply));
        });
    }

    /** What COMMAND DOCS replies. */
    byte[] docs(int protocol) {
        return encoded(docs, protocol, reply -> CommandDocsReply.write(commands, reply));
    }

    private static byte[] encoded(AtomicReferenceArray<byte[]> known, int protocol, Consumer<ReplyWriter> writing) {
        byte[] bytes = known.get(protocol);
        if (bytes == null) {
            try (ReplyWriter reply = new ReplyWriter(INITIAL_CAPACITY)) {
                reply.protocol(protocol);
                writing.accept(reply);
                bytes = new byte[reply.pending()];
                reply.pendingBytes().get(bytes);
            }
            known.set(protocol, bytes);
        }
        return bytes;
    }
}
