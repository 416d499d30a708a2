package io.tailrace.tools.dump;

import io.tailrace.tools.output.ByteOutput;
import java.util.Locale;

/** How records are printed. */
public enum DumpFormat {
    /** One line per command, for people and grep. */
    TEXT,
    /** One object per record and line. */
    JSON,
    /** The effects as Redis requests, for {@code redis-cli --pipe}. */
    RESP;

    RecordFormat over(ByteOutput out, DumpRequest.Style style) {
        return switch (this) {
            case TEXT -> new TextFormat(out, style);
            case JSON -> new JsonFormat(out, style);
            case RESP -> new RespFormat(out);
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
