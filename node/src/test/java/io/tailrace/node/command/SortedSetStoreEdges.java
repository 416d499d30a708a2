package io.tailrace.node.command;

/** Requests that combine sorted sets, as {@link SortedSetEdges}. */
final class SortedSetStoreEdges {
    static final String COMBINING =
            """
            DEL x y
            ZADD x 1 a 2 b 3 c
            ZADD y 10 b 20 c 30 d
            ZADD i inf a -inf b 0 c
            SET s 1
            ZUNION 0 x
            ZUNION a x
            ZUNION -1 x
            ZUNION 2 x
            ZUNION 9223372036854775807 x
            ZUNION 1 s
            ZUNION 1 s foo
            ZUNION 2 x y
            ZUNION 2 x y WITHSCORES
            ZUNION 2 x y WITHSCORES WITHSCORES
            ZUNION 2 x x WITHSCORES
            ZUNION 2 x y foo
            ZUNION 2 x y WEIGHTS 1
            ZUNION 2 x y WEIGHTS 1 a
            ZUNION 2 x y WEIGHTS 1 nan
            ZUNION 2 x y WEIGHTS 2 3 WITHSCORES
            ZUNION 2 x y WEIGHTS 2 3 WEIGHTS 1 1 WITHSCORES
            ZUNION 2 x y AGGREGATE
            ZUNION 2 x y AGGREGATE foo
            ZUNION 2 x y AGGREGATE MIN WITHSCORES
            ZUNION 2 x y AGGREGATE MIN AGGREGATE MAX WITHSCORES
            ZUNION 2 x i WEIGHTS 0 0 WITHSCORES
            ZUNION 2 x i WEIGHTS -1 0 WITHSCORES
            ZUNION 1 i WEIGHTS -1 WITHSCORES
            ZUNION 2 i i WEIGHTS 1 -1 WITHSCORES
            ZUNION 3 i i i WEIGHTS 1 -1 1 AGGREGATE SUM WITHSCORES
            ZUNION 2 missing none
            ZUNION 2 missing x LIMIT 1
            ZINTER 2 x y WITHSCORES
            ZINTER 2 x missing
            ZINTER 2 i i WEIGHTS 0 1 WITHSCORES
            ZINTER 2 i i WEIGHTS 0 1 AGGREGATE MIN WITHSCORES
            ZINTER 2 i i WEIGHTS 1 0 AGGREGATE MAX WITHSCORES
            ZINTER 1 x WEIGHTS -0 WITHSCORES
            ZINTER 2 y x AGGREGATE MAX WITHSCORES
            ZINTER 2 s x
            ZDIFF 2 x y WITHSCORES
            ZDIFF 1 x
            ZDIFF 2 x x
            ZDIFF 2 missing x
            ZDIFF 2 x missing
            ZDIFF 2 x y WEIGHTS 1 1
            ZDIFF 2 x y AGGREGATE SUM
            ZDIFF 0 x
            ZINTERCARD 0 x
            ZINTERCARD 2 x y
            ZINTERCARD 2 x y LIMIT 1
            ZINTERCARD 2 x y LIMIT 0
            ZINTERCARD 2 x y LIMIT -1
            ZINTERCARD 2 x y LIMIT a
            ZINTERCARD 2 x y LIMIT
            ZINTERCARD 2 x y WITHSCORES
            ZINTERCARD 2 x y WEIGHTS 1 1
            ZINTERCARD 2 x s
            ZINTERCARD 2 x missing
            ZUNIONSTORE d 0 x
            ZUNIONSTORE d a x
            ZUNIONSTORE d 2 x
            ZUNIONSTORE d 2 x y
            ZRANGE d 0 -1 WITHSCORES
            ZUNIONSTORE d 2 x y WITHSCORES
            ZUNIONSTORE d 2 x y WEIGHTS 1 2 AGGREGATE MAX
            ZRANGE d 0 -1 WITHSCORES
            ZUNIONSTORE d 1 i WEIGHTS -1
            ZRANGE d 0 -1 WITHSCORES
            ZINTERSTORE d 2 x y
            ZRANGE d 0 -1 WITHSCORES
            ZINTERSTORE d 2 x missing
            EXISTS d
            ZDIFFSTORE d 2 x y
            ZDIFFSTORE d 2 x x
            EXISTS d
            ZDIFFSTORE d 0 x
            ZDIFFSTORE d 1 s
            ZUNIONSTORE s 1 x
            TYPE s
            EXPIRE x 100
            ZUNIONSTORE x 2 x y
            TTL x
            ZRANGE x 0 -1 WITHSCORES
            ZINTERSTORE x 1 missing
            EXISTS x
            """;

    private SortedSetStoreEdges() {}
}
