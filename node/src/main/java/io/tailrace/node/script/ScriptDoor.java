package io.tailrace.node.script;

import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;

/** What a script may do outside of its own world. On the shard's thread. */
public interface ScriptDoor {
    /** What {@link #allows} finds. */
    enum Access {
        NO_SUCH_COMMAND,
        DENIED,
        ALLOWED
    }

    /**
     * Runs a command.
     *
     * @return null when its reply was written, else the error, with its code, for which it was not run
     */
    String call(Arguments request, ReplyWriter reply);

    /** Whether the user who called the script may run a command with these keys. */
    Access allows(Arguments request);

    /** @param level of redis.LOG_DEBUG to redis.LOG_WARNING */
    void log(int level, String text);

    /** A script has run for longer than others are to wait, and continues: lets it look for who wants it to end. Asked again and again. */
    void late();

    /** A script that was {@link #late} has ended. */
    void over();
}
