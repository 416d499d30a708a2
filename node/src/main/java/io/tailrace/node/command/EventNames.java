package io.tailrace.node.command;

import io.tailrace.node.shard.KeyEvents;
import io.tailrace.wire.resp.Arguments;
import java.util.Map;
import java.util.Set;

/**
 * How the keyspace events of a command are called where that is not the name of its effects: an INCR is logged as a SET and told
 * as incrby. Asked only while events are wanted. Stateless.
 */
final class EventNames {
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("append", "append"),
            Map.entry("incr", "incrby"),
            Map.entry("decr", "incrby"),
            Map.entry("incrby", "incrby"),
            Map.entry("decrby", "incrby"),
            Map.entry("incrbyfloat", "incrbyfloat"),
            Map.entry("setbit", "setbit"),
            Map.entry("bitfield", "setbit"),
            Map.entry("bitop", "set"),
            Map.entry("pfadd", "pfadd"),
            Map.entry("pfmerge", "pfadd"),
            Map.entry("pfcount", KeyEvents.SILENT),
            Map.entry("hincrby", "hincrby"),
            Map.entry("hincrbyfloat", "hincrbyfloat"),
            Map.entry("sinterstore", "sinterstore"),
            Map.entry("sunionstore", "sunionstore"),
            Map.entry("sdiffstore", "sdiffstore"),
            Map.entry("zincrby", "zincr"),
            Map.entry("zunionstore", "zunionstore"),
            Map.entry("zinterstore", "zinterstore"),
            Map.entry("zdiffstore", "zdiffstore"),
            Map.entry("zrangestore", "zrangestore"),
            Map.entry("georadius", "georadiusstore"),
            Map.entry("georadiusbymember", "georadiusstore"),
            Map.entry("geosearchstore", "geosearchstore"),
            Map.entry("sort", "sortstore"),
            Map.entry("xtrim", "xtrim"),
            Map.entry("xgroup|create", "xgroup-create"),
            Map.entry("xgroup|createconsumer", KeyEvents.CONSUMER_MADE),
            Map.entry("xgroup|delconsumer", "xgroup-delconsumer"),
            Map.entry("xgroup|destroy", "xgroup-destroy"),
            Map.entry("xgroup|setid", "xgroup-setid"),
            Map.entry("xreadgroup", KeyEvents.SILENT),
            Map.entry("xclaim", KeyEvents.SILENT),
            Map.entry("xautoclaim", KeyEvents.SILENT),
            Map.entry("xack", KeyEvents.SILENT));

    /** Those that take elements until none is left, which is told as that and as del. */
    private static final Map<String, String> REMOVALS = Map.of(
            "spop", "spop",
            "zpopmin", "zpopmin",
            "zpopmax", "zpopmax",
            "zremrangebyrank", "zremrangebyrank",
            "zremrangebyscore", "zremrangebyscore",
            "zremrangebylex", "zremrangebylex");

    /** Writes that look keys up as reads do; all but {@link #written}. */
    private static final Set<String> LOOKING_UP = Set.of(
            "getdel",
            "getex",
            "getset",
            "pfcount",
            "pfmerge",
            "copy",
            "bitop",
            "sort",
            "georadius",
            "georadiusbymember",
            "geosearchstore",
            "sinterstore",
            "sunionstore",
            "sdiffstore",
            "zunionstore",
            "zinterstore",
            "zdiffstore",
            "zrangestore",
            "xreadgroup",
            "xclaim",
            "xautoclaim",
            "xack");

    private static final Set<String> SILENT_READS = Set.of("object", "memory", "watch");

    private EventNames() {}

    /** Tells the events which command begins. */
    static void begin(KeyEvents events, CommandSpec spec, Arguments arguments) {
        events.beginCommand();
        if (looksUp(spec, arguments)) {
            events.tellMisses(written(spec, arguments));
        }
        if (!spec.isWrite()) {
            events.as(NAMES.get(spec.name()));
            return;
        }
        String removal = REMOVALS.get(spec.name());
        if (removal != null) {
            events.removingAs(removal);
            return;
        }
        switch (spec.name()) {
            case "setex", "psetex" -> events.tellDeadlines();
            case "set" -> {
                if (hasDeadline(arguments)) {
                    events.tellDeadlines();
                }
            }
            case "zadd" -> {
                if (has(arguments, 2, "INCR")) {
                    events.as("zincr");
                }
            }
            default -> events.as(NAMES.get(spec.name()));
        }
    }

    private static boolean looksUp(CommandSpec spec, Arguments arguments) {
        if (!spec.isWrite()) {
            String name = spec.name();
            int split = name.indexOf('|');
            return !SILENT_READS.contains(split < 0 ? name : name.substring(0, split));
        }
        return LOOKING_UP.contains(spec.name())
                || spec.name().equals("set") && has(arguments, 3, "GET")
                || spec.name().equals("bitfield") && !has(arguments, 2, "SET") && !has(arguments, 2, "INCRBY");
    }

    /** Where the key lies that a command only writes, or 0. */
    private static long written(CommandSpec spec, Arguments arguments) {
        return switch (spec.name()) {
            case "bitop", "copy" -> arguments.address(2);
            case "geosearchstore",
                    "sinterstore",
                    "sunionstore",
                    "sdiffstore",
                    "zunionstore",
                    "zinterstore",
                    "zdiffstore",
                    "zrangestore" -> arguments.address(1);
            case "sort" -> stored(arguments, SortOptions.storeKey(arguments));
            case "georadius", "georadiusbymember" -> stored(arguments, afterStore(arguments));
            default -> 0;
        };
    }

    private static long stored(Arguments arguments, int key) {
        return key > 0 && key < arguments.count() ? arguments.address(key) : 0;
    }

    private static int afterStore(Arguments arguments) {
        int key = 0;
        for (int i = 5; i < arguments.count(); i++) {
            key = arguments.is(i, "STORE") || arguments.is(i, "STOREDIST") ? i + 1 : key;
        }
        return key;
    }

    private static boolean hasDeadline(Arguments arguments) {
        return has(arguments, 3, "EX")
                || has(arguments, 3, "PX")
                || has(arguments, 3, "EXAT")
                || has(arguments, 3, "PXAT");
    }

    private static boolean has(Arguments arguments, int from, String word) {
        for (int i = from; i < arguments.count(); i++) {
            if (arguments.is(i, word)) {
                return true;
            }
        }
        return false;
    }
}
