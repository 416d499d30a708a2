package io.tailrace.node.shard;

/**
 * Hears of keys that now hold a collection, or a stream with more entries, so that clients may have what they wait for; and of keys
 * that clients wait for the end of. Each key's bytes stay until the call returns; nothing may be written to the shard before that.
 */
public interface KeysMadeListener {
    /** Hears nothing. */
    KeysMadeListener NONE = new KeysMadeListener() {
        @Override
        public boolean isAwaiting() {
            return false;
        }

        @Override
        public void made(int database, long key, int length) {
            // no client waits
        }

        @Override
        public void changed(int database, long key, int length) {
            // no client waits
        }

        @Override
        public void allRemoved() {
            // no client waits
        }

        @Override
        public void swapped(int one, int other) {
            // no client waits
        }
    };

    /** Whether it is of any use to tell it something. */
    boolean isAwaiting();

    /** The key holds something that it did not hold before. */
    void made(int database, long key, int length);

    /** The key was written or removed. */
    void changed(int database, long key, int length);

    /** All keys were removed, of one database at least. */
    void allRemoved();

    /** Two databases were swapped: each may have keys now that clients wait for there. */
    void swapped(int one, int other);
}
