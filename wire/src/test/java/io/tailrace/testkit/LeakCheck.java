package io.tailrace.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tailrace.wire.memory.NativeBuffer;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test that leaves native memory behind. */
public final class LeakCheck implements BeforeEachCallback, AfterEachCallback {
    private long before;

    @Override
    public void beforeEach(ExtensionContext context) {
        before = NativeBuffer.liveBytes();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        assertEquals(before, NativeBuffer.liveBytes(), "native bytes left behind");
    }
}
