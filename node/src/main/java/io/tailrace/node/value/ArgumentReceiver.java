package io.tailrace.node.value;

/** Receives the arguments of an effect one by one; their memory is valid until the call returns. */
@FunctionalInterface
public interface ArgumentReceiver {
    void argument(long address, int length);
}
