package io.tailrace.node.command;

/** Every option, bound and error of the commands on sets. */
final class SetEdges {
    /** Words separated by one space; an empty word is an empty argument. */
    static final String EDGES =
            """
            SADD t a a b
            SADD t a
            SADD t\s
            SADD t \s
            SCARD t
            SCARD missing
            SADD i 3 1 2 -5 10
            SMEMBERS i
            OBJECT ENCODING i
            OBJECT ENCODING t
            SMEMBERS missing
            SISMEMBER i 1
            SISMEMBER i 01
            SISMEMBER missing 1
            SMISMEMBER i 1 01 2 2 x
            SMISMEMBER missing 1 2
            SMISMEMBER i
            SREM i 10 10 77
            SREM missing 1
            SREM i
            SSCAN i 0
            SSCAN i 99
            SSCAN i 0 MATCH *1*
            SSCAN i 0 COUNT 1
            SSCAN i 0 COUNT 0
            SSCAN i 0 COUNT abc
            SSCAN i 0 TYPE set
            SSCAN i abc
            SSCAN i
            SSCAN missing 0 foo
            SSCAN missing abc
            SSCAN t 0 MATCH a*
            SSCAN t 0 COUNT 1000
            SADD i 9223372036854775807 -9223372036854775808
            SMEMBERS i
            SADD i 9223372036854775808
            OBJECT ENCODING i
            SREM i 9223372036854775808
            OBJECT ENCODING i
            SADD j 1 2 -0
            OBJECT ENCODING j
            SADD k 5 1
            COPY j j2
            OBJECT ENCODING j2
            COPY k k2
            OBJECT ENCODING k2
            RENAME k2 k3
            SMEMBERS k3
            SET s x
            SADD s 1
            SREM s 1
            SCARD s
            SMEMBERS s
            SISMEMBER s 1
            SMISMEMBER s 1
            SPOP s
            SPOP s 1
            SPOP s 0
            SRANDMEMBER s
            SRANDMEMBER s 1
            SSCAN s 0
            SMOVE s t x
            SMOVE t s x
            SMOVE t s a
            SMOVE missing s a
            SMOVE missing t a
            SMOVE s missing a
            SMOVE t missing nothing
            EXISTS missing
            SMOVE t t a
            SMOVE t t nothing
            SMOVE t i a
            SMEMBERS t
            OBJECT ENCODING i
            SMOVE t fresh b
            SMEMBERS fresh
            SMOVE k fresh 1
            OBJECT ENCODING fresh
            SMOVE k fresh2 5
            EXISTS k
            OBJECT ENCODING fresh2
            GET fresh
            HGET fresh f
            APPEND fresh x
            SADD a 1 2 3 4
            SADD b 2 3 x
            SADD c 3 x y
            SADD d 9 8 7 6 5 4 3 2 1
            SINTER a b
            SINTER a b c
            SINTER a missing
            SINTER missing a
            SINTER a s
            SINTER missing s
            SINTER s missing
            SINTER a
            SINTER d a
            SINTER a d
            SINTER
            SUNION a b
            SUNION a d
            SUNION a missing
            SUNION missing
            SUNION missing s
            SUNION a s
            SUNION a
            SDIFF a b
            SDIFF a missing
            SDIFF missing a
            SDIFF missing s
            SDIFF a s
            SDIFF a a
            SDIFF a b a
            SDIFF d a
            SDIFF d a b c missing
            SDIFF b a
            SINTERSTORE dst a b
            SMEMBERS dst
            OBJECT ENCODING dst
            SINTERSTORE dst a missing
            EXISTS dst
            SINTERSTORE dst missing
            SINTERSTORE dst a s
            SINTERSTORE dst
            SINTERSTORE s a b
            TYPE s
            SET s x
            SUNIONSTORE s missing
            EXISTS s
            SET s x
            SUNIONSTORE dst a s
            EXISTS dst
            SUNIONSTORE dst a b
            OBJECT ENCODING dst
            SMEMBERS dst
            EXPIRE dst 100
            SUNIONSTORE dst dst c
            TTL dst
            SMEMBERS dst
            SDIFFSTORE dst dst c
            SMEMBERS dst
            SDIFFSTORE dst b a
            OBJECT ENCODING dst
            SDIFFSTORE dst b c
            OBJECT ENCODING dst
            SDIFFSTORE d2 d a a a a a a
            OBJECT ENCODING d2
            SMEMBERS d2
            SDIFFSTORE d3 b missing missing missing missing c
            OBJECT ENCODING d3
            SDIFFSTORE d4 a a
            EXISTS d4
            SINTERSTORE d5 d d
            SMEMBERS d5
            OBJECT ENCODING d5
            HSET h f v
            SINTERSTORE h a b
            TYPE h
            SINTERSTORE a a b
            SMEMBERS a
            SINTERCARD 1 a
            SINTERCARD 2 d b
            SINTERCARD 2 d b LIMIT 1
            SINTERCARD 2 d b LIMIT 0
            SINTERCARD 2 d b limit 100
            SINTERCARD 2 d b LIMIT -1
            SINTERCARD 2 d b LIMIT x
            SINTERCARD 2 d b LIMIT
            SINTERCARD 2 d b LIMIT 1 LIMIT 3
            SINTERCARD 2 d b LIMIT 1 foo
            SINTERCARD 2 d b foo 1
            SINTERCARD 0 a
            SINTERCARD -1 a
            SINTERCARD x a
            SINTERCARD 3 a b
            SINTERCARD 99999999999 a b
            SINTERCARD 9223372036854775807 a b
            SINTERCARD 1
            SINTERCARD 2 a missing
            SINTERCARD 2 missing s
            SINTERCARD 1 s
            SINTERCARD 1 s foo
            SPOP missing
            SPOP missing 3
            SPOP missing 0
            SPOP d 0
            SPOP d -1
            SPOP d x
            SPOP d 1 2
            SPOP d x 2
            SPOP d 9223372036854775808
            SPOP d 9223372036854775807
            EXISTS d
            SADD one only
            SPOP one
            EXISTS one
            SADD one only
            SPOP one 1
            EXISTS one
            SRANDMEMBER missing
            SRANDMEMBER missing 3
            SRANDMEMBER missing -3
            SRANDMEMBER b 0
            SRANDMEMBER b x
            SRANDMEMBER b 1 2
            SRANDMEMBER b x 2
            SRANDMEMBER b -9223372036854775808
            SRANDMEMBER b 100
            SRANDMEMBER j2 100
            SRANDMEMBER k3 9223372036854775807
            SADD mixed 1 2 3 4 5 6 7 8 9 10
            SADD mixed x
            SREM mixed x
            OBJECT ENCODING mixed
            SPOP mixed 2
            OBJECT ENCODING mixed
            SPOP mixed 7
            OBJECT ENCODING mixed
            SCARD mixed
            TYPE mixed
            PEXPIRE mixed 1
            OBJECT REFCOUNT b
            """;

    private SetEdges() {}
}
