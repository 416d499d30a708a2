package io.tailrace.tools.dump;

import io.tailrace.node.backlog.RecordPlace;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.EffectCursor;
import io.tailrace.wire.record.RecordLayout;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.resp.Arguments;
import java.io.IOException;
import java.util.function.Consumer;

/** Prints records, or the commands of them that a filter passes. */
final class RecordPrinter implements RecordSink {
    private final RecordFormat format;
    private final RecordFilter filter;
    private final boolean isHex;
    private final Consumer<String> notices;
    private final EffectCursor cursor = new EffectCursor();
    private final Arguments selection = new Arguments();

    RecordPrinter(RecordFormat format, RecordFilter filter, boolean isHex, Consumer<String> notices) {
        this.format = format;
        this.filter = filter;
        this.isHex = isHex;
        this.notices = notices;
    }

    @Override
    public boolean accept(RecordPlace place, RecordView record, String fault) throws IOException {
        if (fault != null && !format.showsDamage()) {
            notices.accept(place.place() + ": " + fault + "; it is left out");
            return false;
        }
        boolean isReadable = record.problem() == null;
        if (fault != null) {
            format.damaged(place, fault, isReadable);
        }
        if (!isReadable || !filter.takes(place.opening())) {
            return fault != null;
        }
        if (!record.hasEffects() && place.isOpening()) {
            boolean isShown = filter.takesSegments() && format.showsSegments();
            if (isShown) {
                format.segment(place, record);
            }
            return isShown;
        }
        return isHex ? printPayload(place, record) : printCommands(place, record);
    }

    private boolean printPayload(RecordPlace place, RecordView record) throws IOException {
        if (!filter.takesAny(record)) {
            return false;
        }
        format.begin(place, record);
        format.payload(record.address() + RecordLayout.PAYLOAD_OFFSET, record.payloadLength());
        format.end();
        return true;
    }

    private boolean printCommands(RecordPlace place, RecordView record) throws IOException {
        boolean isBegun = false;
        int selectedBy = 0;
        cursor.wrap(record);
        for (int number = 1; cursor.next(); number++) {
            Arguments command = cursor.arguments();
            if (filter.takes(command)) {
                if (!isBegun) {
                    format.begin(place, record);
                    isBegun = true;
                }
                if (selectedBy > 0) {
                    format.command(selectedBy, selection);
                    selectedBy = 0;
                }
                format.command(number, command);
            } else if (Effect.of(command) == Effect.SELECT) {
                // of those after it that are wanted, if there are any
                selectedBy = number;
                selection.reset();
                selection.add(command.address(0), command.length(0));
                selection.add(command.address(1), command.length(1));
            }
        }
        if (isBegun) {
            format.end();
        }
        return isBegun;
    }

    @Override
    public void end() {}
}
