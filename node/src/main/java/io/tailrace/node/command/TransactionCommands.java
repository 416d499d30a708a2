package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.ALLOW_BUSY;
import static io.tailrace.node.command.CommandFlag.FAST;
import static io.tailrace.node.command.CommandFlag.LOADING;
import static io.tailrace.node.command.CommandFlag.NOSCRIPT;
import static io.tailrace.node.command.CommandFlag.RUNS_IN_MULTI_STATE;
import static io.tailrace.node.command.CommandFlag.SKIP_SLOWLOG;
import static io.tailrace.node.command.CommandFlag.STALE;

import io.tailrace.node.services.ClientSession;
import java.util.List;

/** Transactions, which the session carries out. WATCH has keys, but runs with the session, which knows their shard. */
final class TransactionCommands implements CommandFamily {
    @Override
    public List<CommandSpec> commands() {
        return List.of(
                immediate("multi", (session, arguments) -> session.multi()),
                immediate("discard", (session, arguments) -> session.discard()),
                CommandSpec.session(
                        "exec",
                        1,
                        (session, arguments) -> session.exec(),
                        NOSCRIPT,
                        LOADING,
                        STALE,
                        SKIP_SLOWLOG,
                        RUNS_IN_MULTI_STATE),
                CommandSpec.session(
                                "watch",
                                -2,
                                ClientSession::watch,
                                NOSCRIPT,
                                LOADING,
                                STALE,
                                FAST,
                                ALLOW_BUSY,
                                RUNS_IN_MULTI_STATE)
                        .withKeys(1, -1, 1),
                CommandSpec.session(
                        "unwatch",
                        1,
                        (session, arguments) -> session.unwatch(),
                        NOSCRIPT,
                        LOADING,
                        STALE,
                        FAST,
                        ALLOW_BUSY));
    }

    private static CommandSpec immediate(String name, SessionCommand command) {
        return CommandSpec.session(name, 1, command, NOSCRIPT, LOADING, STALE, FAST, ALLOW_BUSY, RUNS_IN_MULTI_STATE);
    }
}
