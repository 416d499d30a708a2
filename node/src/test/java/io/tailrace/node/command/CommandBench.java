package io.tailrace.node.command;

import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.backlog.BacklogSettings;
import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.script.NodeScripts;
import io.tailrace.node.shard.RebuildException;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.node.shard.ShardSettings;
import io.tailrace.node.store.StoreSizing;
import io.tailrace.node.value.CollectionLimits;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.EffectCursor;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A shard with nothing around it, for tests: commands in, replies and log records out, a clock that stands still until it
 * is moved. Text is one character a byte.
 */
public final class CommandBench implements AutoCloseable {
    public static final StoreSizing SIZING = new StoreSizing(20_000, 32, 100);
    public static final int MAX_VALUE = 1 << 20;

    private static final String HISTORY = "0123456789abcdef0123456789abcdef01234567";
    private static final int MAX_RECORD = 8 * MAX_VALUE;

    private final CommandTable table = StandardCommands.create();
    private final CommandTable waiting = new CommandTable(List.of(new BlockingListCommands()));
    private final List<NativeBuffer> buffers = new ArrayList<>();
    private final ReplyWriter reply = new ReplyWriter(4 << 10);
    private final Shard shard;
    private final CommandRunner runner;
    private final NodeScripts scripts;
    private final BacklogReader log;
    private long nowEpochMs = 1_000_000_000_000L;
    private int database;

    public CommandBench(Path directory) {
        this(directory, 0, 1);
    }

    public CommandBench(Path directory, int id, int shardCount) {
        this(directory, id, shardCount, SIZING, Background.THREADS);
    }

    /** @param background makes larger maps for the store when it outgrows {@code sizing} */
    public CommandBench(Path directory, int id, int shardCount, StoreSizing sizing, Background background) {
        this(directory, id, shardCount, sizing, background, CollectionLimits.standard());
    }

    /** @param limits up to which collections are packed */
    public CommandBench(Path directory, CollectionLimits limits) {
        this(directory, 0, 1, SIZING, Background.THREADS, limits);
    }

    private CommandBench(
            Path directory,
            int id,
            int shardCount,
            StoreSizing sizing,
            Background background,
            CollectionLimits limits) {
        BacklogSettings backlog = new BacklogSettings(64 << 20, 1 << 30, MAX_RECORD, "disk-test");
        CycleClock clock = new CycleClock(() -> nowEpochMs * 1_000);
        shard = new Shard(new ShardSettings(id, shardCount, sizing, backlog, MAX_VALUE, background, limits), clock);
        try {
            shard.open(ShardDirectory.open(directory));
        } catch (IOException | RebuildException e) {
            throw new IllegalStateException(e);
        }
        shard.log().beginHistory(HISTORY);
        scripts = new NodeScripts(shardCount, System::nanoTime);
        scripts.libraries(shard::libraries);
        runner = new CommandRunner(shard, shardCount, 16, new BenchScripts(scripts, table));
        log = shard.backlog().reader();
        log.readAt(shard.backlog().firstIndex());
    }

    CommandRunner runner() {
        return runner;
    }

    /** Runs a command that may wait; returns whether it does. */
    boolean waits(WaitingClient client, String... command) {
        boolean[] isWaiting = new boolean[1];
        String text = taken(() -> {
            Arguments arguments = arguments(command);
            isWaiting[0] = runner.runOrWait(spec(arguments, command), database, arguments, reply, client);
        });
        if (isWaiting[0] != text.isEmpty()) {
            throw new AssertionError("waits: " + isWaiting[0] + ", reply: " + text);
        }
        return isWaiting[0];
    }

    public Shard shard() {
        return shard;
    }

    public long nowEpochMs() {
        return nowEpochMs;
    }

    /** Sets the clock. */
    public CommandBench at(long millis) {
        nowEpochMs = millis;
        shard.clock().tick();
        return this;
    }

    CommandBench protocol(int version) {
        reply.protocol(version);
        return this;
    }

    /** Runs a command; the reply's lines are separated by spaces. */
    public String reply(String... command) {
        return readable(raw(command));
    }

    /** Runs the commands as those of a MULTI. */
    public String replyAll(String[]... commands) {
        return readable(rawAll(List.of(commands)));
    }

