package io.tailrace.node.shard;

import io.tailrace.node.store.DatabasePlaces;
import io.tailrace.node.store.Databases;
import io.tailrace.snapshot.SnapshotHeader;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a shard has besides entries, as the state lines of a snapshot: {@code databases 0:2,2:0}, which databases were not in the
 * place of their number at its start; no line when all were.
 */
public final class StoreState {
    private static final String DATABASES = "databases ";

    private StoreState() {}

    /** @param swapped as {@link io.tailrace.node.store.Databases#swapped} tells it */
    public static List<String> of(String swapped) {
        return swapped.isEmpty() ? List.of() : List.of(DATABASES + swapped);
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
