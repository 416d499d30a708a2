package io.tailrace.node.command;

import io.tailrace.node.shard.KeyLookups;
import java.util.Set;

/** What the look-ups of each command stand for, as in Redis: which are counted as hits and misses, and which use a key. Stateless. */
final class LookupKinds {
    /** They look at keys from outside. */
    private static final Set<String> WITHOUT_USE = Set.of(
            "exists",
            "type",
            "ttl",
            "pttl",
            "expiretime",
            "pexpiretime",
            "object|encoding",
            "object|freq",
            "object|idletime",
            "object|refcount");

    private static final Set<String> WITHOUT_TRACE =
            Set.of("memory|usage", "scan", "keys", "randomkey", "dbsize", "debug", "debug|object");

    /** They write, but read what they write by. */
    private static final Set<String> READING_WRITES = Set.of(
            "getex",
            "getdel",
            "getset",
            "bitop",
            "pfmerge",
            "copy",
            "sort",
            "sunionstore",
            "sinterstore",
            "sdiffstore",
            "zunionstore",
            "zinterstore",
            "zdiffstore",
            "zrangestore",
            "georadius",
            "georadiusbymember",
            "geosearchstore");

    private LookupKinds() {}

    static int of(CommandSpec spec) {
        String name = spec.name();
        if (WITHOUT_TRACE.contains(name)) {
            return KeyLookups.NONE;
        }
        if (WITHOUT_USE.contains(name)) {
            return KeyLookups.COUNTED;
        }
        boolean isCounted = !spec.isWrite() || READING_WRITES.contains(name);
        return KeyLookups.USES + (isCounted ? KeyLookups.COUNTED : 0);
    }
}
