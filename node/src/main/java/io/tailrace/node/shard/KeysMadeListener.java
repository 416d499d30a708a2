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
        public void made(long key, int length) {
            // nobody waits
        }

        @Override
        public void changed(long key, int length) {
            // nobody waits
        }

        @Override
        public void allRemoved() {
            // nobody waits
        }
    };

    /** Whether it is of any use to tell it something. */
    boolean isAwaiting();

    /** The key holds something that it did not hold before. */
    void made(long key, int length);

    /** The key was written or removed. */
    void changed(long key, int length);

    /** All keys were removed. */
    void allRemoved();
}
