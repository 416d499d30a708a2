package io.tailrace.node.reactor;

import io.tailrace.node.command.CommandFlag;
import io.tailrace.node.command.CommandSpec;
import io.tailrace.node.config.FsyncPolicy;
import io.tailrace.node.config.LiveSettings;
import io.tailrace.node.script.NodeScripts;
import io.tailrace.node.script.RunningScript;
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
     * Why a command can't run while a script is late, on this shard or the one that it is about, or null.
     *
     * @param target the shard of its keys, or a negative number
     */
    String refusal(CommandSpec spec, Arguments request, int target) {
        RunningScript late = isOn() ? scripts.running(shard) : other(target);
        if (late == null || spec.has(CommandFlag.ALLOW_BUSY) && !isOrderlyShutdown(spec, request)) {
            return null;
        }
        return refusal(late);
    }

    private RunningScript other(int target) {
        if (target >= 0) {
            return scripts.running(target).isLate() ? scripts.running(target) : null;
        }
        return null;
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

    /** Of an EXEC whose queue has commands. */
    String execRefusal(int target) {
        RunningScript late = isOn() ? scripts.running(shard) : other(target);
        return late == null ? null : refusal(late);
    }
}
