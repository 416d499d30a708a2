package io.tailrace.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.wire.memory.Memory;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Writes in place while another thread walks: it sees each entry as it was before a write or after it, and misses none. */
class WalkedWritesTest extends GrowthFixture {
    private static final int ROUNDS = 4;
    private static final int STAYING = 64;
    private static final int PASSES = 400;
    private static final int LENGTH = 900;
    /** Above what lies in a map. */
    private static final int OUTSIDE = 20_000;

    private byte[] filled() {
        int kind = random.nextInt(16);
        byte[] value = new byte[kind == 0 ? OUTSIDE : kind < 4 ? 1 + random.nextInt(LENGTH) : LENGTH];
        Arrays.fill(value, (byte) random.nextInt());
        return value;
    }

    private static String tornIn(long key, int length, Entry entry) {
        long value = entry.valueAddress();
        byte first = Memory.getByte(value);
        for (int i = 1; i < entry.valueLength(); i++) {
            if (Memory.getByte(value + i) != first) {
                return Memory.toAscii(key, length) + " at byte " + i + " of " + entry.valueLength();
            }
        }
        return null;
    }

    private void write(int written) {
        String key = "key" + random.nextInt(KEYS);
        switch (written % 8) {
            case 0, 1:
                put(key, filled(), Entry.NO_EXPIRY);
                break;
            case 2:
                store.remove(bytes.address(), key(key));
                model.remove(key);
                break;
            case 3:
                Held held = model.get("stays0");
                store.position(++index, 0);
                store.expire(bytes.address(), key("stays0"), index);
                model.put("stays0", new Held(held.value(), index, index));
                break;
            default:
                put("stays" + random.nextInt(STAYING), filled(), Entry.NO_EXPIRY);
        }
    }

    @Test
    void shouldShowAWalkNoEntryThatIsHalfWritten() throws InterruptedException {
        AtomicReference<String> torn = new AtomicReference<>();
        int written = 0;
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < STAYING; i++) {
                put("stays" + i, filled(), Entry.NO_EXPIRY);
            }
            StoreWalk walk = store.beginWalk();
            var missing = ConcurrentHashMap.<String>newKeySet();
            for (int i = 0; i < STAYING; i++) {
                missing.add("stays" + i);
            }
            Thread walker = new Thread(() -> {
                for (int i = 0; i < PASSES * walk.segments(); i++) {
                    walk.segment(i % walk.segments(), (key, length, e) -> {
                        missing.remove(Memory.toAscii(key, length));
                        torn.compareAndSet(null, tornIn(key, length, e));
                    });
                }
            });
            walker.start();
            while (walker.isAlive()) {
                written++;
                write(written);
                store.growStep(8);
            }
            walker.join();
            store.endWalk();
            assertEquals(null, torn.get(), "seed " + seed);
            assertTrue(missing.isEmpty(), "seed " + seed + ", missed " + missing);
            if (round % 4 == 3) {
                shouldHoldTheModel();
                store.clear();
                model.clear();
            }
            background.runAll();
        }
        assertTrue(written > ROUNDS, "writes during walks: " + written);
    }
}
