package io.tailrace.tools;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.feed.ChangeFeed;
import io.tailrace.node.feed.FeedException;
import io.tailrace.node.feed.FeedPosition;
import io.tailrace.node.feed.FeedSlots;
import io.tailrace.node.feed.FeedStart;
import io.tailrace.node.feed.SlotState;
import io.tailrace.node.platform.MachineClock;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.tools.dump.LogPosition;
import io.tailrace.tools.feed.FeedRun;
import io.tailrace.tools.feed.RemoteFeed;
import io.tailrace.tools.online.NodeAccess;
import io.tailrace.tools.output.TimeText;
import io.tailrace.wire.record.QueueIndex;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tailrace feed}: the committed writes of a node on this host as they come, and the slots of their readers. */
@Command(
        name = "feed",
        description = "Prints each committed write of a running node, read straight from its log.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        subcommands = {FeedCommand.Register.class, FeedCommand.ListSlots.class, FeedCommand.Drop.class},
        footer = {
            "",
            "DIR is the node's data directory on this host. The node is sent nothing and asked nothing.",
            "",
            "  tailrace feed tailrace-data --from now --format json",
            "  tailrace feed register indexer tailrace-data",
            "  tailrace feed tailrace-data --slot indexer --format json",
            "  tailrace feed --node 10.0.0.1:6379 --password-file secret --from oldest --format json",
            "",
            "PLACE is 'oldest', 'now', the token of a change (with --shard), " + LogPosition.FORMS + ".",
            "Records that are gone and changes of history have a line of their own."
        })
final class FeedCommand implements Callable<Integer> {
    private static final long MICROS_PER_MILLI = 1_000;
    /** A node that has nothing new answers within half a second. */
    private static final int SECONDS = 30;

    private static final String TOKEN_NEEDS_SHARD = "--from with a token needs --shard: a token is of one shard's log";

    /** How it is written. */
    enum Format {
        TEXT,
        JSON
    }

    private final OutputStream out;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", arity = "0..1", description = "a node's data directory")
    private Path directory;

    @Option(names = "--shard", paramLabel = "N", description = "only this shard (default: all)")
    private Integer shard;

    @Option(
            names = "--from",
            paramLabel = "PLACE",
            description = "where to begin (default: where the slot is, else now)")
    private String from;

    @Option(
            names = "--slot",
            paramLabel = "NAME",
            description = "continue where it is, and move it as lines are written")
    private String slot;

    @Option(names = "--limit", paramLabel = "N", description = "end after N changes")
    private long limit = Long.MAX_VALUE;

    @Option(names = "--no-follow", description = "end when there is nothing more")
    private boolean isBounded;

    @Option(
            names = "--format",
            paramLabel = "text|json",
            description = "a line per effect, or an object per change and line (default: text)")
    private Format format = Format.TEXT;

    @Option(
            names = "--latency",
            description = "print no changes, but at the end their latencies after commit; uses a processor")
    private boolean isLatency;

    @Option(
            names = "--node",
            paramLabel = "HOST:PORT",
            description = "ask this node over a connection instead of reading a directory of this host")
    private String node;

    @Mixin
    private NodeAccess access = new NodeAccess(SECONDS);

    FeedCommand() {
        this(new FileOutputStream(FileDescriptor.out));
    }

    FeedCommand(OutputStream out) {
        this.out = out;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        require(node == null || directory == null, "give a DIR or a --node, not both");
        require(node != null || directory != null, "Missing required parameter: 'DIR'");
        require(node != null || !access.isGiven(), "how to log in and to connect is for --node");
        require(limit >= 1, "--limit must be at least 1, not " + limit);
        if (node != null) {
            return remote();
        }
        FeedStart start = start();
        FeedRun run = new FeedRun(new FeedRun.Request(directory, shard, start, slot, limit, !isBounded), out, output());
        try (OrderlyExit exit = new OrderlyExit()) {
            exit.cover(run::stop);
            run.run();
        }
        return ExitCode.OK;
    }

    private Integer remote() throws IOException, InterruptedException {
        require(
                !isLatency && slot == null,
                "--slot and --latency are for a DIR: over a connection keep the last token");
        String place = from == null ? "now" : from;
        FeedStart start = place(place, spec);
        require(start.kind() != FeedStart.Kind.TIME, "--from with a time is for a DIR");
        require(start.kind() != FeedStart.Kind.AFTER || shard != null, TOKEN_NEEDS_SHARD);
        HostPort address = OnlineNodes.of(List.of(node), access, spec).get(0);
        String begin = start.kind() == FeedStart.Kind.INDEX
                ? QueueIndex.toString(LogPosition.index(place).value())
                : place.equals("now") || place.equals("oldest") ? place.toUpperCase(Locale.ROOT) : place;
        RemoteFeed run = new RemoteFeed(
                new RemoteFeed.Request(address, shard, begin, limit, !isBounded), access, out, format == Format.JSON);
        try (OrderlyExit exit = new OrderlyExit()) {
            exit.cover(run::stop);
            run.run();
        }
        return ExitCode.OK;
    }

    private FeedRun.Output output() {
        return isLatency ? FeedRun.Output.LATENCY : format == Format.JSON ? FeedRun.Output.JSON : FeedRun.Output.TEXT;
    }

