package io.tailrace.tools;

import io.tailrace.node.config.HostPort;
import io.tailrace.tools.demo.RespClient;
import io.tailrace.tools.online.NodeAccess;
import io.tailrace.tools.output.Progress;
import io.tailrace.tools.rdb.Import;
import io.tailrace.tools.rdb.ImportFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tailrace import}: the data of an RDB file, or the commands of a file, into a running node. */
@Command(
        name = "import",
        description = "Loads an RDB file of Redis, or a file of commands, into a running node or a new data directory.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        footer = {
            "",
            "An RDB file is what Redis's SAVE and BGSAVE write and 'redis-cli --rdb FILE' fetches; commands are what",
            "'tailrace export' writes, or an append-only file of Redis. All of the file is read before anything is done.",
            "",
            "  tailrace import dump.rdb --to 127.0.0.1:6379",
            "  tailrace import dump.rdb --into tailrace-data",
            "  tailrace import backup.resp --to 127.0.0.1:6379 --user admin --password-file secret",
            "",
            "Exit code 0: everything was imported; 1: interrupted, with how to continue; 2: wrong use."
        })
final class ImportCommand implements Callable<Integer> {
    /** A node may take long for a large value. */
    private static final int SECONDS = 60;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            description = "an RDB file, commands as RESP arrays, or the one and then the other")
    private Path file;

    @Option(names = "--to", paramLabel = "HOST:PORT", description = "where clients of the node connect")
    private String to;

    @Option(names = "--into", paramLabel = "DIR", description = "a data directory to create")
    private Path into;

    @Option(
            names = "--shards",
            paramLabel = "N",
            description = "of that one (default: 1); the nodes that use it are to have as many")
    private Integer shards;

    @Mixin
    private NodeAccess access = new NodeAccess(SECONDS);

    @Option(names = "--skip", paramLabel = "N", description = "skip the first N keys (or commands): they are there")
    private long skip;

    @Option(
            names = "--replace",
            description = "replace existing keys by those of the file; without it the node must be empty")
    private boolean isReplacing;

    @Override
    public Integer call() throws IOException {
        if ((to == null) == (into == null)) {
            throw new ParameterException(spec.commandLine(), "one of --to HOST:PORT and --into DIR is needed");
        }
        if (into == null && shards != null) {
            throw new ParameterException(
                    spec.commandLine(), "--shards is of the directory of --into; a node has its own");
        }
        if (into != null && access.isGiven()) {
            throw new ParameterException(
                    spec.commandLine(), "--into uses no connection: options to log in and to connect are for --to");
        }
        if (skip < 0) {
            throw new ParameterException(spec.commandLine(), "--skip must be at least 0, not " + skip);
        }
        return into == null ? online() : offline();
    }

    private int online() throws IOException {
        HostPort address = OnlineNodes.of(List.of(to), access, spec).get(0);
        try (Progress progress = Progress.onTerminal()) {
            ImportFile whole = ImportFile.check(file, progress);
            try (RespClient client = access.connect(address)) {
                run(new Import(whole, client, progress), address.toString());
            }
            done(whole, progress);
        }
        return ExitCode.OK;
    }

    private int offline() throws IOException {
        try (Progress progress = Progress.onTerminal()) {
            ImportFile whole = ImportFile.check(file, progress);
            try (LocalNode node = new LocalNode(into, shards == null ? 1 : shards);
                    RespClient client = node.connect()) {
                run(new Import(whole, client, progress), into.toString());
                progress.at("writing it to the disk");
            }
            done(whole, progress);
        }
        return ExitCode.OK;
    }

    private void run(Import run, String target) throws IOException {
        long there = skip > 0 || isReplacing ? 0 : run.keysThere();
        if (there > 0) {
            throw new IOException(target + " holds " + there
                    + " keys: import into an empty node, or use --replace to replace them with those of the file");
        }
        try {
            run.run(skip);
        } catch (IOException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private void done(ImportFile whole, Progress progress) {
        progress.clear();
        spec.commandLine().getOut().println(file + ": " + whole.content() + " imported");
        spec.commandLine().getOut().flush();
    }
}
