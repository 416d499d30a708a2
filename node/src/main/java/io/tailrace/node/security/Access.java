package io.tailrace.node.security;

import io.tailrace.wire.resp.Arguments;

/** What a user may do by one set of rules: its own, or one of its selectors. A request is allowed if one set allows all of it. */
public interface Access {
    /** @param fullName in lower case: {@code client|kill} */
    boolean allowsCommand(String fullName, Arguments request);

    /** Whether a command may do that with a key. */
    boolean allowsKey(long address, int length, boolean reads, boolean writes);

    /** Whether keys of any name may be read. */
    boolean readsAllKeys();

    /** @param isPattern whether it is subscribed to as a pattern, which must then be one of the rules' word for word */
    boolean allowsChannel(long address, int length, String text, boolean isPattern);
}
