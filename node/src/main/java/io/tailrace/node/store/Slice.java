package io.tailrace.node.store;

/**
 * An address and a length: how keys and values pass in and out of Chronicle Map without becoming objects.
 * A slice read from the map points into the map's own memory and is valid until the next write by the same thread.
 */
final class Slice {
    long address;
    long length;

    Slice set(long address, long length) {
        this.address = address;
        this.length = length;
        return this;
    }
}
