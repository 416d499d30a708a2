package io.tailrace.node.value;

/** Takes the arguments of an effect one by one; their memory is valid until it returns. */
@FunctionalInterface
public interface ArgumentReceiver {
    void argument(long address, int length);
}
