package io.tailrace.node.replication;

import io.tailrace.wire.handshake.FrameLayout;

/** How a frame is named that is well formed and has no meaning where it comes. Stateless. */
final class Unexpected {
    private Unexpected() {}

    /** The end of "the primary sent ..". */
    static String frame(int type, String state) {
        switch (type) {
            case FrameLayout.ACK:
            case FrameLayout.FETCH:
            case FrameLayout.PROBE:
                return "a frame of type " + FrameLayout.typeName(type);
            default:
                return "a " + FrameLayout.typeName(type) + " frame while " + state;
        }
    }
}
