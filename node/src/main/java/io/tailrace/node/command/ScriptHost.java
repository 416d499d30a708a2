package io.tailrace.node.command;

import io.tailrace.node.pubsub.Message;
import io.tailrace.node.script.NodeScripts;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.node.services.NodeServices;
import io.tailrace.node.services.ShardServices;
import io.tailrace.node.watch.AclLog;
import io.tailrace.wire.resp.Arguments;

/** What scripts of one shard need from their surroundings. On the shard's thread. */
public interface ScriptHost {
    NodeScripts scripts();

    /** What scripts may call. */
    CommandTable commands();

    /** Of commands about the node; null in a test without one. */
    NodeServices node();

    /** The shard's own; null in a test without one. */
    ShardServices services();

    /**
     * Why clients may not write now, as an error without the dash, or null.
     *
     * @param shards that are held, as a set in the sense of {@link io.tailrace.node.shard.ShardHold}
     */
    String writeRefusal(long shards);

    /** Brings a message to all subscribers of the node, after this call. */
    void publish(Message message);

    /** After how many milliseconds a script is late; 0 for never. */
    long busyReplyThreshold();

    /** A script has called a command, which is of a database. */
    default void called(int database, CommandSpec spec, Arguments arguments) {
        // not looked at
    }

    /**
     * A script has called what its caller may not.
     *
     * @param object the command, key or channel
     * @param by who called the script, or null
     */
    default void denied(AclLog.Reason reason, String object, String user, ClientInfo by) {
        // not noted
    }

    /** A script is late and continues: answers those who need not wait. */
    void late();

    /** A script that was {@link #late} has ended. */
    void over();
}
