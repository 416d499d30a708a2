package io.tailrace.node.store;

import io.tailrace.node.arena.Arena;
import io.tailrace.wire.memory.Memory;

/**
 * The value of one key, opened to be read or changed: where a collection's elements are, and the changes of its form. What the
 * elements are is up to the types. Reused; owned by the shard's reactor thread.
 *
 * <pre>
 *  form     the entry refers to                 changed by
 *  absent   -                                   {@link #create}, which makes it packed
 *  packed   a blob: the elements back to back   {@link #splice}; {@link #beginTree} when it is too large
 *  tree     a header in a blob, with trees      {@link #header()}, for the class that knows the trees
 * </pre>
 *
 * <p>What was changed is the key's once {@link #publish} was called, at the end of an effect. Between the two nothing else may be
 * written to the same key.
 */
public final class StoredValue {
    /** {@link #write}. A class, as the first use of a lambda takes a reactor 0.4 ms. */
    private final class Writing implements Runnable {
        @Override
        public void run() {
            write();
        }
    }

    private final Entry entry = new Entry();
    private final Runnable writing = new Writing();
    private Store store;
    private long key;
    private int keyLength;
    private boolean isThere;
    private boolean isStored;
    private boolean isHidden;
    private int type;
    private int encoding;
    private int form;
    private long expireAtEpochMs;
    private long blob;
    private int length;
    private int elements;
    private int sizeClass;
    private boolean isBlobOwn;
    private long replacedBlob;
    private long header;
    private boolean isHeaderOwn;

    public StoredValue(Store store) {
        this.store = store;
    }

    /** Opens values of another store from now on. */
    public StoredValue use(Store other) {
        store = other;
        return this;
    }

    /** Of the store, among the {@link Databases} of its shard. */
    public int place() {
        return store.place();
    }

    /** Opens a key's value; returns whether there is one, whatever its type and deadline. The key's bytes must stay. */
    public boolean open(long keyAddress, int newKeyLength) {
        key = keyAddress;
        keyLength = newKeyLength;
        isStored = store.find(keyAddress, newKeyLength, entry);
        isThere = isStored;
        isHidden = false;
        isBlobOwn = false;
        replacedBlob = 0;
        blob = 0;
        header = 0;
        isHeaderOwn = false;
        length = 0;
        elements = 0;
        sizeClass = 0;
        expireAtEpochMs = Entry.NO_EXPIRY;
        if (isStored) {
            read();
        }
        return isStored;
    }

    private void read() {
        type = entry.type();
        encoding = entry.encoding();
        form = entry.form();
        expireAtEpochMs = entry.expireAtEpochMs();
        if (form == EntryLayout.FORM_PACKED) {
            blob = entry.valueAddress();
            length = entry.valueLength();
            elements = entry.packedElements();
            sizeClass = entry.packedClass();
        } else if (form == EntryLayout.FORM_TREE) {
            header = entry.valueAddress();
        }
    }

    /** Takes what lies there for absent, because it is past its deadline. */
    public void hide() {
        isHidden = true;
        isThere = false;
    }

    /** Takes what is there for absent: what is made now will replace it. */
    public void replace() {
        isThere = false;
        isStored = false;
    }

    /** Whether something lies there that is past its deadline. */
    public boolean isHidden() {
        return isHidden;
    }

    /** Whether there is a value. */
    public boolean isThere() {
        return isThere;
    }

    /** Whether there is a value that was not {@link #publish}ed yet under this key. */
    public boolean isNew() {
        return isThere && !isStored;
    }

    /** One of {@link ValueType}'s. */
    public int type() {
        return type;
    }

    public long expireAtEpochMs() {
        return expireAtEpochMs;
    }

    /** Whether the entry already contains the effect of {@link Store#position}. */
    public boolean containsEffect() {
        return isStored && entry.contains(store.index(), store.ordinal());
    }

    /** Gives a collection that was created, and not published yet, a deadline. */
    public void expireAt(long epochMs) {
        assert isThere && !isStored : "published";
        expireAtEpochMs = epochMs;
    }

    public boolean isExpired(long nowEpochMs) {
        return expireAtEpochMs != Entry.NO_EXPIRY && expireAtEpochMs <= nowEpochMs;
    }

    public long key() {
        return key;
    }

    public int keyLength() {
        return keyLength;
    }

    /** The entry, when the value is a string. */
    public Entry entry() {
        return entry;
    }

    public int encoding() {
        return encoding;
    }

    /** What OBJECT ENCODING will remember; takes effect with {@link #publish}. */
    public void encoding(int newEncoding) {
        encoding = newEncoding;
    }

    public boolean isTree() {
        return form == EntryLayout.FORM_TREE;
    }

    /** Of a large collection: where its {@link CollectionHeader} is. */
    public long header() {
        return header;
    }

    /** The same, before the trees or the header are changed. */
    public long headerToChange() {
        if (store.undo().isActive()) {
            store.undo().touch(key, keyLength);
            store.references().freeze(header);
        }
        return header;
    }

