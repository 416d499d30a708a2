package io.tailrace.node.command;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/** Who waits for one key, in the order in which they came. Owned by the shard's thread, like {@link BlockedClients}. */
final class KeyQueue {
    /** A key of a database. Its methods are written out, as what Java makes for a record costs milliseconds when it is first called. */
    record Name(int database, ByteBuffer key) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Name name && database == name.database && key.equals(name.key);
        }

        @Override
        public int hashCode() {
            return 31 * key.hashCode() + database;
        }
    }

    final int database;
    final byte[] key;
    final Set<KeyWait> waits = new LinkedHashSet<>();
    boolean isReady;
    /** How many of them are served too when the key holds something else, or nothing. */
    int awaitingEnd;

    KeyQueue(int database, byte[] key) {
        this.database = database;
        this.key = key;
    }

    /** Those who came after one that may be gone. */
    Iterator<KeyWait> after(long number) {
        return waits.stream().filter(wait -> wait.number() > number).iterator();
    }

    /** How many came before it, itself included, and are here. */
    int countUpTo(long number) {
        return (int) waits.stream().filter(wait -> wait.number() <= number).count();
    }

    Name name() {
        return new Name(database, ByteBuffer.wrap(key));
    }
}
