package io.tailrace.node.simulation;

import io.tailrace.node.simulation.RespReader.Status;
import java.io.IOException;
import java.util.List;
import java.util.function.LongSupplier;

/** A command that the operator gives to a node, over a connection of its own. */
final class Order {
    private static final long PATIENCE_MICROS = 3_000_000;

    private final RespConnection connection;
    private final List<String> command;
    private final LongSupplier micros;
    private final Trace trace;
    private final long untilMicros;
    private boolean isSent;
    private boolean isRefused;

    Order(HostSockets sockets, Machine machine, List<String> command, LongSupplier micros, Trace trace) {
        connection = new RespConnection(sockets, machine);
        this.command = command;
        this.micros = micros;
        this.trace = trace;
        untilMicros = micros.getAsLong() + PATIENCE_MICROS;
        trace.event("the operator tells " + machine + ": " + command);
    }

    boolean isReady() {
        return connection.isConnected() && !isSent || connection.isReady() || micros.getAsLong() > untilMicros;
    }

    /** Whether it is over: answered, or nobody knows. */
    boolean step() {
        boolean isOver = true;
        try {
            isOver = exchange();
        } catch (IOException e) {
            trace.event("the operator can't tell " + connection.machine() + ": " + e.getMessage());
        }
        if (isOver) {
            connection.close();
        }
        return isOver;
    }

    private boolean exchange() throws IOException {
        if (connection.isConnected() && !isSent) {
            connection.send(command);
            isSent = true;
        }
        if (connection.isReady()) {
            connection.step();
        }
        Object reply = connection.take();
        if (reply instanceof Status status && status.isError()) {
            isRefused = true;
            trace.event(connection.machine() + " refuses " + command + ": " + status.text());
        }
        return reply != null || micros.getAsLong() > untilMicros;
    }

    /** Whether the node may yet come to read it, though nobody waits for the answer. */
    boolean mayArrive() {
        return connection.isUnderWay();
    }

    /** Whether the node answered with an error. */
    boolean isRefused() {
        return isRefused;
    }
}
