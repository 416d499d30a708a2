package io.tailrace.node.shard;

import io.tailrace.node.store.Entry;
import io.tailrace.node.store.StoredValue;

/**
 * What a command with keys of several shards, or all of a MULTI, reads and changes: one keyspace, in which each key's business is its
 * shard's. Owned by the thread that holds the shards; reused.
 *
 * <p>What concerns no key, such as scratch memory, is the leading shard's. Whatever it does can be rolled back, on all shards.
 */
public final class SpreadTransaction extends Transaction {
    static final String NOT_HELD =
            "CROSSSLOT a key of this command is on a shard of this node that the transaction was not begun with";

    private final int shards;
    private final SpreadEffect effect = new SpreadEffect(this);
    /** Of the shards that are held, else null. */
    private final ShardTransaction[] parts;

    private long looked;
    private ShardTransaction lead;
    private ShardTransaction found;

    SpreadTransaction(int shards) {
        this.shards = shards;
        parts = new ShardTransaction[shards];
    }

    void begin(int leading, ShardTransaction[] held) {
        System.arraycopy(held, 0, parts, 0, shards);
        lead = parts[leading];
        found = lead;
        looked = 0;
    }

    /** Notes that these shards are looked at otherwise than by a key here: by a command on one of them alone, or for watched keys. */
    public void lookAt(long set) {
        looked |= set;
    }

    /** The shards of the keys that were looked at so far, as a set. */
    long looked() {
        return looked;
    }

    /** Whether a shard is one of those that the transaction is about. */
    public boolean hasShard(int shard) {
        return parts[shard] != null;
    }

    /** The transaction of a key's shard. */
    ShardTransaction of(long key, int length) {
        int shard = KeySlot.shardOf(key, length, shards);
        ShardTransaction part = parts[shard];
        if (part == null) {
            throw new CommandErrorException(NOT_HELD);
        }
        looked |= ShardHold.only(shard);
        return part;
    }

    @Override
    public void select(int database) {
        for (ShardTransaction part : parts) {
            if (part != null) {
                part.select(database);
            }
        }
    }

    @Override
    public int database() {
        return lead.database();
    }

    @Override
    public SelectedDatabase selected() {
        return lead.selected();
    }

    @Override
    public void prepare(int added) {
        for (ShardTransaction part : parts) {
            if (part != null) {
                part.prepare(added);
            }
        }
    }

    @Override
    public long nowEpochMs() {
        return lead.nowEpochMs();
    }

    @Override
    public boolean isWritable() {
        return lead.isWritable();
    }

    @Override
    public KeyEvents events() {
        return lead.events();
    }

    @Override
    public int maxValueLength() {
        return lead.maxValueLength();
    }

    @Override
    public boolean find(long keyAddress, int keyLength) {
        found = of(keyAddress, keyLength);
        return found.find(keyAddress, keyLength);
    }

    @Override
    public KeyLookups lookups() {
        return lead.lookups();
    }

    @Override
    public void lookups(int kind) {
        for (ShardTransaction part : parts) {
            if (part != null) {
                part.lookups(kind);
            }
        }
    }

    @Override
    public boolean findString(long keyAddress, int keyLength) {
        found = of(keyAddress, keyLength);
        return found.findString(keyAddress, keyLength);
    }

    @Override
    public int type() {
        return found.type();
    }

    @Override
    public long valueAddress() {
        return found.valueAddress();
    }

    @Override
    public int valueLength() {
        return found.valueLength();
    }

    @Override
    public long expireAtEpochMs() {
        return found.expireAtEpochMs();
    }

    @Override
    public Entry entry() {
        return found.entry();
    }

    @Override
    public StoredValue open(StoredValue into, long keyAddress, int keyLength) {
        ShardTransaction own = of(keyAddress, keyLength);
        return own.open(own.ownedBy(into), keyAddress, keyLength);
    }

