package io.tailrace.node.store;

import java.util.LinkedHashMap;

/**
 * The function libraries that a shard keeps: shard 0's are the node's, no other one has any. Data as keys are, on the heap, as each is
 * read as a whole by an engine. Owned by the shard's reactor thread; {@link #published} is any thread's.
 *
 * <p>Each change makes another set, so that taking a transaction back is to take the old set again, and a walk has what was there
 * when it began.
 */
public final class Libraries {
    /** Of all names and codes: they lie on the heap. */
    public static final long MAX_BYTES = 32 << 20;

    private LibrarySet current = LibrarySet.EMPTY;
    private LibrarySet kept;
    private volatile LibrarySet published = LibrarySet.EMPTY;

    /** What the transaction under way sees. */
    public LibrarySet current() {
        return current;
    }

    /** What is committed. Any thread. */
    public LibrarySet published() {
        return published;
    }

    /** What is wrong with the code of a library that is to become data, or null. */
    public static String problem(byte[] code) {
        return LibraryHeader.nameOf(code) == null ? "a library without a name" : null;
    }

    /**
     * Puts a library in the place of any of its name.
     *
     * @param code that has no {@link #problem}
     */
    public void load(byte[] code, long index, int ordinal) {
        current = current.with(new Library(LibraryHeader.nameOf(code), code, index, ordinal));
    }

    /** The same, unless the one that is there contains that effect already. */
    public void redoLoad(byte[] code, long index, int ordinal) {
        Library there = current.find(LibraryHeader.nameOf(code));
        if (there == null || !there.contains(index, ordinal)) {
            load(code, index, ordinal);
        }
    }

    /** Removes a library if there is one. */
    public void delete(String name) {
        if (current.find(name) != null) {
            current = current.without(name);
        }
    }

    /** The same, unless the one that is there was loaded after it. */
    public void redoDelete(String name, long index, int ordinal) {
        Library there = current.find(name);
        if (there != null && !there.contains(index, ordinal)) {
            delete(name);
        }
    }

    public void flush() {
        current = LibrarySet.EMPTY;
    }

    /** Removes those that were not loaded after it. */
    public void redoFlush(long index, int ordinal) {
        LinkedHashMap<String, Library> newer = new LinkedHashMap<>();
        for (Library library : current.all()) {
            if (library.contains(index, ordinal)) {
                newer.put(library.name(), library);
            }
        }
        current = newer.isEmpty() ? LibrarySet.EMPTY : new LibrarySet(newer);
    }

    /** Takes over those of another store. */
    public void copy(LibrarySet from) {
        current = from;
        published = from;
    }

    /** Lets everybody see what the transaction has done. */
    public void publish() {
        if (published != current) {
            published = current;
        }
    }

    void beginUndo() {
        kept = current;
    }

    void rollBack() {
        current = kept;
    }
}
