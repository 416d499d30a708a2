package io.tailrace.node.command;

import io.tailrace.node.store.Entry;
import io.tailrace.wire.memory.Decimal;

/** What OBJECT ENCODING and DEBUG OBJECT say of a string. */
final class StringEncoding {
    /** The longest string that Redis 7.0 allocates together with its object ({@code OBJ_ENCODING_EMBSTR_SIZE_LIMIT}). */
    private static final int MAX_EMBEDDED = 44;

    private StringEncoding() {}

    /** Of a string: a number if it reads back as the same text, unless parts of it were written. */
    static String of(Entry entry) {
        if (entry.encoding() == Entry.ENCODED_RAW) {
            return "raw";
        }
        if (isNumber(entry)) {
            return "int";
        }
        return entry.valueLength() <= MAX_EMBEDDED ? "embstr" : "raw";
    }

    private static boolean isNumber(Entry entry) {
        return entry.valueLength() <= Decimal.MAX_LENGTH && Decimal.isLong(entry.valueAddress(), entry.valueLength());
    }
}
