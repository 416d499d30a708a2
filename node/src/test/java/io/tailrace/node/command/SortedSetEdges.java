package io.tailrace.node.command;

import java.util.stream.Stream;

/** Requests about sorted sets where something is wrong, at a limit, or otherwise easily answered not as Redis does. */
final class SortedSetEdges {
    /** Words separated by one space; an empty word is an empty argument. */
    private static final String ADDING =
            """
            ZADD z 1
            ZADD z 1 a 2
            ZADD z abc a
            ZADD z 1 a abc b
            ZCARD z
            ZADD z 1 a 2 a
            ZSCORE z a
            ZADD z 1 a 1 b
            ZADD z NX XX 1 a
            ZADD z NX GT 1 a
            ZADD z NX LT 1 a
            ZADD z GT LT 1 a
            ZADD z GT XX 1 a
            ZADD z nx xx gt 1 a
            ZADD z NX NX 7 a 7 n
            ZADD z CH XX 8 a 8 none
            ZADD z XX CH
            ZADD z NX
            ZADD z INCR 1 a 2 b
            ZADD z INCR
            ZADD z INCR 5 a
            ZADD z NX INCR 5 a
            ZADD z NX INCR 5 fresh
            ZADD z XX INCR 5 absent
            ZADD z GT INCR -5 a
            ZADD z GT INCR 0 a
            ZADD z GT INCR 1 a
            ZADD z LT INCR 1 a
            ZADD z LT INCR -1 a
            ZADD z LT INCR 3 another
            ZADD z CH INCR 1 a
            ZADD missing XX 1 a
            ZADD missing XX INCR 1 a
            EXISTS missing
            ZADD z GT CH 5 a 100 b 1 c
            ZADD z LT CH 5 a 100 b 1 c 7 d
            ZADD z inf i -inf j
            ZADD z INCR -inf i
            ZINCRBY z -inf i
            ZINCRBY z inf j
            ZADD z nan n
            ZINCRBY z nan a
            ZINCRBY z abc a
            ZINCRBY z NX a
            ZINCRBY z NX XX
            ZINCRBY z INCR INCR
            ZINCRBY z 1.5 a
            ZINCRBY z 0.1 a
            ZINCRBY z 0.2 a
            ZINCRBY fresh 0.3 new
            ZADD sc 3.0 a 1e21 b inf c -inf d -0 e 0.1 f 5e-324 g 1e17 h 12345678901234567 i 1e-5 j 0.0001 k
            ZRANGE sc 0 -1 WITHSCORES
            ZSCAN sc 0 COUNT 1000
            ZADD sc 1.7976931348623157e308 m 4e18 n 5e18 o -4.7e18 p 4611686018427387904 q -1e16 r 9007199254740993 s
            ZRANGE sc 0 -1 WITHSCORES
            ZSCAN sc 0 COUNT 1000
            ZMSCORE sc a b c d e f g h i j k m n o p q r s t
            ZADD sc 1e400 x
            ZADD sc 1e-400 x
            ZADD sc 0x10 x
            ZADD sc 0x1p x
            ZADD sc 1e x
            ZADD sc \s1 x
            ZADD sc 1\s x
            ZADD sc  x
            ZADD sc +1 x
            ZADD sc .5 x
            ZADD sc 5. x
            ZADD sc Infinity x
            ZADD sc +inf x
            ZADD sc infi x
            ZINCRBY sc -0 zero
            ZSCORE sc zero
            ZADD sc -0 zero
            ZADD sc 1 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
            OBJECT ENCODING sc
            ZADD sc -0 minus 0 plus
            ZINCRBY sc -0 minus2
            ZRANGE sc 0 0 BYSCORE WITHSCORES
            ZSCAN sc 0 COUNT 1000
            ZMSCORE sc minus plus zero
            ZADD sc 0 minus
            ZSCORE sc minus
            ZADD sc 1 minus
            ZADD sc -0 minus
            ZSCORE sc minus
            COPY sc sc2
            ZRANGE sc2 0 0 BYSCORE WITHSCORES
            ZREM sc aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
            OBJECT ENCODING sc
            ZREM z none
            ZREM missing a
            ZREM z a a
            ZREM z fresh another
            ZSCORE z none
            ZSCORE missing a
            ZMSCORE missing a b
            ZMSCORE z
            ZRANK z none
            ZRANK z b
            ZREVRANK z b
            ZRANK missing a
            ZCARD missing
            SET s 1
            ZADD s 1 a
            ZADD s abc a
            ZADD s XX 1 a
            ZINCRBY s 1 a
            ZREM s a
            ZCARD s
            ZSCORE s a
            ZMSCORE s a
            ZRANK s a
            ZREVRANK s a
            ZSCAN s 0
            ZRANDMEMBER s
            ZRANDMEMBER s 2
            GET z
            HGET z a
            HSET z a b
            TYPE z
            OBJECT ENCODING z
            ZSCAN z
            ZSCAN z abc
            ZSCAN z 0 MATCH
            ZSCAN z 0 COUNT 0
            ZSCAN z 0 TYPE zset
            ZSCAN missing 0 foo
            ZSCAN z 0 COUNT 100 MATCH b*
            ZSCAN z 0 COUNT 1000 MATCH *
            ZRANDMEMBER missing
            ZRANDMEMBER missing 3
            ZRANDMEMBER missing 3 WITHSCORES
            ZRANDMEMBER missing abc
            ZRANDMEMBER z abc
            ZRANDMEMBER z 0
            ZRANDMEMBER z 0 WITHSCORES
            ZRANDMEMBER z 1 foo
            ZRANDMEMBER z 1 WITHSCORES foo
            ZRANDMEMBER z -9223372036854775808
            ZRANDMEMBER z -9223372036854775807 WITHSCORES
            ZRANDMEMBER z 9223372036854775807 WITHSCORES
            ZRANDMEMBER z 1000
            ZRANDMEMBER z 1000 WITHSCORES
            """;

