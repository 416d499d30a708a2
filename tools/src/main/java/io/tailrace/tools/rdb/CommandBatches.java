package io.tailrace.tools.rdb;

import io.tailrace.tools.demo.ErrorReplyException;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Commands of a file, which may not be done twice (an RPUSH), on their way to a server: some at a time, each time all of them or none
 * (MULTI), so that it is known at each moment how many are done. Transactions of the file are never divided. One thread.
 *
 * <pre>
 *  the server answers                      done are
 *  EXEC's array                            all of these
 *  an error                                none; they are done one by one, up to the one that is refused
 *  nothing: the connection broke           all or none, and the operator is told by which command to find out
 * </pre>
 */
final class CommandBatches {
    private static final int MAX_COMMANDS = 512;
    /** Well below what a transaction may have, whatever the largest value is set to. */
    private static final long MAX_BYTES = 64 << 10;

    private static final int SHOWN = 60;

    private final RespClient client;
    private final List<Object[]> waiting = new ArrayList<>();
    private long bytes;
    private boolean isInTransaction;
    private boolean isKnownToTakeTransactions;
    private boolean takesTransactions;
    private long done;

    /** @param done what of the file comes before its commands */
    CommandBatches(RespClient client, long done) {
        this.client = client;
        this.done = done;
    }

    /** How many are done, with what came before. */
    long done() {
        return done;
    }

    /** The next command of the file. */
    void add(Object[] command) throws IOException {
        String name = name(command);
        isInTransaction = name.equals("MULTI") || isInTransaction && !name.equals("EXEC");
        waiting.add(command);
        for (Object each : command) {
            bytes += ((byte[]) each).length;
        }
        if (!isInTransaction && (waiting.size() >= MAX_COMMANDS || bytes >= MAX_BYTES)) {
            flush();
        }
    }

    /** A command of the file that is done already. */
    void passed() {
        done++;
    }

    /** Returns when all is done. */
    void flush() throws IOException {
        if (waiting.isEmpty()) {
            return;
        }
        boolean isDone;
        try {
            isDone = waiting.size() > 1 && takesTransactions() && isDoneAtOnce();
        } catch (RefusedCommandException e) {
            throw e;
        } catch (IOException e) {
            String last = shown(waiting.get(waiting.size() - 1));
            throw new IOException(
                    e.getMessage() + "; commands " + (done + 1) + " to " + (done + waiting.size())
                            + " were either all executed or not at all: check whether the last one, " + last
                            + ", was; if so continue with --skip " + (done + waiting.size())
                            + ", otherwise with --skip " + done,
                    e);
        }
        if (isDone) {
            done += waiting.size();
        } else {
            oneByOne();
        }
        waiting.clear();
        bytes = 0;
    }

    /** Whether MULTI is allowed: where it were refused, what follows it would be done as it comes. */
    private boolean takesTransactions() throws IOException {
        if (!isKnownToTakeTransactions) {
            isKnownToTakeTransactions = true;
            try {
                client.call("MULTI");
                client.call("DISCARD");
                takesTransactions = true;
            } catch (ErrorReplyException e) {
                takesTransactions = false;
            }
        }
        return takesTransactions;
    }

    private boolean isDoneAtOnce() throws IOException {
        client.send("MULTI");
        int sent = 0;
        for (Object[] command : waiting) {
            if (!isMark(command)) {
                client.send(command);
                sent++;
            }
        }
        client.send("EXEC");
        client.flush();
        for (int i = 0; i <= sent; i++) {
            client.read();
        }
        Object reply = client.read();
        if (reply instanceof List<?> replies) {
            for (int i = 0; i < replies.size(); i++) {
                if (replies.get(i) instanceof ErrorReplyException refused) {
                    long end = done + waiting.size();
                    throw new RefusedCommandException("command " + (done + ordinal(i)) + ", "
                            + shown(waiting.get(ordinal(i) - 1)) + ", was refused: " + refused.getMessage()
                            + "; all others up to " + end + " were executed: continue without it with --skip " + end);
                }
            }
            return true;
        }
        return false;
    }

    /** The place in the batch of the command with the n-th answer. */
    private int ordinal(int n) {
        int left = n;
        for (int i = 0; i < waiting.size(); i++) {
            if (!isMark(waiting.get(i)) && left-- == 0) {
                return i + 1;
            }
        }
        throw new IllegalStateException("more answers than commands");
    }

    private void oneByOne() throws IOException {
        long goOn = done;
        for (Object[] command : waiting) {
            Object reply;
            try {
                client.send(command);
                client.flush();
                reply = client.read();
            } catch (IOException e) {
                throw new IOException(
                        e.getMessage() + "; check whether " + shown(command)
                                + " was executed: if so continue with --skip " + (done + 1) + ", otherwise with --skip "
                                + goOn,
                        e);
            }
            if (reply instanceof ErrorReplyException refused) {
                throw new RefusedCommandException("command " + (done + 1) + ", " + shown(command) + ", was refused: "
                        + refused.getMessage() + "; continue with --skip " + goOn);
            }
            done++;
            isInTransaction = name(command).equals("MULTI")
                    || isInTransaction && !name(command).equals("EXEC");
            goOn = isInTransaction ? goOn : done;
        }
    }

    private static boolean isMark(Object[] command) {
        String name = name(command);
        return name.equals("MULTI") || name.equals("EXEC");
    }

    private static String name(Object[] command) {
        return text(command[0]).toUpperCase(Locale.ROOT);
    }

    private static String shown(Object[] command) {
        return name(command) + (command.length > 1 ? " " + text(command[1]).replaceAll("[^ -~]", "?") : "");
    }

    private static String text(Object argument) {
        byte[] raw = (byte[]) argument;
        return new String(raw, 0, Math.min(raw.length, SHOWN), StandardCharsets.ISO_8859_1);
    }
}