    /** A command that is run often, without making its arguments again; its replies are dropped. */
    final class Prepared implements AutoCloseable {
        private final List<NativeBuffer> own;
        private final Arguments arguments;
        private final CommandSpec spec;

        private Prepared(String... command) {
            arguments = arguments(command);
            spec = spec(arguments, command);
            own = List.copyOf(buffers);
            buffers.clear();
        }

        void run() {
            runner.run(spec, database, arguments, reply);
            reply.drained(reply.pending());
        }

        @Override
        public void close() {
            own.forEach(NativeBuffer::close);
        }
    }

    Prepared prepare(String... command) {
        return new Prepared(command);
    }

    private static String readable(String raw) {
        return raw.substring(0, raw.length() - 2).replace("\r\n", " ");
    }

    String raw(String... command) {
        return taken(() -> {
            Arguments arguments = arguments(command);
            CommandSpec spec = find(arguments);
            if (spec != null && !spec.isArity(command.length)) {
                reply.error(ErrorText.arity(spec.name()));
            } else if (spec != null && spec.name().equals("select")) {
                select(spec, arguments, reply);
            } else {
                runner.run(spec(arguments, command), database, arguments, reply);
            }
        });
    }

    String rawAll(List<String[]> commands) {
        return taken(() -> {
            List<Arguments> requests = new ArrayList<>();
            List<CommandSpec> specs = new ArrayList<>();
            for (String[] command : commands) {
                Arguments arguments = arguments(command);
                requests.add(arguments);
                specs.add(spec(arguments, command));
            }
            new MultiRunner(runner).runAll(specs, requests, null, database, reply, this::select);
        });
    }

    private void select(CommandSpec spec, Arguments arguments, ReplyWriter to) {
        String problem = DatabaseIndex.problem(arguments, 1, DatabaseIndex.USUAL_COUNT, null);
        if (problem == null) {
            database = (int) arguments.parseLong(1);
            to.ok();
        } else {
            to.error(problem);
        }
    }

    /** That the commands are about which come next: the one of the last SELECT. */
    public int database() {
        return database;
    }

    private String taken(Runnable run) {
        try {
            run.run();
            runner.blocked().serve();
            String text = Memory.toAscii(reply.address(), reply.pending());
            reply.drained(reply.pending());
            return text;
        } finally {
            buffers.forEach(NativeBuffer::close);
            buffers.clear();
        }
    }

    private CommandSpec find(Arguments arguments) {
        CommandSpec spec = table.find(arguments);
        return spec == null ? waiting.find(arguments) : spec;
    }

    private CommandSpec spec(Arguments arguments, String... command) {
        CommandSpec spec = find(arguments);
        if (spec == null || !spec.isArity(command.length)) {
            throw new IllegalArgumentException("unknown, or wrong arity: " + String.join(" ", command));
        }
        return spec;
    }

    private Arguments arguments(String... command) {
        Arguments arguments = new Arguments();
        byte[] bytes = String.join("", command).getBytes(StandardCharsets.ISO_8859_1);
        NativeBuffer buffer = new NativeBuffer(Math.max(1, bytes.length));
        buffers.add(buffer);
        Memory.copyIn(bytes, 0, buffer.address(), bytes.length);
        long at = buffer.address();
        for (String argument : command) {
            arguments.add(at, argument.length());
            at += argument.length();
        }
        return arguments;
    }

    /** The records logged since it was last asked, each as its effects joined by {@code "; "}. */
    public List<String> log() {
        List<String> records = new ArrayList<>();
        for (RecordView record = log.next(); record != null; record = log.next()) {
            records.add(text(record));
        }
        return records;
    }

    /** Ends {@link #log}, so that the shard's data can be replaced. */
    public void closeLog() {
        log.close();
    }

    private static String text(RecordView record) {
        List<String> effects = new ArrayList<>();
        EffectCursor cursor = new EffectCursor().wrap(record);
        while (cursor.next()) {
            List<String> words = new ArrayList<>();
            for (int i = 0; i < cursor.arguments().count(); i++) {
                words.add(cursor.arguments().ascii(i));
            }
            effects.add(String.join(" ", words));
        }
        if (cursor.isMalformed()) {
            throw new IllegalStateException(cursor.problem());
        }
        return String.join("; ", effects);
    }

    @Override
    public void close() {
        log.close();
        shard.close();
        reply.close();
    }
}