    @Override
    public StoredValue open(StoredValue into, long keyAddress, int keyLength, int type) {
        ShardTransaction own = of(keyAddress, keyLength);
        return own.open(own.ownedBy(into), keyAddress, keyLength, type);
    }

    /** Which shard's it is tells the key that is opened. */
    @Override
    public StoredValue ownedBy(StoredValue used) {
        return used == null ? lead.ownedBy(null) : used;
    }

    @Override
    public void set(long keyAddress, int keyLength, long newValue, int newLength, long deadlineEpochMs) {
        of(keyAddress, keyLength).set(keyAddress, keyLength, newValue, newLength, deadlineEpochMs);
    }

    @Override
    public void setLong(long keyAddress, int keyLength, long number, long deadlineEpochMs) {
        of(keyAddress, keyLength).setLong(keyAddress, keyLength, number, deadlineEpochMs);
    }

    @Override
    public void append(long keyAddress, int keyLength, long bytes, int length) {
        of(keyAddress, keyLength).append(keyAddress, keyLength, bytes, length);
    }

    @Override
    public void setRange(long keyAddress, int keyLength, int offset, long bytes, int length) {
        of(keyAddress, keyLength).setRange(keyAddress, keyLength, offset, bytes, length);
    }

    @Override
    public void setRaw(long keyAddress, int keyLength, long bytes, int length, long deadlineEpochMs) {
        of(keyAddress, keyLength).setRaw(keyAddress, keyLength, bytes, length, deadlineEpochMs);
    }

    @Override
    public void deleteToReplace(long keyAddress, int keyLength) {
        of(keyAddress, keyLength).deleteToReplace(keyAddress, keyLength);
    }

    @Override
    public void delete(long keyAddress, int keyLength) {
        of(keyAddress, keyLength).delete(keyAddress, keyLength);
    }

    @Override
    public void expire(long keyAddress, int keyLength, long deadlineEpochMs) {
        of(keyAddress, keyLength).expire(keyAddress, keyLength, deadlineEpochMs);
    }

    @Override
    public void persist(long keyAddress, int keyLength) {
        of(keyAddress, keyLength).persist(keyAddress, keyLength);
    }

    /** Not of several shards: such a command runs on each of them. */
    @Override
    public DatabaseEffects databases() {
        return lead.databases();
    }

    @Override
    public LibraryWriter libraries() {
        return hasShard(0) ? parts[0].libraries() : lead.libraries();
    }

    @Override
    public void assign(StoredValue from, long newKey, int newKeyLength, boolean isMoved) {
        ShardTransaction source = of(from.key(), from.keyLength());
        ShardTransaction target = of(newKey, newKeyLength);
        if (source == target) {
            target.assign(from, newKey, newKeyLength, isMoved);
            return;
        }
        int fromDatabase = source.databaseOf(from);
        target.copyFrom(from, fromDatabase, newKey, newKeyLength, isMoved);
        if (isMoved) {
            int selected = source.database();
            source.select(fromDatabase);
            source.delete(from.key(), from.keyLength());
            source.select(selected);
        }
    }

    @Override
    public CollectionEffect effect() {
        return effect;
    }

    /** Each effect is asked for by itself. */
    @Override
    public void promise(int effects, long bytes) {
        // what is refused in the middle is rolled back
    }

    @Override
    public void promisePlain(int effects, long bytes) {
        // what is refused in the middle is rolled back
    }

    @Override
    public void touch(long keyAddress, int keyLength) {
        of(keyAddress, keyLength).touch(keyAddress, keyLength);
    }

    @Override
    public void keepRange(long keyAddress, int keyLength, int offset, long bytes, int length) {
        of(keyAddress, keyLength).keepRange(keyAddress, keyLength, offset, bytes, length);
    }

    @Override
    public boolean holds(long keyAddress, int keyLength) {
        return parts[KeySlot.shardOf(keyAddress, keyLength, shards)] != null;
    }

    @Override
    public long scratch(int bytes) {
        return lead.scratch(bytes);
    }
}
