package io.tailrace.tools.dump;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import io.tailrace.wire.resp.Arguments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/** One object per record and line; an argument is a string where it is valid UTF-8, else {@code {"base64":"..."}}. */
final class JsonFormat implements RecordFormat {
    private static final int SCRATCH = 4 << 10;

    private final ByteOutput out;
    private final JsonGenerator json;
    private final TimeText times = new TimeText();
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
    private final byte[] scratch = new byte[SCRATCH];

    JsonFormat(ByteOutput out) {
        this.out = out;
        try {
            json = new JsonFactoryBuilder()
                    .rootValueSeparator((String) null)
                    .build()
                    .createGenerator(out)
                    .disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void segment(long index, RecordView record, SegmentRecord segment) throws IOException {
        header(index, record, segment, "segment");
        json.writeObjectFieldStart("segment");
        json.writeStringField("history", segment.history());
        json.writeNumberField("term", segment.term());
        json.writeStringField("previous_history", segment.previousHistory());
        if (segment.previousIndex() == QueueIndex.NONE) {
            json.writeNullField("previous_index");
        } else {
            json.writeNumberField("previous_index", segment.previousIndex());
        }
        json.writeStringField("previous_chain", HexText.of(segment.previousChain()));
        json.writeNumberField("dense", segment.denseCount());
        json.writeNumberField("shards", segment.shardCount());
        json.writeEndObject();
        endLine();
    }

    @Override
    public void begin(long index, RecordView record, SegmentRecord segment) throws IOException {
        header(index, record, segment, "effect");
        json.writeArrayFieldStart("commands");
    }

    private void header(long index, RecordView record, SegmentRecord segment, String kind) throws IOException {
        json.writeStartObject();
        json.writeNumberField("shard", segment.shard());
        json.writeNumberField("index", index);
        json.writeStringField("position", QueueIndex.toString(index));
        json.writeStringField("time", times.of(record.commitMicros()));
        json.writeStringField("chain", HexText.of(record.chain()));
        json.writeStringField("kind", kind);
    }

    @Override
    public void command(int number, Arguments arguments) throws IOException {
        json.writeStartArray();
        for (int i = 0; i < arguments.count(); i++) {
            argument(arguments.address(i), arguments.length(i));
        }
        json.writeEndArray();
    }

    private void argument(long address, int length) throws IOException {
        byte[] bytes = length <= SCRATCH ? scratch : new byte[length];
        Memory.copyOut(address, bytes, 0, length);
        if (isUtf8(bytes, length)) {
            json.writeUTF8String(bytes, 0, length);
        } else {
            json.writeStartObject();
            json.writeFieldName("base64");
            json.writeBinary(bytes, 0, length);
            json.writeEndObject();
        }
    }

    private boolean isUtf8(byte[] bytes, int length) {
        int ascii = 0;
        while (ascii < length && bytes[ascii] >= 0) {
            ascii++;
        }
        if (ascii == length) {
            return true;
        }
        try {
            utf8.decode(ByteBuffer.wrap(bytes, ascii, length - ascii));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    @Override
    public void end() throws IOException {
        json.writeEndArray();
        endLine();
    }

    private void endLine() throws IOException {
        json.writeEndObject();
        json.flush();
        out.write('\n');
    }
}
