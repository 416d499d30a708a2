package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.ADMIN;
import static io.tailrace.node.command.CommandFlag.ALLOW_BUSY;
import static io.tailrace.node.command.CommandFlag.FAST;
import static io.tailrace.node.command.CommandFlag.LOADING;
import static io.tailrace.node.command.CommandFlag.NOSCRIPT;
import static io.tailrace.node.command.CommandFlag.NO_ASYNC_LOADING;
import static io.tailrace.node.command.CommandFlag.NO_MULTI;
import static io.tailrace.node.command.CommandFlag.STALE;

import io.tailrace.node.backup.RdbBackup;
import io.tailrace.node.config.HostPort;
import io.tailrace.node.platform.FileFailure;
import io.tailrace.node.repair.RestorePoint;
import io.tailrace.node.report.AttachedReplicas;
import io.tailrace.node.report.InfoReplication;
import io.tailrace.node.report.ShardReport;
import io.tailrace.node.services.ClientSession;
import io.tailrace.node.services.NodeServices;
import io.tailrace.node.services.ReplicationServices.LinkInfo;
import io.tailrace.node.services.ReplicationServices.ReplicaInfo;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Commands on who follows whom. */
final class ReplicationCommands implements CommandFamily {
    private static final int PROTOCOL_VERSION = 1;

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.session("role", 1, ReplicationCommands::role, NOSCRIPT, LOADING, STALE, FAST),
                replicaOf("replicaof"),
                replicaOf("slaveof"),
                CommandSpec.session(
                        "replconf", -1, ReplicationCommands::replConf, ADMIN, NOSCRIPT, LOADING, STALE, ALLOW_BUSY),
                CommandSpec.session("sync", 1, ReplicationCommands::sync, ADMIN, NOSCRIPT, NO_ASYNC_LOADING, NO_MULTI),
                CommandSpec.session(
                        "psync", -3, ReplicationCommands::psync, ADMIN, NOSCRIPT, NO_ASYNC_LOADING, NO_MULTI));
    }

    /**
     * A user who may do this may follow the node, as in Redis; but not here. A Redis that is told to follow this node asks
     * again at once after any other error, and after this one when a second has passed.
     */
    private static void psync(ClientSession session, Arguments arguments) {
        session.reply()
                .error(
                        "NOMASTERLINK this is Tailrace, which no Redis can follow; nodes of its own do at the replication"
                                + " port, which is "
                                + session.node().settings().current().replicationPort());
    }

    /**
     * A copy of all data as an RDB file, as {@code redis-cli --rdb} and other programs that make backups ask for it; nothing follows it.
     * A Redis that wants to follow asks by PSYNC.
     */
    private static void sync(ClientSession session, Arguments arguments) {
        NodeServices node = session.node();
        Path directory = node.settings().current().dataDir();
        session.sendFile((out, isCancelled) -> new RdbBackup(directory, RestorePoint.logEnd(), progress -> {
                    if (isCancelled.getAsBoolean()) {
                        throw new UncheckedIOException(new IOException("the client is gone"));
                    }
                })
                .write(Map.of(), node.version(), out, notice -> {}));
    }

    private static CommandSpec replicaOf(String name) {
        SessionCommand command = (session, arguments) -> replicaOf(session, arguments, name);
        return CommandSpec.session(name, -3, command, ADMIN, NOSCRIPT, STALE, NO_ASYNC_LOADING);
    }

    /** What a node that wants to follow this one must know before: an array of version, port, shards and identity. */
    private static void replConf(ClientSession session, Arguments arguments) {
        if (arguments.count() > 2 && arguments.is(1, "HANDOVER")) {
            if (session.node().loading() != null) {
                session.reply().error("LOADING Redis is loading the dataset in memory");
                return;
            }
            FailoverCommands.handover(session, arguments);
            return;
        }
        ReplyWriter reply = session.reply();
        if (arguments.count() > 2 && (arguments.is(1, "RDB-ONLY") || arguments.is(1, "CAPA"))) {
            // what SYNC gives is the same for all
            reply.ok();
            return;
        }
        if (arguments.count() != 2 || !arguments.is(1, "TOPOLOGY")) {
            String option = arguments.count() > 1 ? ErrorText.quoted(arguments, 1) : "";
            reply.error("ERR Unrecognized REPLCONF option: " + option);
            return;
        }
        reply.array(4);
        reply.integer(PROTOCOL_VERSION);
        reply.integer(session.node().settings().current().replicationPort());
        reply.integer(session.node().shardCount());
        reply.bulk(session.node().nodeId());
    }

    private static void role(ClientSession session, Arguments arguments) {
        HostPort primary = session.node().primary();
        session.gather(ShardReport::of, (shards, reply) -> {
            if (primary == null) {
                primaryRole(shards, reply);
            } else {
                replicaRole(primary, shards, reply);
            }
        });
    }

    private static void primaryRole(List<ShardReport> shards, ReplyWriter reply) {
        List<ReplicaInfo> online = AttachedReplicas.of(shards).stream()
                .filter(replica -> replica.state().equals("online"))
                .toList();
        reply.array(3);
        reply.bulk("master");
        reply.integer(InfoReplication.offset(shards));
        reply.array(online.size());
        for (ReplicaInfo replica : online) {
            reply.array(3);
            reply.bulk(replica.address());
            reply.bulk(Integer.toString(replica.port()));
            reply.bulk(Long.toString(replica.appliedRecordCount()));
        }
    }

    private static void replicaRole(HostPort primary, List<ShardReport> shards, ReplyWriter reply) {
        reply.array(5);
        reply.bulk("slave");
        reply.bulk(primary.host());
        reply.integer(primary.port());
        reply.bulk(linkState(shards));
        reply.integer(InfoReplication.offset(shards));
    }

    /** Redis's names: connect, sync, connected. */
    private static String linkState(List<ShardReport> shards) {
        String state = "connected";
        for (ShardReport shard : shards) {
            LinkInfo link = shard.replication().link();
            if (link != null && link.isSyncing()) {
                return "sync";
            }
            state = link != null && link.isUp() ? state : "connect";
        }
        return state;
    }

    private static void replicaOf(ClientSession session, Arguments arguments, String name) {
        boolean isForced = arguments.count() == 4 && arguments.is(3, "FORCE");
        if (arguments.count() > 3 && !isForced) {
            session.reply().error(ErrorText.arity(name));
        } else if (session.node().handover().isUnderWay()) {
            session.reply().error("ERR REPLICAOF not allowed while failing over.");
        } else if (arguments.is(1, "NO") && arguments.is(2, "ONE")) {
            promote(session);
        } else {
            follow(session, arguments, isForced);
        }
    }

    private static void promote(ClientSession session) {
        if (session.node().primary() == null) {
            session.reply().ok();
            return;
        }
        NodeServices node = session.node();
        String refusal = node.promotionRefusal();
        if (refusal != null) {
            session.reply().error(refusal);
            return;
        }
        if (session.isInExec()) {
            promoteNow(session);
        } else {
            FailoverCommands.onFirstShard(session, node::promote, ReplicationCommands::promoted);
        }
    }

    /** A transaction, as Sentinel's, can't wait. */
    private static void promoteNow(ClientSession session) {
        try {
            session.node().promoteNow();
            session.reply().ok();
        } catch (IOException e) {
            promoted("it can't write down that it is a primary: " + FileFailure.of(e), session.reply());
        }
    }

    private static void promoted(String problem, ReplyWriter reply) {
        if (problem == null) {
            reply.ok();
        } else {
            reply.error("MISCONF this node can't be promoted: " + problem + ". It stays a replica");
        }
    }

    private static void follow(ClientSession session, Arguments arguments, boolean isForced) {
        long port = arguments.isLong(2) ? arguments.parseLong(2) : -1;
        if (port < 1 || port > 65_535) {
            session.reply().error("ERR Invalid master port");
            return;
        }
        HostPort wanted;
        try {
            wanted = new HostPort(arguments.ascii(1), (int) port);
        } catch (IllegalArgumentException e) {
            session.reply().error("ERR Invalid master host");
            return;
        }
        HostPort primary = session.node().primary();
        boolean isSame =
                primary != null && primary.host().equalsIgnoreCase(wanted.host()) && primary.port() == wanted.port();
        if (isSame && !isForced && !session.node().revokeForce()) {
            session.reply().simple("OK Already connected to specified master");
        } else if (isSame && !isForced) {
            session.reply().simple("OK the FORCE that is not complete yet is revoked");
        } else {
            session.node().replicaOf(wanted, isForced);
            session.reply().ok();
        }
    }
}
