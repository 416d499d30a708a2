package io.tailrace.tools;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.RequestDecoder;
import io.tailrace.wire.resp.RespLimits;
import java.util.ArrayList;
import java.util.List;

/** Reads bytes back as a node reads its clients' requests. */
public final class Requests {

    private Requests() {}

    public static List<List<byte[]>> decode(byte[] bytes) {
        List<List<byte[]>> requests = new ArrayList<>();
        RequestDecoder decoder = new RequestDecoder(new RespLimits(16 << 20, 1024, 1024, 1 << 30, 1024));
        try (NativeBuffer buffer = new NativeBuffer(bytes.length + 1)) {
            Memory.copyIn(bytes, 0, buffer.address(), bytes.length);
            for (int at = 0; at < bytes.length; at += decoder.consumed()) {
                if (decoder.decode(buffer.address() + at, bytes.length - at) != RequestDecoder.Outcome.REQUEST) {
                    throw new AssertionError("no request at byte " + at + ": " + decoder.error());
                }
                List<byte[]> request = new ArrayList<>();
                for (int i = 0; i < decoder.arguments().count(); i++) {
                    request.add(decoder.arguments().bytes(i));
                }
                requests.add(request);
            }
        }
        return requests;
    }
}
