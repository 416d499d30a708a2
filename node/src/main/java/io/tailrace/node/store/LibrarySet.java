package io.tailrace.node.store;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The libraries of a node at one moment, in the order in which they were first loaded. Immutable: any thread. */
public final class LibrarySet {
    /** No libraries. */
    public static final LibrarySet EMPTY = new LibrarySet(new LinkedHashMap<>());

    private final Map<String, Library> byName;
    private final long bytes;

    LibrarySet(LinkedHashMap<String, Library> byName) {
        this.byName = Collections.unmodifiableMap(byName);
        long sum = 0;
        for (Library library : byName.values()) {
            sum += library.length();
        }
        bytes = sum;
    }

    /** The library of a name, whose case counts, or null. */
    public Library find(String name) {
        return byName.get(name);
    }

    public Collection<Library> all() {
        return byName.values();
    }

    public boolean isEmpty() {
        return byName.isEmpty();
    }

    public int count() {
        return byName.size();
    }

    /** Bytes of all names and codes. */
    public long bytes() {
        return bytes;
    }

    LibrarySet with(Library library) {
        LinkedHashMap<String, Library> copy = new LinkedHashMap<>(byName);
        copy.put(library.name(), library);
        return new LibrarySet(copy);
    }

    LibrarySet without(String name) {
        LinkedHashMap<String, Library> copy = new LinkedHashMap<>(byName);
        copy.remove(name);
        return copy.isEmpty() ? EMPTY : new LibrarySet(copy);
    }
}
