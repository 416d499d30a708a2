package io.tailrace.node.command;

/** What clients do that wait for lists, and others meanwhile, step by step. */
final class BlockingScripts {
    /**
     * A line is a client's name and its command, of which the reply is compared; {@code >} before the command: it waits from then
     * on; {@code <} alone: the reply that it waited for. {@code TICK} moves our clock by milliseconds; Redis's moves by itself.
     */
    static final String SCRIPT =
            """
            B > BLPOP {k}l 0
            A RPUSH {k}l 1 2
            B <
            A LRANGE {k}l 0 -1
            B BLPOP {k}none {k}l 0
            B > BLPOP {k}l {k}l 0
            C > BRPOP {k}l 0
            A LPUSH {k}l 1 2 3
            B <
            C <
            A LRANGE {k}l 0 -1
            A DEL {k}l
            B > BLPOP {k}p {k}q 0
            A MULTI
            A RPUSH {k}q 1
            A RPUSH {k}p 2
            A EXEC
            B <
            A LRANGE {k}p 0 -1
            A DEL {k}p
            B > BLPOP {k}s 0
            A MULTI
            A RPUSH {k}s a b
            A DEL {k}s
            A EXEC
            A MULTI
            A RPUSH {k}s a b
            A DEL {k}s
            A RPUSH {k}s z
            A EXEC
            B <
            B > BLPOP {k}s 0
            A SET {k}s x
            A DEL {k}s
            A HSET {k}s f v
            A DEL {k}s
            A RPUSH {k}s 6
            B <
            A RPUSH {k}l 1 2
            B > BLPOP {k}p 0
            A SORT {k}l STORE {k}p
            B <
            B > BLPOP {k}r 0
            A RENAME {k}p {k}r
            B <
            A EXISTS {k}r {k}p
            B > BRPOP {k}r 0
            A COPY {k}l {k}r
            B <
            B > BLMOVE {k}s {k}d LEFT RIGHT 0
            C > BLPOP {k}d 0
            A RPUSH {k}s 1 2
            B <
            C <
            A LRANGE {k}s 0 -1
            A DEL {k}s
            A SET {k}d x
            B > BRPOPLPUSH {k}s {k}d 0
            C > BLPOP {k}s 0
            A RPUSH {k}s 1 2
            B <
            C <
            A LRANGE {k}s 0 -1
            A DEL {k}s {k}d
            B > BLMOVE {k}s {k}s LEFT RIGHT 0
            C > BRPOPLPUSH {k}s {k}s 0
            A RPUSH {k}s 1 2 3
            B <
            C <
            A LRANGE {k}s 0 -1
            A DEL {k}s
            B > BLPOP {k}s 0.05
            TICK 60
            B <
            B > BLMOVE {k}s {k}d LEFT LEFT 0.05
            TICK 60
            B <
            B HELLO 3
            B > BRPOPLPUSH {k}s {k}d 0.01
            TICK 20
            B <
            B > BLPOP {k}s 0
            A RPUSH {k}s 1
            B <
            B HELLO 2
            B MULTI
            B BLPOP {k}s 0
            B BLMOVE {k}s {k}d LEFT LEFT 0
            B BRPOPLPUSH {k}s {k}d 0
            B EXEC
            B BLPOP {k}s abc
            B BLPOP {k}s -1
            B BLPOP {k}s inf
            B BLPOP {k}s {k}s 1e400
            B BLPOP {k}s 1_0
            B BLPOP {k}s
            B BLMOVE {k}s {k}d LEFT foo 0
            B BLMOVE {k}s {k}d LEFT LEFT x
            B BLMOVE {k}s {k}d LEFT LEFT
            A CLIENT UNBLOCK
            A CLIENT UNBLOCK x
            A CLIENT UNBLOCK 99999
            A CLIENT UNBLOCK 99999 foo
            A CLIENT UNBLOCK x foo
            A CLIENT UNBLOCK 1 TIMEOUT 3
            B > BLPOP {k}s 0
            UNBLOCK B
            B <
            B > BLPOP {k}s 0
            UNBLOCK B TIMEOUT
            B <
            B > BLMOVE {k}s {k}d LEFT LEFT 0
            UNBLOCK B error
            B <
            UNBLOCK B error
            B PING
            B > WAIT 1 0
            UNBLOCK B
            B <
            B > WAIT 1 0
            UNBLOCK B ERROR
            B <
            UNBLOCK B
            B PING
            B BZPOPMIN {k}z abc
            B BZPOPMIN {k}z -1
            B BZPOPMAX {k}z
            B > BZPOPMIN {k}z 0
            A ZADD {k}z 2.5 b 1 a
            B <
            A ZRANGE {k}z 0 -1 WITHSCORES
            B BZPOPMAX {k}none {k}z 0
            B > BZPOPMIN {k}z 0
            C > BZPOPMAX {k}z 0
            A ZADD {k}z 1 a 2 b 3 c
            B <
            C <
            A ZRANGE {k}z 0 -1
            A DEL {k}z
            B > BZPOPMIN {k}z 0
            A RPUSH {k}z x
            A DEL {k}z
            A ZUNIONSTORE {k}z 1 {k}z
            A ZADD {k}y 7 m
            A ZUNIONSTORE {k}z 1 {k}y
            B <
            B > BZPOPMAX {k}z 0
            A RENAME {k}y {k}z
            B <
            B > BZPOPMAX {k}z 0
            A GEOADD {k}z 13.361389 38.115556 Palermo
            B <
            B HELLO 3
            B > BZPOPMAX {k}z 0
            A ZINCRBY {k}z 1.5 m
            B <
            B > BZPOPMIN {k}z 0.01
            TICK 20
            B <
            B HELLO 2
            B MULTI
            B BZPOPMIN {k}z 0
            B EXEC
            """;

