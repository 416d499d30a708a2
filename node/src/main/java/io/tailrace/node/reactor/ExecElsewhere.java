package io.tailrace.node.reactor;

import io.tailrace.node.command.CommandSpec;
import io.tailrace.node.shard.WatchSet;
import io.tailrace.wire.resp.Arguments;
import java.util.ArrayList;
import java.util.List;

/**
 * An EXEC whose keys are on another shard than its connection, and that has no command about the connection or the node (PUBLISH, CLIENT,
 * INFO): that shard runs it. Filled in by the connection's thread, read by the shard's while the {@link Forward} is there, and used again:
 * the copies of earlier requests are kept for later ones.
 */
final class ExecElsewhere implements MessagePool.Pooled {
    private final List<CommandSpec> specs = new ArrayList<>();
    /** At least as many as there are commands. */
    private final List<RequestCopy> requests = new ArrayList<>();

    private WatchSet watched;
    private int database;

    /**
     * One without commands.
     *
     * @param watchedKeys or null
     * @param ofKeys the database that is selected
     */
    ExecElsewhere begin(WatchSet watchedKeys, int ofKeys) {
        specs.clear();
        watched = watchedKeys;
        database = ofKeys;
        return this;
    }

    void add(CommandSpec spec, Arguments arguments) {
        if (requests.size() == specs.size()) {
            requests.add(RequestCopy.reused());
        }
        requests.get(specs.size()).copy(arguments, database);
        specs.add(spec);
    }

    List<CommandSpec> specs() {
        return specs;
    }

    int count() {
        return specs.size();
    }

    RequestCopy request(int index) {
        return requests.get(index);
    }

    WatchSet watched() {
        return watched;
    }

    int database() {
        return database;
    }

    /** It has been run. */
    ExecElsewhere end() {
        specs.clear();
        watched = null;
        return this;
    }

    @Override
    public int retainedBytes() {
        int bytes = 0;
        for (int i = 0; i < requests.size(); i++) {
            bytes += requests.get(i).retainedBytes();
        }
        return bytes;
    }

    @Override
    public void dropBuffers() {
        requests.clear();
    }
}
