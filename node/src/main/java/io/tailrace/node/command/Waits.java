package io.tailrace.node.command;

import io.tailrace.wire.resp.Arguments;

/** Where a command has its client wait for keys. */
interface Waits {
    /**
     * Has a client wait.
     *
     * @param server what is done when one of the keys is there
     * @param database of the keys
     * @param keys how many arguments from {@code firstKey} on are keys
     * @param deadlineSteadyMs by the steady clock
     */
    void add(
            WaitingClient client,
            KeyServer server,
            int database,
            Arguments request,
            int firstKey,
            int keys,
            long deadlineSteadyMs);
}
