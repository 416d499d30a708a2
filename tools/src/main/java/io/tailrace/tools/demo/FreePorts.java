package io.tailrace.tools.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;

/**
 * Finds client ports whose replication ports are free too. The range lies below the ports that the kernel gives to
 * outgoing connections, so a node finds its own again after a restart. Processes begin at different places in it; test
 * processes that Maven runs side by side have a part each, so none takes the port of another's node that is down.
 */
public final class FreePorts {
    private static final int FIRST = 11_000;
    private static final int COUNT = 10_000;
    private static final int STRIDE = 16;
    private static final int TO_REPLICATION = 10_000;
    private static final int PARTS = 2;
    private static final int PLACES = COUNT / STRIDE / PARTS;
    private static final int PART = Integer.getInteger("surefire.forkNumber", 1) % PARTS;
    private static final Set<Integer> GIVEN = new HashSet<>();
    private static int next = (int) (ProcessHandle.current().pid() * 37 % PLACES);

    private FreePorts() {}

    /** A port never given before by this process, free on the loopback address together with {@code shards} replication ports. */
    public static synchronized int find(int shards) throws IOException {
        for (int tried = 0; tried < PLACES; tried++) {
            int port = FIRST + (PART * PLACES + next) * STRIDE;
            next = (next + 1) % PLACES;
            if (!GIVEN.contains(port) && isFree(port, 1) && isFree(port + TO_REPLICATION, shards)) {
                GIVEN.add(port);
                return port;
            }
        }
        throw new IOException("no free port from " + FIRST + " to " + (FIRST + COUNT));
    }

    private static boolean isFree(int first, int count) {
        for (int port = first; port < first + count; port++) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }
}
