package io.tailrace.wire.resp;

/** How often buffers for replies were made larger, and smaller again. For the one thread that owns all of them. */
public final class BufferResizes {
    private long expands;
    private long shrinks;

    /** A buffer that had so many bytes has so many now. */
    void resized(int before, int now) {
        if (now > before) {
            expands++;
        } else if (now < before) {
            shrinks++;
        }
    }

    public long expands() {
        return expands;
    }

    public long shrinks() {
        return shrinks;
    }

    public void reset() {
        expands = 0;
        shrinks = 0;
    }
}
