package io.tailrace.node.rewind;

import io.tailrace.node.backlog.BacklogInspector;
import io.tailrace.wire.record.ChainVerifier;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.EffectCursor;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.resp.Arguments;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What a log holds after the last record it shares: saves the writes for the operator and notes the keys they touched.
 * Used by one thread; reads the log's files, not the log that the reactor writes.
 */
final class Divergence implements AutoCloseable {
    /** Beyond so many bytes of keys a full sync is cheaper than fetching each. */
    static final int MAX_KEY_BYTES = 256 << 20;

    private static final int RECORDS_PER_STEP = 1_000;

    private final TouchedKeys keys = new TouchedKeys();
    private final EffectCursor cursor = new EffectCursor();
    private final ChainVerifier verifier = new ChainVerifier();
    private final BacklogInspector log;
    private final LostWrites lost;
    private final String history;
    private final long last;
    private long firstWrite = QueueIndex.NONE;
    private long lastSeen;
    private boolean isEverything;
    private long records;
    private Path savedAs;

    /**
     * Begins behind {@code common}.
     *
     * @param commonChain the chain at it, which the records must continue
     * @param last the log's last record
     * @param history that the records are of, for the file's name
     * @param saveIn where the file of lost writes goes
     */
    Divergence(Path queue, long common, long commonChain, long last, String history, Path saveIn) throws IOException {
        this.history = history;
        this.last = last;
        lastSeen = common;
        verifier.startAfter(common, commonChain);
        log = new BacklogInspector(queue);
        log.seek(common + 1);
        lost = new LostWrites(saveIn);
    }

    /**
     * Takes some more records; returns whether that were all, and the writes are saved.
     *
     * @throws IOException also when a record is damaged, which the message names
     */
    boolean step() throws IOException {
        for (int i = 0; i < RECORDS_PER_STEP && lastSeen < last; i++) {
            RecordView record = log.next();
            String problem = record == null ? "the log ends too early" : verifier.next(log.index(), record);
            if (problem != null) {
                throw new IOException("the record after " + QueueIndex.toString(lastSeen) + ": " + problem);
            }
            lastSeen = log.index();
            if (record.hasEffects()) {
                firstWrite = firstWrite == QueueIndex.NONE ? lastSeen : firstWrite;
                lost.record(record);
                note(record);
                records++;
            }
        }
        if (lastSeen < last) {
            return false;
        }
        if (records > 0) {
            savedAs = lost.finish(LostWrites.name(history, firstWrite, last));
        }
        return true;
    }

    private void note(RecordView record) throws IOException {
        cursor.wrap(record);
        while (!isEverything && cursor.next()) {
            Arguments arguments = cursor.arguments();
            Effect effect = Effect.of(arguments);
            if (effect == null) {
                throw new IOException("unknown effect " + arguments.ascii(0));
            }
            if (effect == Effect.FLUSHALL) {
                isEverything = true;
                return;
            }
            int step = effect == Effect.MSET ? 2 : 1;
            int end = effect == Effect.MSET || effect == Effect.DEL ? arguments.count() : 2;
            for (int key = 1; key < end && !isEverything; key += step) {
                isEverything = !keys.add(arguments.address(key), arguments.length(key), MAX_KEY_BYTES);
            }
        }
    }

    /** The keys that must be fetched. */
    TouchedKeys keys() {
        return keys;
    }

    /** Whether there is no telling which keys are as they were: all of them were removed, or too many were touched. */
    boolean isEverything() {
        return isEverything;
    }

    /** Writes that nobody else has. */
    long records() {
        return records;
    }

    /** Where they are saved, or null when there were none. */
    Path savedAs() {
        return savedAs;
    }

    @Override
    public void close() throws IOException {
        keys.close();
        log.close();
        lost.close();
    }
}
