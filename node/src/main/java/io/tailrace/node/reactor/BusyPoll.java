package io.tailrace.node.reactor;

import io.tailrace.node.command.CommandFlag;
import io.tailrace.node.command.CommandSpec;
import io.tailrace.node.config.FsyncPolicy;
import io.tailrace.node.config.LiveSettings;
import io.tailrace.node.script.NodeScripts;
import io.tailrace.node.script.RunningScript;
import io.tailrace.node.shard.ShardHold;
import io.tailrace.wire.resp.Arguments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;

/**
 * Serves the sockets of a reactor whose thread is within a script that is late: the requests of other clients are answered with -BUSY,
 * but for those that may end the script. Owned by the reactor's thread.
 *
 * <p>So are those of a reactor that waits for its shard, because a late script of another one has it ({@link #serveWhileLent}): its
 * clients are served between two looks at the script, and nothing of the shard is touched.
 *
 * <p>The duty cycle is not re-entrant: the thread may be within the selection of its own selector, a turn of a connection, a task of
 * the inbox. So this has a selector of its own, for the time of the script: new connections are accepted and taken, all but the one that
 * has called the script are read. Nothing else of the cycle is done: no task, no replication, no expiry. What was answered before the
 * script and waits for the disk stays held.
 */
final class BusyPoll {
    private final Poller poller;
    private final SelectorProvider sockets;
    private final ConnectionAgenda agenda;
    private final LiveSettings settings;
    private final NodeScripts scripts;
    private final int shard;
    private Runnable newcomers = () -> {};
    private Selector selector;
    private Connection calling;
    private Connection executing;
    private boolean isLent;

    BusyPoll(
            Poller poller,
            SelectorProvider sockets,
            ConnectionAgenda agenda,
            LiveSettings settings,
            NodeScripts scripts,
            int shard) {
        this.poller = poller;
        this.sockets = sockets;
        this.agenda = agenda;
        this.settings = settings;
        this.scripts = scripts;
        this.shard = shard;
    }

    /** @param run takes the connections that other threads have accepted for this reactor */
    void newcomers(Runnable run) {
        newcomers = run;
    }

    /** Notes whose request is executed now; gives whose was before. */
    Connection executing(Connection connection) {
        Connection before = executing;
        executing = connection;
        return before;
    }

    /** Whether the thread is within a script that is late. */
    boolean isOn() {
        return selector != null;
    }

    /** Looks once, without waiting, for requests of others. Called from within a script. */
    void serve() {
        try {
            if (selector == null) {
                calling = executing;
                if (settings.current().fsync() == FsyncPolicy.ALWAYS) {
                    agenda.setAside();
                }
                selector = sockets.openSelector();
            }
            newcomers.run();
            poller.forEach(this::watch);
            selector.selectNow(key -> poller.call((ChannelHandler) key.attachment(), key));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        agenda.flushAllBut(calling);
    }

    private void watch(SelectionKey key) {
        SelectableChannel channel = key.channel();
        ChannelHandler handler = (ChannelHandler) key.attachment();
        boolean isOther = handler instanceof Connection && handler != calling || handler.isListener();
        if (isOther && channel.keyFor(selector) == null) {
            try {
                int operation = handler.isListener() ? SelectionKey.OP_ACCEPT : SelectionKey.OP_READ;
                channel.register(selector, operation, handler);
            } catch (IOException e) {
                poller.fail(handler, e);
            }
        }
    }

    /** The script has ended. */
    void end() {
        isLent = false;
        if (selector == null) {
            return;
        }
        try {
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            selector = null;
            calling = null;
            agenda.restore();
        }
    }

    /**
     * Why a command can't run while a script is late that holds this shard, or one that it is about, or null.
     *
     * @param shards of its keys, as a set
     */
    String refusal(CommandSpec spec, Arguments request, long shards) {
        RunningScript late = late(shards);
        // what is watched is noted at the shard
        boolean needsShard = isLent && spec.name().equals("watch");
        boolean isAllowed = spec.has(CommandFlag.ALLOW_BUSY) && !isOrderlyShutdown(spec, request) && !needsShard;
        if (late == null || isAllowed) {
            return null;
        }
        return refusal(late);
    }

    private RunningScript late(long shards) {
        return scripts.lateOn(isOn() ? shards | ShardHold.only(shard) : shards);
    }

    private static boolean isOrderlyShutdown(CommandSpec spec, Arguments request) {
        if (!spec.name().equals("shutdown")) {
            return false;
        }
        for (int i = 1; i < request.count(); i++) {
            if (request.is(i, "NOSAVE")) {
                return false;
            }
        }
        return true;
    }

    /** Redis's words for one that is late. */
    private static String refusal(RunningScript late) {
        return late.isFunction() ? NodeScripts.BUSY_FUNCTION : NodeScripts.BUSY_SCRIPT;
    }

    /**
     * Of an EXEC.
     *
     * @param shards of its commands, as a set
     */
    String execRefusal(long shards) {
        RunningScript late = late(shards);
        return late == null ? null : refusal(late);
    }

    /** Whether the late script runs on another thread, which has this shard meanwhile. */
    boolean isLent() {
        return isLent;
    }

    /** This reactor has its shard again. */
    void endLent() {
        if (isLent) {
            end();
        }
    }

    /** While this reactor waits for its shard: serves, like {@link #serve}, if a late script of another thread has it. */
    void serveWhileLent() {
        RunningScript late = scripts.hasLate() ? scripts.lateOn(ShardHold.only(shard)) : null;
        if (late != null && late.beginAnswering()) {
            isLent = true;
            try {
                serve();
            } finally {
                late.endAnswering();
            }
        }
    }
}
