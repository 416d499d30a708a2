package io.tailrace.tools.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Commands that have a name here, and what fills the keys that they are about. Those on collections are about one large key, which has its
 * elements before the first request, and never fewer at the beginning of a round: what pops would otherwise measure replies of an empty key.
 * What adds members adds new ones, and ZADD moves its members: neither would be a write if it wrote what is there.
 */
final class Operations {
    /**
     * @param fill the command that makes what this one wants, or null when it wants nothing
     * @param refill the command that makes what this one takes away, before each round, or null when it takes nothing
     */
    record Operation(String name, String command, String fill, String refill) {}

    private static final Map<String, Operation> NAMED = new LinkedHashMap<>();

    private static void add(String name, String command, String fill) {
        add(name, command, fill, null);
    }

    private static void add(String name, String command, String fill, String refill) {
        NAMED.put(name, new Operation(name, command, fill, refill));
    }

    static {
        add("ping", "PING", null);
        add("set", "SET {key} {value}", null);
        add("get", "GET {key}", "SET {key} {value}");
        add("setex", "SET {key} {value} EX 60", null);
        add("del", "DEL {key}", null, "SET {key} {value}");
        add("exists", "EXISTS {key}", "SET {key} {value}");
        add("append", "APPEND {key} x", null);
        add("incr", "INCR counter:{n}", null);
        add("mset", "MSET {key} {value} a{key} {value} b{key} {value}", null);
        add("hset", "HSET bench:hash field:{n} {value}", "HSET bench:hash field:{n} {value}");
        add("hget", "HGET bench:hash field:{n}", "HSET bench:hash field:{n} {value}");
        add("sadd", "SADD bench:set new:{u}", "SADD bench:set member:{n}");
        add("sismember", "SISMEMBER bench:set member:{n}", "SADD bench:set member:{n}");
        add("spop", "SPOP bench:set", "SADD bench:set member:{n}", "SADD bench:set new:{u}");
        add("lpush", "LPUSH bench:list {value}", "LPUSH bench:list {value}");
        add("rpop", "RPOP bench:list", "LPUSH bench:list {value}", "LPUSH bench:list {value}");
        add("lrange100", "LRANGE bench:list 0 99", "LPUSH bench:list {value}");
        add("zadd", "ZADD bench:zset {r} member:{n}", "ZADD bench:zset {n} member:{n}");
        add("zrank", "ZRANK bench:zset member:{n}", "ZADD bench:zset {n} member:{n}");
        add("zrange100", "ZRANGE bench:zset 0 99", "ZADD bench:zset {n} member:{n}");
        add("xadd", "XADD bench:stream * field {value}", null);
    }

    private Operations() {}

    static List<String> names() {
        return List.copyOf(NAMED.keySet());
    }

    /** @throws IllegalArgumentException when there is none of this name */
    static Operation named(String name) {
        Operation found = NAMED.get(name.toLowerCase(Locale.ROOT));
        if (found == null) {
            throw new IllegalArgumentException(
                    "no operation '" + name + "': there are " + String.join(", ", NAMED.keySet()));
        }
        return found;
    }
}
