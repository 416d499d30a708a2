package io.tailrace.node.command;

/** Commands that keyspace notifications tell of, or not. */
final class KeyEventScripts {
    /** Keys have one tag each, so that several shards can do all of it. */
    static final String SCRIPT =
            """
            DECR {a}
            INCRBY {a} 0
            INCRBY {a} 5
            INCRBYFLOAT {a} 0
            INCRBYFLOAT {a} 1.5
            SET {a} 1 EX 100 KEEPTTL
            SET {a} 1 EX 100
            SET {a} 2 KEEPTTL
            SET {a} 3 XX GET
            SET {a}n 3 XX GET
            SET {a}n 3 GET
            SET {a} 4 NX
            SETEX {a} 100 v
            PSETEX {a} 100000 v
            SETNX {a} 1
            SETNX {a}1 1
            GETSET {a} w
            GETSET {a}g w
            GETEX {a} PERSIST
            GETEX {a} PERSIST
            GETEX {a} EX 100
            GETEX {a} PXAT 1
            GETEX {a}
            GETDEL {a}
            GETDEL {a}1
            MSET {a} 1 {a}2 2
            MSETNX {a} 1 {a}3 3
            MSETNX {a}4 1 {a}3 3
            APPEND {a} x
            APPEND {a}5 x
            APPEND {a}5\s
            SETRANGE {a} 3 x
            SETRANGE {a}6 3 x
            SETRANGE {a}6 3\s
            SETBIT {b} 1 1
            SETBIT {b} 1 1
            SETBIT {b} 1 0
            BITFIELD {b} SET u8 0 1 SET u8 8 1
            BITFIELD {b} GET u8 0
            BITFIELD {b}n GET u8 0
            BITFIELD {b}n SET u8 0 1
            BITOP NOT {b}d {b}
            BITOP AND {b}d {b}z
            BITOP AND {b}y {b}z
            PFADD {h} a b c
            PFADD {h} a
            PFADD {h}n
            PFMERGE {h}m {h} {h}x
            PFCOUNT {h}
            PFCOUNT {h}q
            HSET {h}h f v
            HSET {h}h f v
            HMSET {h}h f v g w
            HSETNX {h}h f v
            HSETNX {h}h n v
            HINCRBY {h}h i 0
            HINCRBY {h}h i 0
            HINCRBY {h}h i 2
            HINCRBYFLOAT {h}h i 0.5
            HDEL {h}h nosuch
            HDEL {h}h f
            HDEL {h}h g n i
            RPUSH {l} a b c
            LPUSH {l} a
            LPUSHX {l}n a
            RPUSHX {l} a
            LINSERT {l} BEFORE a x
            LINSERT {l} BEFORE nosuch x
            LSET {l} 0 y
            LTRIM {l} 0 -1
            LTRIM {l} 1 -1
            LREM {l} 0 nosuch
            LREM {l} 0 b
            LMOVE {l} {l} LEFT LEFT
            LMOVE {l} {l} LEFT RIGHT
            LMOVE {l} {l}m LEFT RIGHT
            RPOPLPUSH {l} {l}m
            RPOPLPUSH {l}m {l}m
            LMPOP 1 {l} LEFT COUNT 10
            LPOP {l}m
            RPOP {l}m 5
            LMOVE {l} {l}m LEFT LEFT
            RPUSH {l} 3 1 2
            SORT {l} STORE {l}s
            SORT {l} STORE {l}s
            SORT {l}none STORE {l}s
            BLPOP {l}none {l} 1
            BRPOPLPUSH {l} {l}m 1
            LTRIM {l}m 5 6
            SADD {s} a b c
            SADD {s} a
            SREM {s} nosuch
            SREM {s} a
            SMOVE {s} {s}2 b
            SMOVE {s} {s}2 nosuch
            SMOVE {s} {s} c
            SMOVE {s} {s}2 c
            SADD {s} b d
            SINTERSTORE {s}d {s} {s}2
            SUNIONSTORE {s}d {s} {s}2
            SDIFFSTORE {s}d {s} {s}
            SDIFFSTORE {s}d {s} {s}
            SINTERSTORE {s}d {s} {s}nosuch
            SPOP {s}2 5
            SPOP {s}nosuch
            SADD {s}2 x
            SPOP {s}2
            ZADD {z} 1 a 2 b 3 c 4 d 5 e 6 f
            ZADD {z} 1 a
            ZADD {z} 2 a
            ZADD {z} INCR 1 a
            ZINCRBY {z} 0 a
            ZINCRBY {z} 1 a
            ZREM {z} nosuch
            ZREM {z} a
            ZPOPMIN {z}
            ZPOPMAX {z}
            ZMPOP 1 {z} MAX
            BZPOPMIN {z} 1
            ZPOPMIN {z} 10
            ZADD {z} 1 a 2 b 3 c
            ZREMRANGEBYSCORE {z} 1 1
            ZREMRANGEBYRANK {z} 0 0
            ZREMRANGEBYLEX {z} - +
            ZADD {z} 1 a 2 b 3 c
            ZADD {z}2 1 a
            ZUNIONSTORE {z}d 2 {z} {z}2
            ZINTERSTORE {z}d 2 {z} {z}2
            ZDIFFSTORE {z}d 2 {z}2 {z}
            ZRANGESTORE {z}d {z} 0 1
            ZRANGESTORE {z}d {z} 5 6
            ZRANGESTORE {z}d {z}none 5 6
            GEOADD {g} 1 1 a 2 2 b
            GEORADIUS {g} 1 1 1000 km STORE {g}s
            GEORADIUSBYMEMBER {g} a 1000 km STOREDIST {g}s
            GEOSEARCHSTORE {g}s {g} FROMLONLAT 1 1 BYRADIUS 1000 km
            GEOSEARCHSTORE {g}s {g}none FROMLONLAT 1 1 BYRADIUS 1000 km
            RENAME {g} {g}
            RENAME {g} {g}r
            RENAME {g}none {g}r
            SET {g} x EX 1000
            RENAME {g} {g}r
            RENAMENX {g}r {g}
            COPY {g} {g}c
            COPY {g} {g}c
            COPY {g} {g}c REPLACE
            COPY {g}none {g}c REPLACE
            EXPIRE {g} 100
            EXPIRE {g} 100 NX
            EXPIRE {g}none 100
            PERSIST {g}
            PERSIST {g}
            PEXPIREAT {g} 1
            EXPIRE {g}c -1
            DEL {a} {a}2 {a}none {a}4
            UNLINK {a}3
            GET {a}none
            MGET {a}none {a}
            EXISTS {a}none {b}
            TYPE {a}none
            TTL {a}none
            OBJECT ENCODING {a}none
            TOUCH {a}none
            STRLEN {a}none
            LRANGE {a}none 0 1
            HGETALL {a}none
            SINTER {a}none {a}nothing
            ZSCORE {a}none a
            FLUSHALL
            SET {a} 1
            """;

