package io.tailrace.wire.record;

/** Whether a record's payload is commands that a node can apply. Reused; not thread-safe. */
public final class EffectCheck {
    private final EffectCursor cursor = new EffectCursor();

    /** What is wrong with the commands of a record that has effects, or null. */
    public String problem(RecordView record) {
        cursor.wrap(record);
        while (cursor.next()) {
            if (Effect.of(cursor.arguments()) == null) {
                return "'" + cursor.arguments().ascii(0) + "' with "
                        + cursor.arguments().count() + " arguments is not a known effect";
            }
        }
        return cursor.problem();
    }
}