    static final String OF_SEVERAL_KEYS =
            """
            B BLMPOP 1 1 k LEFT COUNT 0
            B BLMPOP x 1 k LEFT
            B BLMPOP x 0 k foo
            A RPUSH s 1 2
            B BLMPOP 0 2 k s RIGHT
            B BLMPOP 0 2 k s RIGHT COUNT 9
            B > BLMPOP 0 2 s t LEFT COUNT 2
            C > BRPOP s 0
            A RPUSH s 1 2 3
            B <
            C <
            A EXISTS s
            B > BLMPOP 0.05 1 s LEFT
            TICK 60
            B <
            B MULTI
            B BLMPOP 0 1 s LEFT
            B EXEC
            B BZMPOP abc 0 z MIN
            B BZMPOP abc 1 z MIN
            B BZMPOP 0 1 z MIN COUNT 0
            B BZMPOP 0 1 z FOO
            B BZMPOP 0 1 z MIN COUNT 1 x
            A ZADD z 1 a 2 b
            B BZMPOP 0 2 k z MAX
            B BZMPOP 0 2 k z MIN COUNT 9
            B > BZMPOP 0 2 z y MIN COUNT 2
            C > BZPOPMAX z 0
            A ZADD z 1 a 2 b 3 c
            B <
            C <
            A EXISTS z
            B > BZMPOP 0.05 1 z MAX
            TICK 60
            B <
            B MULTI
            B BZMPOP 0 1 z MIN
            B EXEC
            """;

    static final String IN_DATABASES =
            """
            B SELECT 1
            B > BLPOP {k}l 0
            A RPUSH {k}l 0
            A LRANGE {k}l 0 -1
            A SELECT 1
            A RPUSH {k}l 1
            B <
            A SELECT 0
            A LRANGE {k}l 0 -1
            A RPUSH {k}l 2
            B > BLPOP {k}l 0
            C SELECT 1
            C > BLPOP {k}none {k}l 0
            A SWAPDB 0 1
            B <
            C <
            A LRANGE {k}l 0 -1
            A RPUSH {k}l 3
            B > BLPOP {k}l 0
            A MOVE {k}l 1
            B <
            A RPUSH {k}l 3 4
            C > BRPOPLPUSH {k}l {k}m 0
            A COPY {k}l {k}l DB 1
            C <
            C LRANGE {k}m 0 -1
            A LRANGE {k}m 0 -1
            A FLUSHALL
            A SET {k}l x
            B > BLPOP {k}l 0
            A SWAPDB 0 1
            A SWAPDB 0 2
            A SELECT 1
            A DEL {k}l
            A RPUSH {k}l z
            B <
            B > BLPOP {k}l 0
            A MULTI
            A RPUSH {k}l 1
            A SELECT 0
            A RPUSH {k}l 2
            A SELECT 1
            A DEL {k}l
            A EXEC
            A RPUSH {k}l 5
            B <
            """;

    private BlockingScripts() {}
}
