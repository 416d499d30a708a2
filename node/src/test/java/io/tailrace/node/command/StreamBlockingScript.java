package io.tailrace.node.command;

/** Steps of clients that wait for entries of streams, for {@link RedisBlockingTest}. */
final class StreamBlockingScript {
    static final String TEXT =
            """
            A XGROUP
            A XGROUP HELP
            A XGROUP HELP x
            A XGROUP NONSENSE
            A XGROUP NONSENSE a b c
            A XINFO
            A XINFO HELP
            A XINFO NONSENSE
            A XINFO STREAM
            B > XREAD BLOCK 0 STREAMS {k}s $
            A XADD {k}s 1-1 f v
            B <
            B > XREAD BLOCK 0 STREAMS {k}t {k}s 0 $
            A XADD {k}s 2-1 f v g w
            B <
            B > XREAD BLOCK 0 STREAMS {k}s {k}t $ 0
            A XADD {k}t 1-1 f v
            B <
            B > XREAD BLOCK 50 STREAMS {k}s $
            TICK 60
            B <
            B > XREAD COUNT 2 BLOCK 0 STREAMS {k}s 2-5
            A XADD {k}s 2-2 f v
            A XADD {k}s 2-5 f v
            A XADD {k}s 2-6 f v
            B <
            B > XREAD BLOCK 0 STREAMS {k}s $
            C > XREAD COUNT 1 BLOCK 0 STREAMS {k}s $
            A MULTI
            A XADD {k}s 3-1 f v
            A XADD {k}s 3-2 f v
            A XADD {k}s 3-3 f v
            A EXEC
            B <
            C <
            B > XREAD BLOCK 0 STREAMS {k}s $
            A MULTI
            A XADD {k}s 4-1 f v
            A XDEL {k}s 4-1
            A EXEC
            B <
            B > XREAD BLOCK 0 STREAMS {k}s $
            A DEL {k}s
            A SET {k}s x
            A DEL {k}s
            A XADD {k}s 1-1 f v
            A XADD {k}s 9-1 f v
            B <
            B > XREAD BLOCK 0 STREAMS {k}n 5-1
            A XADD {k}m 7-1 f v
            A RENAME {k}m {k}n
            B <
            B > XREAD BLOCK 0 STREAMS {k}n $
            UNBLOCK B TIMEOUT
            B <
            B > XREAD BLOCK 0 STREAMS {k}n $
            UNBLOCK B ERROR
            B <
            B HELLO 3
            B > XREAD BLOCK 0 STREAMS {k}n $
            A XADD {k}n 8-1 f v
            B <
            B > XREAD BLOCK 50 STREAMS {k}n $
            TICK 60
            B <
            B HELLO 2
            A XGROUP CREATE {k}g g 0 MKSTREAM
            B > XREADGROUP GROUP g b BLOCK 0 STREAMS {k}g >
            C > XREADGROUP GROUP g c BLOCK 0 STREAMS {k}g >
            A XADD {k}g 1-1 f v
            B <
            A XPENDING {k}g g
            A XADD {k}g 1-2 f v
            C <
            A XPENDING {k}g g
            B > XREADGROUP GROUP g b COUNT 1 BLOCK 0 STREAMS {k}g >
            C > XREADGROUP GROUP g c NOACK BLOCK 0 STREAMS {k}g >
            A MULTI
            A XADD {k}g 2-1 f v
            A XADD {k}g 2-2 f v
            A XADD {k}g 2-3 f v
            A EXEC
            B <
            C <
            A XPENDING {k}g g
            A XINFO GROUPS {k}g
            B XREADGROUP GROUP g b BLOCK 0 STREAMS {k}g 0
            B > XREADGROUP GROUP g b BLOCK 50 STREAMS {k}g >
            TICK 60
            B <
            B > XREADGROUP GROUP g b BLOCK 0 STREAMS {k}g >
            C > XREADGROUP GROUP g c BLOCK 0 STREAMS {k}g >
            A DEL {k}g
            B <
            C <
            A XGROUP CREATE {k}g g 0 MKSTREAM
            B > XREADGROUP GROUP g b BLOCK 0 STREAMS {k}g >
            A XGROUP DESTROY {k}g g
            B <
            A XGROUP CREATE {k}g g 0 MKSTREAM
            B > XREADGROUP GROUP g b BLOCK 0 STREAMS {k}g >
            A SET {k}g x
            B <
            A DEL {k}g
            A XGROUP CREATE {k}g g 0 MKSTREAM
            B > XREADGROUP GROUP g b BLOCK 0 STREAMS {k}g >
            A RENAME {k}g {k}h
            B <
            A XGROUP CREATE {k}g g 0 MKSTREAM
            B > XREADGROUP GROUP g b BLOCK 0 STREAMS {k}g >
            A MULTI
            A DEL {k}g
            A XGROUP CREATE {k}g g 0 MKSTREAM
            A XADD {k}g 5-1 f v
            A EXEC
            B <
            B > XREADGROUP GROUP g b BLOCK 0 STREAMS {k}g >
            A MULTI
            A DEL {k}g
            A XADD {k}g 5-1 f v
            A EXEC
            B <
            A XGROUP CREATE {k}g g $
            B > XREADGROUP GROUP g b BLOCK 0 STREAMS {k}g >
            A FLUSHALL
            B <
            A XGROUP CREATE {k}g g 0 MKSTREAM
            A MULTI
            A XREADGROUP GROUP g b BLOCK 0 STREAMS {k}g >
            A XREAD BLOCK 0 STREAMS {k}g $
            A EXEC
            A DEL {k}g
            B > BLPOP {k}g 0
            A XGROUP CREATE {k}g g 0 MKSTREAM
            C > XREADGROUP GROUP g b BLOCK 0 STREAMS {k}g >
            A DEL {k}g
            C <
            A RPUSH {k}g 1
            B <
            A COMMAND INFO xread xreadgroup xadd xgroup|create xgroup|setid xgroup|destroy xgroup|createconsumer xgroup|delconsumer xgroup|help xinfo|stream xinfo|groups xinfo|consumers xinfo|help xpending xautoclaim xclaim xsetid xtrim xdel xack xlen
            A COMMAND GETKEYS XREADGROUP GROUP a b STREAMS s t > >
            A COMMAND GETKEYS XREAD STREAMS s 0
            A COMMAND GETKEYS XGROUP CREATE s g 0
            """;

    private StreamBlockingScript() {}
}
