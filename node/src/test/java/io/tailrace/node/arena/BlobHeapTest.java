package io.tailrace.node.arena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.wire.memory.Memory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BlobHeapTest {
    private record Blob(long address, int capacity, byte mark) {}

    @Test
    void shouldGiveTheSmallestClassThatFits() {
        for (int bytes = 1; bytes <= BlobHeap.MAX_BYTES; bytes++) {
            int sizeClass = BlobHeap.classOf(bytes);
            assertTrue(BlobHeap.capacity(sizeClass) >= bytes, bytes + " in " + BlobHeap.capacity(sizeClass));
            if (sizeClass > 0) {
                assertTrue(BlobHeap.capacity(sizeClass - 1) < bytes, bytes + " fits a class below");
            }
        }
    }

    @Test
    void shouldNeverGiveMemoryTwice() {
        SplittableRandom random = new SplittableRandom(1);
        long before = Memory.allocatedBytes();
        BlobHeap heap = new BlobHeap();
        List<Blob> blobs = new ArrayList<>();
        for (int round = 0; round < 200_000; round++) {
            boolean isFull = blobs.size() > 20_000 - (round / 50_000) * 6_000;
            if (!isFull && random.nextInt(10) < 6 || blobs.isEmpty()) {
                int sizeClass =
                        BlobHeap.classOf(1 + random.nextInt(random.nextInt(20) == 0 ? BlobHeap.MAX_BYTES : 300));
                Blob blob = new Blob(heap.allocate(sizeClass), BlobHeap.capacity(sizeClass), (byte) round);
                Memory.fill(blob.address, blob.capacity, blob.mark);
                blobs.add(blob);
            } else {
                int at = random.nextInt(blobs.size());
                Blob blob = blobs.get(at);
                blobs.set(at, blobs.get(blobs.size() - 1));
                blobs.remove(blobs.size() - 1);
                for (int i = 0; i < blob.capacity; i++) {
                    assertEquals(blob.mark, Memory.getByte(blob.address + i));
                }
                heap.free(blob.address);
            }
        }
        assertEquals(blobs.stream().mapToLong(Blob::capacity).sum(), heap.usedBytes());
        blobs.forEach(blob -> heap.free(blob.address));
        assertEquals(0, heap.usedBytes());
        heap.close();
        assertEquals(before, Memory.allocatedBytes());
    }

    @Test
    void shouldGiveMemoryBackWhenBlobsGo() {
        try (BlobHeap heap = new BlobHeap()) {
            List<Long> blobs = new ArrayList<>();
            for (int i = 0; i < 200_000; i++) {
                blobs.add(heap.allocate(BlobHeap.classOf(224)));
            }
            long full = heap.reservedBytes();
            assertTrue(full < 200_000L * 224 * 1.1, full + " bytes");
            blobs.forEach(heap::free);
            assertTrue(heap.reservedBytes() < 10 << 20, heap.reservedBytes() + " bytes stay");
        }
    }
}
