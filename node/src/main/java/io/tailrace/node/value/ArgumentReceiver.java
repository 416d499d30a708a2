package io.tailrace.node.value;

/** Receives the arguments of an effect one by one; their memory is valid until the call returns. */
@FunctionalInterface
public interface ArgumentReceiver {
    /** Takes one; its bytes may change after the call. */
    void argument(long address, int length);
}
