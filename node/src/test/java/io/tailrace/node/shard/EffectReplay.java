package io.tailrace.node.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.command.CommandBench;
import io.tailrace.node.store.Databases;
import io.tailrace.wire.record.EffectCursor;
import io.tailrace.wire.record.RecordLayout;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.resp.Arguments;
import java.util.ArrayList;
import java.util.List;

/** The log of a shard, carried out elsewhere. */
public final class EffectReplay {
    private EffectReplay() {}

    /** A replica's way: an empty store that takes every record holds what the shard does. */
    public static void check(Shard shard, String context) {
        EffectApplier applier = EffectApplier.forFilling(shard.settings());
        try (Databases databases = new Databases(CommandBench.SIZING);
                BacklogReader reader = shard.backlog().reader()) {
            long first = shard.backlog().firstIndex();
            for (RecordView record = reader.readAt(first); record != null; record = reader.next()) {
                if (record.kind() == RecordLayout.KIND_EFFECT) {
                    applier.hasRoom(record, databases);
                    assertNull(applier.problem(record), context);
                    assertNull(applier.apply(record, databases, reader.index(), false), context);
                }
            }
            assertEquals(StoreText.of(shard.databases()), StoreText.of(databases), context);
        }
    }

    /** All effects in their order, as commands. */
    public static List<String[]> effects(Shard shard) {
        List<String[]> effects = new ArrayList<>();
        EffectCursor cursor = new EffectCursor();
        try (BacklogReader reader = shard.backlog().reader()) {
            long first = shard.backlog().firstIndex();
            for (RecordView record = reader.readAt(first); record != null; record = reader.next()) {
                if (record.kind() == RecordLayout.KIND_EFFECT) {
                    cursor.wrap(record);
                    while (cursor.next()) {
                        effects.add(words(cursor.arguments()));
                    }
                }
            }
        }
        return effects;
    }

    private static String[] words(Arguments arguments) {
        String[] words = new String[arguments.count()];
        for (int i = 0; i < words.length; i++) {
            words[i] = arguments.ascii(i);
        }
        return words;
    }
}
