package io.tailrace.node.warmup;

import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.backlog.BacklogSettings;
import io.tailrace.node.command.CommandRunner;
import io.tailrace.node.command.CommandSpec;
import io.tailrace.node.command.CommandTable;
import io.tailrace.node.command.LoneScriptHost;
import io.tailrace.node.config.EvictionPolicy;
import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.platform.MachineClock;
import io.tailrace.node.platform.ScratchDirectory;
import io.tailrace.node.script.NodeScripts;
import io.tailrace.node.shard.ActiveExpiry;
import io.tailrace.node.shard.MemoryLimit;
import io.tailrace.node.shard.RebuildException;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.node.shard.ShardSettings;
import io.tailrace.node.store.StoreSizing;
import io.tailrace.wire.handshake.HandshakeReply;
import io.tailrace.wire.handshake.HandshakeReply.SnapshotOffer;
import io.tailrace.wire.handshake.HistoryPosition;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A shard with its log and store and nothing around it, which no client knows. Commands are carried out as by any shard, but their replies
 * are dropped. Owned by one thread at a time.
 */
final class ScratchShard implements AutoCloseable {
    private static final String HISTORY = "0".repeat(40);
    private static final StoreSizing SIZING = new StoreSizing(1_000, 16, 64);
    private static final int SEGMENT_BYTES = 2 << 20;
    private static final int MAX_VALUE = 1 << 20;
    private static final int REAPED_AT_ONCE = 16;
    private static final int MAX_ERROR = 200;

    private final ScratchDirectory directory;
    private final CommandTable commands;
    private final NodeScripts scripts =
            new NodeScripts(1, () -> TimeUnit.MICROSECONDS.toNanos(MachineClock.steadyMicros()));
    private final Shard shard;
    private final CommandRunner runner;
    private final ActiveExpiry expiry;
    private final Arguments arguments = new Arguments();
    private final NativeBuffer request = new NativeBuffer(4 << 10);
    private final ReplyWriter reply = new ReplyWriter(64 << 10);

    /** @param temporary the directory that its own is in */
    ScratchShard(Path temporary, CommandTable commands, Background background) throws IOException, RebuildException {
        this.commands = commands;
        directory = ScratchDirectory.make(temporary);
        BacklogSettings log = new BacklogSettings(
                SEGMENT_BYTES, 2 * SEGMENT_BYTES, 2 * MAX_VALUE, () -> background.executor("warm-up-disk"));
        CycleClock clock = new CycleClock(MachineClock::epochMicros, MachineClock::steadyMicros);
        shard = new Shard(new ShardSettings(0, 1, SIZING, log, MAX_VALUE, background), clock);
        shard.open(ShardDirectory.open(directory.path()));
        shard.log().beginHistory(HISTORY);
        scripts.libraries(shard::libraries);
        runner = new CommandRunner(shard, 1, 2, new LoneScriptHost(scripts, commands));
        expiry = new ActiveExpiry(shard);
    }

    /** Carries out a command, of database 0, and what a duty cycle does after it; returns null, or the error that it has replied. */
    String run(List<String> words) {
        shard.clock().tick();
        CommandSpec spec = parse(words);
        runner.run(spec, arguments, reply);
        runner.blocked().serve();
        String answer = Memory.toAscii(reply.address(), Math.min(reply.pending(), MAX_ERROR));
        reply.drained(reply.pending());
        shard.commit();
        shard.databases().reap(REAPED_AT_ONCE);
        return answer.startsWith("-") ? answer.substring(1).strip() : null;
    }

    private CommandSpec parse(List<String> words) {
        arguments.reset();
        byte[] bytes = String.join("", words).getBytes(StandardCharsets.ISO_8859_1);
        request.ensureCapacity(bytes.length, 0);
        Memory.copyIn(bytes, 0, request.address(), bytes.length);
        long at = request.address();
        for (String word : words) {
            arguments.add(at, word.length());
            at += word.length();
        }
        CommandSpec spec = commands.find(arguments);
        if (spec == null || !spec.isArity(words.size())) {
            throw new IllegalArgumentException("no command: " + String.join(" ", words));
        }
        return spec;
    }

    /** Removes keys past their deadline, and one by one those that a limit of memory has no room for. */
    void removeSome() {
        shard.clock().tick();
        expiry.step();
        shard.memory().set(1, EvictionPolicy.ALLKEYS_LRU);
        shard.memory().step();
        shard.memory().set(MemoryLimit.NONE, EvictionPolicy.NOEVICTION);
        shard.databases().reap(REAPED_AT_ONCE);
    }

    /** Reads its log, and says and hears what a primary and its replica say to each other first. */
    void follow() throws IOException {
        try (BacklogReader reader = shard.backlog().reader()) {
            reader.readAt(shard.backlog().firstIndex());
            reader.current();
            reader.next();
        }
        shard.snapshots().newestShippable();
        HistoryPosition end = HistoryPosition.of(
                HISTORY, shard.backlog().lastIndex(), shard.backlog().lastChain());
        hear(HandshakeReply.stream(end.index(), end));
        hear(HandshakeReply.log(end.index(), end));
        hear(HandshakeReply.snapshot(new SnapshotOffer(HISTORY, -1, 0, 1), end));
        hear(HandshakeReply.rewind(end, end));
    }

    private void hear(HandshakeReply said) {
        said.encode(reply);
        HandshakeReply.parse(reply.address(), HandshakeReply.lineLength(reply.address(), reply.pending()));
        reply.drained(reply.pending());
    }

    @Override
    public void close() throws IOException {
        expiry.close();
        shard.close();
        runner.close();
        request.close();
        reply.close();
        directory.close();
    }
}
