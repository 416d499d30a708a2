package io.tailrace.node.services;

import io.tailrace.node.shard.KeyTracking;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeSet;

/**
 * How one connection tracks keys (CLIENT TRACKING). Owned by the connection's thread; what shards ask is safe for any. A connection
 * has the same one for as long as it lives.
 */
public final class ClientTracking implements KeyTracking.Tracker {
    /** What CLIENT TRACKING ON says. */
    public record Options(
            boolean isBroadcast,
            boolean isOptIn,
            boolean isOptOut,
            boolean isNoLoop,
            long redirect,
            List<byte[]> prefixes) {}

    private static final Options NONE = new Options(false, false, false, false, 0, List.of());

    /** A prefix in the set here and in the table of prefixes, about. */
    private static final int PREFIX_BYTES = 160;

    private final long id;
    private final int home;
    /** A character a byte. */
    private final TreeSet<String> prefixes = new TreeSet<>();

    private volatile boolean isOn;
    private volatile Options options = NONE;
    private boolean isCaching;
    private boolean isBroken;
    private int redirectHome;
    private long prefixBytes;

    /**
     * @param id of the connection
     * @param home the shard whose reactor has it
     */
    public ClientTracking(long id, int home) {
        this.id = id;
        this.home = home;
    }

    public long id() {
        return id;
    }

    public int home() {
        return home;
    }

    /** @param whereRedirected the shard whose reactor has the connection that is told instead, if one is */
    public void on(Options given, int whereRedirected) {
        for (byte[] prefix : given.prefixes()) {
            if (prefixes.add(new String(prefix, StandardCharsets.ISO_8859_1))) {
                prefixBytes += prefix.length;
            }
        }
        options = given;
        redirectHome = whereRedirected;
        isBroken = false;
        isOn = true;
    }

    public void off() {
        isOn = false;
        options = NONE;
        prefixes.clear();
        prefixBytes = 0;
        isCaching = false;
        isBroken = false;
    }

    public boolean isOn() {
        return isOn;
    }

    public Options options() {
        return options;
    }

    public Iterable<String> prefixes() {
        return prefixes;
    }

    public int prefixCount() {
        return prefixes.size();
    }

    /** What the prefixes hold of memory, here and where they are looked for. */
    public long memoryBytes() {
        return prefixBytes + (long) PREFIX_BYTES * prefixes.size();
    }

    public int redirectHome() {
        return redirectHome;
    }

    public boolean isCaching() {
        return isCaching;
    }

    /** CLIENT CACHING, up to the end of the next command. */
    public void caching(boolean isWanted) {
        isCaching = isWanted;
    }

    /** Whether the connection that is to be told is gone. */
    public boolean isBroken() {
        return isBroken;
    }

    public void breakRedirect() {
        isBroken = true;
    }

    /** Whether what the command reads that runs now is remembered. */
    public boolean remembers() {
        return isByKey() && !(options.isOptIn() && !isCaching) && !(options.isOptOut() && isCaching);
    }

    @Override
    public boolean isByKey() {
        return isOn && !options.isBroadcast();
    }

    @Override
    public boolean isNoLoop() {
        return options.isNoLoop();
    }
}
