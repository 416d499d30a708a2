package io.tailrace.node.shard;

import io.tailrace.node.store.DatabasePlaces;
import io.tailrace.node.store.Databases;
import io.tailrace.node.store.Store;
import io.tailrace.snapshot.SnapshotHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a shard has besides entries, as the state lines of a snapshot.
 *
 * <pre>
 *  databases 0:2,2:0              which databases were not in the place of their number at its start; no line when all were
 *  entries PLACE COUNT BYTES      how many entries a place had then, and of how many bytes in the map; where that is much
 * </pre>
 */
public final class StoreState {
    private static final String DATABASES = "databases ";
    private static final String ENTRIES = "entries ";
    private static final Pattern EXPECTED = Pattern.compile(ENTRIES + "(\\d{1,5}) (\\d{1,18}) (\\d{1,18})");

    /** Fewer are loaded as quickly into a map that grows. */
    private static final long MANY = 100_000;

    private StoreState() {}

    /** @param swapped as {@link Databases#swapped} tells it, of the snapshot's start */
    public static List<String> of(String swapped, Databases databases) {
        List<String> lines = new ArrayList<>();
        if (!swapped.isEmpty()) {
            lines.add(DATABASES + swapped);
        }
        for (Store store : databases.stores()) {
            if (store.keys() >= MANY) {
                lines.add(ENTRIES + store.place() + " " + store.keys() + " "
                        + store.figures().mappedBytes());
            }
        }
        return lines;
    }

    /** Has empty databases take maps for the entries that a snapshot is said to have: each that comes would have them grow otherwise. */
    static void expect(SnapshotHeader header, Databases databases) {
        for (String line : header.state()) {
            Matcher words = EXPECTED.matcher(line);
            if (words.matches()) {
                databases.expect(
                        Integer.parseInt(words.group(1)),
                        Long.parseLong(words.group(2)),
                        Long.parseLong(words.group(3)));
            }
        }
    }

    /** Puts databases where they were at the start of a snapshot; lines of another name are none of this version's. */
    public static void restore(SnapshotHeader header, Databases databases) throws IOException {
        restore(header, databases::arrange);
    }

    /** The same where there are no stores. */
    public static void restore(SnapshotHeader header, DatabasePlaces places) throws IOException {
        restore(header, places::arrange);
    }

    private static void restore(SnapshotHeader header, Consumer<String> arrange) throws IOException {
        String swapped = header.state().stream()
                .filter(line -> line.startsWith(DATABASES))
                .map(line -> line.substring(DATABASES.length()))
                .findFirst()
                .orElse("");
        try {
            arrange.accept(swapped);
        } catch (IllegalArgumentException e) {
            throw new IOException("snapshot " + header.id() + " has " + e.getMessage(), e);
        }
    }
}
