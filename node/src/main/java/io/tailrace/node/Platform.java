package io.tailrace.node;

import io.tailrace.node.cores.NodeCores;
import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.MachineClock;
import io.tailrace.node.platform.NativeHeap;
import io.tailrace.node.platform.Threads;
import io.tailrace.node.replication.PrimaryLocator;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What a node takes from the world: everything in it that two runs of the same program would not give alike. A simulation
 * hands in its own.
 *
 * @param epochMicros the time, microseconds since the epoch; any thread
 * @param steadyMicros microseconds that advance at the pace of time, whatever is done to the clock; any thread
 * @param newId 40 hex digits that no other node has; any thread
 * @param sockets the network
 * @param locator asks other nodes where they replicate
 * @param files where the data directory is; the log's files are mapped into memory past it
 * @param background threads
 */
public record Platform(
        LongSupplier epochMicros,
        LongSupplier steadyMicros,
        Supplier<String> newId,
        SelectorProvider sockets,
        PrimaryLocator locator,
        FileSystem files,
        Background background) {
    private static final int ID_BYTES = 20;

    /** This machine, with threads that run where they should. */
    public static Platform machine(NodeCores cores) {
        NativeHeap.mapLargePieces();
        Background background = new Threads(cores::onHelperStart);
        SecureRandom random = new SecureRandom();
        long base = MachineClock.epochMicros() - MachineClock.steadyMicros();
        return new Platform(
                MachineClock::epochMicros,
                () -> base + MachineClock.steadyMicros(),
                () -> id(random),
                SelectorProvider.provider(),
                PrimaryLocator.inBackground(background),
                FileSystems.getDefault(),
                background);
    }

    /** The same, but for who asks other nodes. */
    Platform with(PrimaryLocator another) {
        return new Platform(epochMicros, steadyMicros, newId, sockets, another, files, background);
    }

    private static String id(SecureRandom random) {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