    private FeedStart start() {
        if (from == null) {
            return slot == null ? FeedStart.now() : null;
        }
        FeedStart start = place(from, spec);
        require(start.kind() != FeedStart.Kind.AFTER || shard != null, TOKEN_NEEDS_SHARD);
        return start;
    }

    private static FeedStart place(String text, CommandSpec spec) {
        if (text.equals("oldest")) {
            return FeedStart.oldest();
        }
        if (text.equals("now")) {
            return FeedStart.now();
        }
        FeedPosition token = FeedPosition.parse(text);
        if (token != null) {
            return FeedStart.after(token);
        }
        try {
            LogPosition place = LogPosition.parse(text, MachineClock.epochMicros());
            return place.isTime() ? FeedStart.time(place.value()) : FeedStart.index(place.value());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Invalid value for option '--from': " + e.getMessage() + ", nor 'oldest', 'now' or "
                            + FeedPosition.FORM);
        }
    }

    private void require(boolean holds, String problem) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), problem);
        }
    }

    /** {@code tailrace feed register}. */
    @Command(
            name = "register",
            description =
                    "Creates a slot: the node retains its log from there on unless the slot's reader is away for longer"
                            + " than reconnect-window.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            footer = {"", "  tailrace feed register indexer tailrace-data --from oldest"})
    static final class Register implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "NAME", description = "1 to 64 of a-z A-Z 0-9 _ - .")
        private String name;

        @Parameters(paramLabel = "DIR", description = "a node's data directory")
        private Path directory;

        @Option(names = "--shard", paramLabel = "N", description = "only of this shard (default: of all)")
        private Integer shard;

        @Option(names = "--from", paramLabel = "now|oldest", description = "where its reader begins (default: now)")
        private String from = "now";

        @Override
        public Integer call() throws IOException {
            if (!from.equals("now") && !from.equals("oldest")) {
                throw new ParameterException(spec.commandLine(), "--from is 'now' or 'oldest', not '" + from + "'");
            }
            for (int each : FeedRun.shards(directory, shard)) {
                FeedPosition position = from.equals("now") ? newest(each) : null;
                FeedSlots.register(
                        ShardDirectory.root(directory, each),
                        name,
                        position,
                        MachineClock.epochMicros() / MICROS_PER_MILLI);
                spec.commandLine()
                        .getOut()
                        .println("shard " + each + ": slot " + name + " begins "
                                + (position == null
                                        ? "with the oldest record"
                                        : "after " + QueueIndex.toString(position.index())));
            }
            spec.commandLine().getOut().flush();
            return ExitCode.OK;
        }

        private FeedPosition newest(int ofShard) {
            try (ChangeFeed feed = ChangeFeed.open(directory).shard(ofShard).from(FeedStart.now())) {
                return feed.position();
            }
        }
    }

    /** {@code tailrace feed list}. */
    @Command(
            name = "list",
            description =
                    "Lists the slots and the positions of their readers; INFO and METRICS report their state on the node.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            footer = {"", "  tailrace feed list tailrace-data --format json"})
    static final class ListSlots implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "DIR", description = "a node's data directory")
        private Path directory;

        @Option(
                names = "--format",
                paramLabel = "text|json",
                description = "a line per slot and shard, or an object per line (default: text)")
        private Format format = Format.TEXT;

        @Override
        public Integer call() throws IOException {
            PrintWriter out = spec.commandLine().getOut();
            TimeText times = new TimeText();
            for (int shard : FeedRun.shards(directory, null)) {
                for (SlotState slot : FeedSlots.list(ShardDirectory.root(directory, shard))) {
                    String seen = times.of(slot.seenMs() * MICROS_PER_MILLI);
                    out.println(format == Format.JSON ? json(shard, slot, seen) : text(shard, slot, seen));
                }
            }
            out.flush();
            return ExitCode.OK;
        }

        private static String text(int shard, SlotState slot, String seen) {
            String place = slot.position() == null
                    ? "-"
                    : QueueIndex.toString(slot.position().index());
            return slot.name() + " shard " + shard + " at " + place + ", seen " + seen;
        }

        private static String json(int shard, SlotState slot, String seen) {
            String token =
                    slot.position() == null ? "null" : '"' + slot.position().token() + '"';
            return "{\"slot\":\"" + slot.name() + "\",\"shard\":" + shard + ",\"token\":" + token + ",\"seen\":\""
                    + seen + "\"}";
        }
    }

    /** {@code tailrace feed drop}. */
    @Command(
            name = "drop",
            description = "Removes a slot; the log is no longer retained for it.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            footer = {"", "  tailrace feed drop indexer tailrace-data"})
    static final class Drop implements Callable<Integer> {
        @Parameters(paramLabel = "NAME", description = "of the slot")
        private String name;

        @Parameters(paramLabel = "DIR", description = "a node's data directory")
        private Path directory;

        @Override
        public Integer call() throws IOException {
            boolean isThere = false;
            List<Integer> shards = FeedRun.shards(directory, null);
            for (int shard : shards) {
                isThere |= FeedSlots.drop(ShardDirectory.root(directory, shard), name);
            }
            if (!isThere) {
                throw new FeedException("there is no slot " + name + " in " + directory + " to drop");
            }
            return ExitCode.OK;
        }
    }
}
