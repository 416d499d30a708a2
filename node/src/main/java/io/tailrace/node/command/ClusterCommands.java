package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.ADMIN;
import static io.tailrace.node.command.CommandFlag.FAST;
import static io.tailrace.node.command.CommandFlag.LOADING;
import static io.tailrace.node.command.CommandFlag.NOSCRIPT;
import static io.tailrace.node.command.CommandFlag.NO_ASYNC_LOADING;
import static io.tailrace.node.command.CommandFlag.STALE;

import io.tailrace.node.services.ClientSession;
import io.tailrace.wire.resp.Arguments;
import java.util.List;

/** What clients ask of a Redis Cluster: answered like a Redis that is none, so that they continue without one. */
final class ClusterCommands implements CommandFamily {
    private static final String DISABLED = "ERR This instance has cluster support disabled";

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.container(
                        "cluster",
                        -2,
                        null,
                        List.of(
                                changing("addslots", -3),
                                changing("addslotsrange", -4),
                                changing("bumpepoch", 2),
                                of("count-failure-reports", 3, ADMIN, STALE),
                                of("countkeysinslot", 3, STALE),
                                changing("delslots", -3),
                                changing("delslotsrange", -4),
                                changing("failover", -2),
                                changing("flushslots", 2),
                                changing("forget", 3),
                                of("getkeysinslot", 4, STALE),
                                of("help", 2, LOADING, STALE),
                                of("info", 2, STALE),
                                of("keyslot", 3, STALE),
                                of("links", 2, STALE),
                                changing("meet", -4),
                                of("myid", 2, STALE),
                                of("nodes", 2, STALE),
                                of("replicas", 3, ADMIN, STALE),
                                changing("replicate", 3),
                                of("reset", -2, ADMIN, NOSCRIPT, STALE),
                                changing("saveconfig", 2),
                                changing("set-config-epoch", 3),
                                changing("setslot", -4),
                                of("shards", 2, STALE),
                                of("slaves", 3, ADMIN, STALE),
                                of("slots", 2, STALE))),
                CommandSpec.session("readonly", 1, ClusterCommands::refuse, LOADING, STALE, FAST),
                CommandSpec.session("readwrite", 1, ClusterCommands::refuse, LOADING, STALE, FAST),
                CommandSpec.session("asking", 1, ClusterCommands::refuse, FAST));
    }

    private static CommandSpec changing(String name, int arity) {
        return of(name, arity, ADMIN, STALE, NO_ASYNC_LOADING);
    }

    private static CommandSpec of(String name, int arity, CommandFlag... flags) {
        return CommandSpec.session("cluster|" + name, arity, ClusterCommands::refuse, flags);
    }

    private static void refuse(ClientSession session, Arguments arguments) {
        session.reply().error(DISABLED);
    }
}