    private static final String RANGES =
            """
            DEL z s
            ZADD z 1 a 2 b 3 c 4 d 5 e
            SET s 1
            ZRANGE z 0
            ZRANGE z 0 -1
            ZRANGE z 0 -1 WITHSCORES
            ZRANGE z 0 -1 withscores WITHSCORES
            ZRANGE z 0 -1 foo
            ZRANGE z a b
            ZRANGE z 1.5 2
            ZRANGE z -100 100
            ZRANGE z 3 1
            ZRANGE z 5 6
            ZRANGE z -1 -2
            ZRANGE z 9223372036854775807 -9223372036854775808
            ZRANGE z -9223372036854775808 9223372036854775807
            ZRANGE z 1 2 REV
            ZRANGE z 1 2 REV REV
            ZRANGE z 1 2 LIMIT 0 1
            ZRANGE z 1 2 LIMIT 0 -1
            ZRANGE z 1 2 LIMIT 0
            ZRANGE z 1 2 LIMIT a 1
            ZRANGE z 1 4 BYSCORE LIMIT 1
            ZRANGE z 1 4 BYSCORE LIMIT 1 2
            ZRANGE z 1 4 BYSCORE LIMIT -1 2
            ZRANGE z 1 4 BYSCORE LIMIT 1 -1
            ZRANGE z 1 4 BYSCORE LIMIT 1 -7
            ZRANGE z 1 4 BYSCORE LIMIT 0 0
            ZRANGE z 1 4 BYSCORE LIMIT 9 1
            ZRANGE z 1 4 BYSCORE BYSCORE
            ZRANGE z 1 4 BYSCORE BYLEX
            ZRANGE z 4 1 BYSCORE
            ZRANGE z 4 1 BYSCORE REV
            ZRANGE z 4 1 REV BYSCORE LIMIT 1 2 WITHSCORES
            ZRANGE z (1 (4 BYSCORE
            ZRANGE z (1 (1 BYSCORE
            ZRANGE z 1 (1 BYSCORE
            ZRANGE z 1 1 BYSCORE
            ZRANGE z -inf +inf BYSCORE
            ZRANGE z ( inf BYSCORE
            ZRANGE z  inf BYSCORE
            ZRANGE z nan inf BYSCORE
            ZRANGE z 1 abc BYSCORE
            ZRANGE z (abc 3 BYSCORE
            ZRANGE z ((1 3 BYSCORE
            ZRANGE z \s2 3 BYSCORE
            ZRANGE z 2\s 3 BYSCORE
            ZRANGE z 1e400 inf BYSCORE
            ZRANGE z [a [c BYLEX WITHSCORES
            ZRANGE z [a [c BYSCORE
            ZRANGE z a c BYLEX
            ZRANGE z [a c BYLEX
            ZRANGE missing 0 -1
            ZRANGE missing a -1
            ZRANGE s 0 -1
            ZRANGE s 0 a
            ZREVRANGE z 0 1
            ZREVRANGE z 0 1 WITHSCORES
            ZREVRANGE z 0 1 REV
            ZREVRANGE z 0 1 BYSCORE
            ZREVRANGE z 0 1 LIMIT 1 2
            ZREVRANGE z 0 1 LIMIT 0 -1
            ZRANGEBYSCORE z 1 3
            ZRANGEBYSCORE z 1 3 REV
            ZRANGEBYSCORE z 1 3 BYLEX
            ZRANGEBYSCORE z 1 3 WITHSCORES LIMIT 1 1
            ZRANGEBYSCORE z 1 3 LIMIT 1 1 WITHSCORES
            ZRANGEBYSCORE z a b
            ZRANGEBYSCORE s 1 2
            ZRANGEBYSCORE missing 1 2
            ZREVRANGEBYSCORE z 3 1
            ZREVRANGEBYSCORE z 1 3
            ZREVRANGEBYSCORE z (3 1 WITHSCORES LIMIT 0 1
            ZREVRANGEBYSCORE z inf -inf LIMIT 2 100
            ZADD l 0 a 0 aa 0 b 0 bb 0 c 0 \s
            ZRANGEBYLEX l - +
            ZRANGEBYLEX l + -
            ZRANGEBYLEX l - -
            ZRANGEBYLEX l + +
            ZRANGEBYLEX l [a [a
            ZRANGEBYLEX l (a [a
            ZRANGEBYLEX l (a (b
            ZRANGEBYLEX l [a (b LIMIT 1 1
            ZRANGEBYLEX l [ [a
            ZRANGEBYLEX l ( [a
            ZRANGEBYLEX l  [a
            ZRANGEBYLEX l a b
            ZRANGEBYLEX l -5 +
            ZRANGEBYLEX l ++ +
            ZRANGEBYLEX l - + WITHSCORES
            ZRANGEBYLEX l - + REV
            ZREVRANGEBYLEX l + -
            ZREVRANGEBYLEX l - +
            ZREVRANGEBYLEX l (bb [a
            ZREVRANGEBYLEX l + - LIMIT 1 2
            ZRANGEBYLEX s - +
            ZRANGEBYLEX missing - +
            ZRANGEBYLEX missing a +
            ZLEXCOUNT l - +
            ZLEXCOUNT l [aa (c
            ZLEXCOUNT l a b
            ZLEXCOUNT l + -
            ZLEXCOUNT s - +
            ZLEXCOUNT missing - +
            ZCOUNT z 1 3
            ZCOUNT z (1 3
            ZCOUNT z 3 1
            ZCOUNT z a 1
            ZCOUNT z  1
            ZCOUNT s 1 2
            ZCOUNT missing 1 2
            ZCOUNT z -inf inf
            ZRANGESTORE d z
            ZRANGESTORE d z 0 -1
            ZRANGE d 0 -1 WITHSCORES
            ZRANGESTORE d z 0 -1 WITHSCORES
            ZRANGESTORE d z 0 1 REV
            ZRANGE d 0 -1 WITHSCORES
            ZRANGESTORE d z 1 2 BYSCORE LIMIT 0 1
            ZRANGESTORE d z 1 2 LIMIT 0 1
            ZRANGESTORE d l [a [b BYLEX
            ZRANGE d 0 -1 WITHSCORES
            ZRANGESTORE d z a b
            ZRANGESTORE d s 0 -1
            EXISTS d
            ZRANGESTORE d missing 0 -1
            EXISTS d
            ZRANGESTORE s z 0 -1
            TYPE s
            EXPIRE s 100
            ZRANGESTORE s s 1 3
            TTL s
            ZRANGE s 0 -1 WITHSCORES
            SET s 1
            ZREMRANGEBYRANK z a 1
            ZREMRANGEBYRANK z 3 1
            ZREMRANGEBYRANK missing 0 1
            ZREMRANGEBYRANK s 0 1
            ZREMRANGEBYRANK z 1 1
            ZREMRANGEBYRANK z -1 -1
            ZREMRANGEBYSCORE z a 1
            ZREMRANGEBYSCORE z (1 3
            ZREMRANGEBYSCORE z 3 1
            ZREMRANGEBYSCORE s 1 2
            ZREMRANGEBYSCORE missing 1 2
            ZREMRANGEBYLEX l a b
            ZREMRANGEBYLEX l [a (b
            ZREMRANGEBYLEX s - +
            ZREMRANGEBYLEX missing - +
            ZRANGE z 0 -1
            ZRANGE l 0 -1
            ZREMRANGEBYLEX l - +
            ZREMRANGEBYSCORE z -inf +inf
            EXISTS l z
            ZADD z 1 a 2 b 3 c 4 d 5 e
            ZPOPMIN z -1
            ZPOPMIN z abc
            ZPOPMIN z 1 2
            ZPOPMIN z 0
            ZPOPMIN missing
            ZPOPMIN missing 2
            ZPOPMIN missing 0
            ZPOPMIN s
            ZPOPMIN s 0
            ZPOPMIN z
            ZPOPMAX z
            ZPOPMAX z 2
            ZPOPMIN z 100
            EXISTS z
            ZADD z 1 a 2 b 3 c 4 d 5 e
            ZMPOP 0 z MIN
            ZMPOP a z MIN
            ZMPOP -1 z MIN
            ZMPOP 9223372036854775807 z MIN
            ZMPOP 1 z foo
            ZMPOP 2 z MIN
            ZMPOP 1 z MIN COUNT
            ZMPOP 1 z MIN COUNT 0
            ZMPOP 1 z MIN COUNT -1
            ZMPOP 1 z MIN COUNT a
            ZMPOP 1 z MIN COUNT 1 COUNT 2
            ZMPOP 1 z MIN COUNT 1 foo
            ZMPOP 1 z MIN foo 1
            ZMPOP 1 missing MIN
            ZMPOP 2 missing s MIN
            ZMPOP 2 s z MIN
            ZMPOP 2 z s MIN
            ZMPOP 2 missing z MAX COUNT 2
            ZMPOP 1 z MAX COUNT 100
            EXISTS z
            """;

    private SortedSetEdges() {}

    static Stream<String> lines() {
        return Stream.of(ADDING, RANGES, SortedSetStoreEdges.COMBINING).flatMap(String::lines);
    }
}