    /** Of a small collection: where its elements are, until the next {@link #splice}. */
    public long packed() {
        return blob;
    }

    public int packedLength() {
        return length;
    }

    public int packedElements() {
        return elements;
    }

    public Arena arena() {
        return store.arena();
    }

    /**
     * Begins a collection without elements in the place of nothing, or of a value that is dropped.
     *
     * @param expectedLength of the packed elements, about
     */
    public void create(int newType, int expectedLength) {
        type = newType;
        encoding = 0;
        form = EntryLayout.FORM_PACKED;
        expireAtEpochMs = Entry.NO_EXPIRY;
        isThere = true;
        isStored = false;
        header = 0;
        length = 0;
        elements = 0;
        sizeClass = Arena.blobClass(Math.min(expectedLength, Arena.MAX_BLOB_BYTES));
        blob = store.arena().newBlob(sizeClass);
        isBlobOwn = true;
        replacedBlob = 0;
    }

    /**
     * Replaces bytes of the packed elements by room for others, which the caller fills in at the address returned.
     *
     * @param elementsMore how many elements more there are after it
     */
    public long splice(int offset, int removed, int inserted, int elementsMore) {
        assert form == EntryLayout.FORM_PACKED && offset + removed <= length : offset + " of " + length;
        int newLength = length - removed + inserted;
        int after = length - offset - removed;
        store.undo().touch(key, keyLength);
        boolean isInPlace = newLength <= Arena.blobCapacity(sizeClass)
                && (isBlobOwn || !store.references().mustCopy(blob));
        if (isInPlace) {
            Memory.move(blob + offset + removed, blob + offset + inserted, after);
        } else {
            int newClass = Arena.blobClass(newLength);
            long copy = store.arena().newBlob(newClass);
            Memory.copy(blob, copy, offset);
            Memory.copy(blob + offset + removed, copy + offset + inserted, after);
            leave(blob);
            blob = copy;
            sizeClass = newClass;
            isBlobOwn = true;
        }
        length = newLength;
        elements += elementsMore;
        return blob + offset;
    }

    private void leave(long left) {
        if (isBlobOwn) {
            store.arena().freeBlob(left);
        } else {
            replacedBlob = left;
        }
    }

    /**
     * Makes it a large collection: gives the address of an empty header, in which the caller begins trees. The packed
     * elements stay readable until {@link #publish}.
     */
    public long beginTree() {
        assert form == EntryLayout.FORM_PACKED;
        store.undo().touch(key, keyLength);
        form = EntryLayout.FORM_TREE;
        header = store.arena().newBlob(Arena.blobClass(CollectionHeader.BYTES));
        Memory.fill(header, CollectionHeader.BYTES, (byte) 0);
        isHeaderOwn = true;
        return header;
    }

    /** Makes the changes the key's, stamped with {@link Store#position}. */
    public void publish() {
        if (form == EntryLayout.FORM_TREE && blob != 0) {
            leave(blob);
            blob = 0;
        }
        if (!isStored) {
            // whole at once: a walk may come to it as soon as it is in the map
            long address = store.insertReference(key, keyLength, kind(), expireAtEpochMs, reference(), referenceRest());
            entry.wrap(address, EntryLayout.REFERENCE_LENGTH);
            isStored = true;
        } else if (store.isWalked() && entry.form() != EntryLayout.FORM_TREE) {
            store.writeLocked(key, keyLength, writing);
        } else {
            write();
        }
        if (replacedBlob != 0) {
            store.references().releaseBlob(replacedBlob);
            replacedBlob = 0;
        }
        isBlobOwn = false;
        isHeaderOwn = false;
    }

    private byte kind() {
        return EntryLayout.kind(type, form, encoding);
    }

    private void write() {
        long address = entry.address();
        Memory.putLong(address + EntryLayout.VERSION, store.index());
        Memory.putInt(address + EntryLayout.ORDINAL, store.ordinal());
        writeReference();
        store.access().changed(address);
    }

    private void writeReference() {
        long address = entry.address();
        Memory.putByte(address + EntryLayout.KIND, kind());
        Memory.putLong(address + EntryLayout.ADDRESS, reference());
        Memory.putLong(address + EntryLayout.ADDRESS + Long.BYTES, referenceRest());
    }

    private long reference() {
        return form == EntryLayout.FORM_TREE ? header : blob;
    }

    private long referenceRest() {
        return form == EntryLayout.FORM_TREE ? 0 : EntryLayout.packedRest(length, elements, sizeClass);
    }

    /** Removes the key, with what was changed and not published. */
    public void remove() {
        if (isBlobOwn && blob != 0) {
            store.arena().freeBlob(blob);
            blob = 0;
            isBlobOwn = false;
        }
        if (isHeaderOwn) {
            store.references().dropCollection(header);
            isHeaderOwn = false;
        }
        replacedBlob = 0;
        if (isStored) {
            store.remove(key, keyLength);
        }
        isThere = false;
        isStored = false;
    }
}
