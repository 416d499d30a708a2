package io.tailrace.tools.dump;

import io.tailrace.node.backlog.RecordPlace;
import io.tailrace.tools.output.ByteOutput;
import io.tailrace.tools.output.JsonText;
import io.tailrace.tools.output.TimeText;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.PartView;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import io.tailrace.wire.record.ShardIndexes;
import io.tailrace.wire.resp.Arguments;
import java.io.IOException;

/** One object per record and line; an argument is a string where it is valid UTF-8, else {@code {"base64":"..."}}. */
final class JsonFormat implements RecordFormat {
    private final ByteOutput out;
    private final JsonText json;
    private final PartView part = new PartView();
    private final DumpRequest.Style style;
    private final TimeText times = new TimeText();
    private String fault;
    private boolean hasCommands;

    JsonFormat(ByteOutput out, DumpRequest.Style style) {
        this.out = out;
        this.style = style;
        json = new JsonText(out);
    }

    /** An object of its own where nothing of the record can be read; otherwise a member of the record's. */
    @Override
    public void damaged(RecordPlace place, String problem, boolean isReadable) throws IOException {
        fault = place.place() + ": " + problem;
        if (isReadable) {
            return;
        }
        json.name("position", true);
        json.string(QueueIndex.toString(place.index()));
        json.name("damaged", false);
        json.string(fault);
        out.ascii("}\n");
        fault = null;
    }

    @Override
    public void segment(RecordPlace place, RecordView record) throws IOException {
        SegmentRecord segment = place.opening();
        header(place, record, "segment");
        json.name("segment", false);
        json.name("history", true);
        json.string(segment.history());
        member("term", segment.term());
        json.name("previous_history", false);
        json.string(segment.previousHistory());
        json.name("previous_index", false);
        if (segment.previousIndex() == QueueIndex.NONE) {
            out.ascii("null");
        } else {
            out.number(segment.previousIndex());
        }
        json.name("previous_chain", false);
        json.string(HexText.of(segment.previousChain()));
        member("dense", segment.recordsBefore());
        member("shards", segment.shardCount());
        if (!segment.needs().isEmpty()) {
            positions("needs", ShardIndexes.parse(segment.needs()));
        }
        out.ascii("}}\n");
    }

    /** Each shard with the position of its record. */
    private void positions(String name, ShardIndexes positions) throws IOException {
        json.name(name, false);
        for (int i = 0; i < positions.count(); i++) {
            json.name(Integer.toString(positions.shard(i)), i == 0);
            json.string(QueueIndex.toString(positions.index(i)));
        }
        out.write('}');
    }

    private void member(String name, long value) throws IOException {
        json.name(name, false);
        out.number(value);
    }

    @Override
    public void begin(RecordPlace place, RecordView record) throws IOException {
        boolean isPart = part.wrap(record) == null && part.isPart();
        header(place, record, isPart ? "part" : "effect");
        if (isPart) {
            positions("parts", part.parts());
            if (!part.needs().isEmpty()) {
                positions("needs", part.needs());
            }
        }
        hasCommands = false;
    }

    private void header(RecordPlace place, RecordView record, String kind) throws IOException {
        long index = place.index();
        json.name("shard", true);
        out.number(place.opening() == null ? 0 : place.opening().shard());
        member("index", index);
        out.ascii(",\"position\":\"");
        out.number(QueueIndex.segment(index));
        out.write(':');
        out.number(QueueIndex.sequence(index));
        out.ascii("\",\"time\":\"");
        times.write(record.commitMicros(), out);
        out.ascii("\",\"chain\":\"");
        out.hex(record.chain(), HexText.CHAIN_LENGTH);
        out.ascii("\",\"kind\":\"");
        out.ascii(kind);
        out.write('"');
        if (style.hasOffsets()) {
            json.name("file", false);
            json.string(place.file().toString());
            member("byte", place.position());
            member("bytes", record.length());
        }
        if (fault != null) {
            json.name("damaged", false);
            json.string(fault);
            fault = null;
        }
    }

    @Override
    public void command(int number, Arguments arguments) throws IOException {
        out.ascii(hasCommands ? ",[" : ",\"commands\":[[");
        hasCommands = true;
        for (int i = 0; i < arguments.count(); i++) {
            if (i > 0) {
                out.write(',');
            }
            json.bytes(arguments.address(i), arguments.length(i), style.longest(i));
        }
        out.write(']');
    }

    @Override
    public void payload(long address, int length) throws IOException {
        json.name("payload", false);
        out.write('"');
        for (int i = 0; i < length; i++) {
            out.hex(Memory.getByte(address + i) & 0xff, 2);
        }
        out.write('"');
    }

    @Override
    public void end() throws IOException {
        out.ascii(hasCommands ? "]}\n" : "}\n");
    }
}