    static final String STREAMS =
            """
            XADD {x} 1-1 f v
            XADD {x} 1-1 f v
            XADD {x} 2-1 f v
            XADD {x}n NOMKSTREAM 2-1 f v
            XADD {x} MAXLEN 1 3-1 f v
            XADD {x} MAXLEN 5 4-1 f v
            XADD {x}0 MAXLEN 0 4-1 f v
            XTRIM {x} MAXLEN 1
            XTRIM {x} MAXLEN 1
            XDEL {x} 9-9
            XDEL {x} 4-1
            XADD {x} 5-1 f v
            XADD {x} 6-1 f v
            XSETID {x} 7-0
            XGROUP CREATE {x} g 0
            XGROUP CREATE {x} g 0
            XGROUP CREATE {x}m g $ MKSTREAM
            XGROUP SETID {x} g 0
            XGROUP CREATECONSUMER {x} g c
            XGROUP CREATECONSUMER {x} g c
            XREADGROUP GROUP g c STREAMS {x} >
            XREADGROUP GROUP g d STREAMS {x} >
            XREADGROUP GROUP g d STREAMS {x} 0
            XREADGROUP GROUP g c STREAMS {x}none >
            XCLAIM {x} g e 0 5-1 JUSTID
            XAUTOCLAIM {x} g h 0 0 JUSTID
            XACK {x} g 5-1
            XACK {x}none g 5-1
            XLEN {x}none
            XRANGE {x}none - +
            XPENDING {x}none g
            XGROUP DELCONSUMER {x} g c
            XGROUP DELCONSUMER {x} g c
            XGROUP DESTROY {x} g
            XGROUP DESTROY {x} g
            XTRIM {x} MAXLEN 0
            COPY {x} {x}c
            RENAME {x}c {x}r
            DEL {x}
            """;

    /** What only one shard can do. */
    static final String DATABASES =
            """
            SELECT 3
            SET {a} 1
            EXPIRE {a} 100
            MOVE {a} 4
            MOVE {a} 4
            SET {a} 2
            COPY {a} {c} DB 5
            COPY {a} {c} DB 5 REPLACE
            COPY {a}none {c} DB 5
            RPUSH {l} a b
            MOVE {l} 4
            SWAPDB 3 4
            GET {a}
            RENAME {a} {b}
            EVAL redis.call('set',KEYS[1],'1');redis.call('select','6');redis.call('incr',KEYS[1]);redis.call('lpush',KEYS[2],'1');redis.call('lpop',KEYS[2]) 2 {a} {q}
            SET {a} 1
            MULTI
            SELECT 7
            SET {a} 1
            SELECT 2
            INCR {a}
            EXEC
            FLUSHDB
            FLUSHALL
            SELECT 0
            """;

    private KeyEventScripts() {}
}
