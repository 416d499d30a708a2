package io.tailrace.node.command;

/** Every option, bound and error of the commands on streams. */
final class StreamEdges {
    /** Words separated by one space; an empty word is an empty argument. */
    static final String COMMANDS =
            """
            SET str 1
            XADD s 5-0 f v
            XADD s 5-0 f v
            XADD s 4-9 f v
            XADD s 0-0 f v
            XADD s - f v
            XADD s + f v
            XADD s abc f v
            XADD s 1-a f v
            XADD s -1 f v
            XADD s 5--1 f v
            XADD s 6-1 f
            XADD s 6-1 f v g
            XADD s 6-1
            XADD s * f v g
            XADD s 6-* f v
            XADD s 6-* f v
            XADD s 5-* f v
            XADD s \s7-1 f v
            XADD s +8-1 f v
            XADD s 008-2 f v
            XADD s 8-3x f v
            XADD s 9 f v
            XADD str 1-1 f v
            XADD s NOMKSTREAM 10-1 f v
            XADD missing NOMKSTREAM 10-1 f v
            XADD missing NOMKSTREAM 0-0 f v
            XADD missing 0-* f v
            XADD zero 0-1 f v
            XADD zero MAXLEN 1 0-* f v
            XADD zero MAXLEN ~ 1 LIMIT 0 0-* f v
            XADD zero MAXLEN = 1 LIMIT 5 1-* f v
            XADD zero MAXLEN = 1 1-* f v
            XADD zero MAXLEN -1 1-* f v
            XADD zero MAXLEN abc 1-* f v
            XADD zero MAXLEN 1 MINID 1 1-* f v
            XADD zero MINID abc 1-* f v
            XADD zero MINID ~ 1-0 LIMIT 10 1-* f v
            XADD zero MINID - 1-* f v
            XADD zero MINID + 1-* f v
            XADD zero LIMIT 10 1-* f v
            XADD zero LIMIT 0 1-* f v
            XADD zero MAXLEN ~ 10 LIMIT -1 1-* f v
            XADD zero MAXLEN ~ 10 LIMIT x 1-* f v
            XADD zero MAXLEN 0 2-* f v
            XADD zero MAXLEN
            XADD zero MAXLEN f v
            XINFO STREAM zero
            XADD zero 18446744073709551615-18446744073709551615 f v
            XADD zero * f v
            XADD zero 18446744073709551615-* f v
            XADD zero 18446744073709551616-1 f v
            XTRIM zero MAXLEN 0
            XINFO STREAM zero
            XLEN zero
            XADD top 18446744073709551615-18446744073709551614 f v
            XADD top 18446744073709551615-* f v
            XADD top 18446744073709551615-* f v
            XRANGE top - +
            XRANGE top (18446744073709551615-18446744073709551615 +
            XREVRANGE top + (18446744073709551615-18446744073709551615
            XREAD STREAMS top 18446744073709551615-18446744073709551615
            XREAD STREAMS top 18446744073709551615-18446744073709551614
            XTRIM top MAXLEN 1
            XRANGE top - +
            XTRIM top MINID +
            XTRIM top MAXLEN 0
            XINFO STREAM top FULL
            XLEN s
            XLEN missing2
            XLEN str
            XRANGE s - +
            XRANGE s - + COUNT 2
            XRANGE s - + COUNT 0
            XRANGE s - + COUNT -1
            XRANGE s - + COUNT
            XRANGE s - + COUNT x
            XRANGE s - + COUNT 1 COUNT 2
            XRANGE s - + COUNTS 1
            XRANGE s + -
            XRANGE s 5 6
            XRANGE s (5 (6-1
            XRANGE s (5-0 6
            XRANGE s ( 6
            XRANGE s (- +
            XRANGE s - (+
            XRANGE s - (0-0
            XRANGE s (x +
            XRANGE s - x
            XRANGE missing2 - +
            XRANGE missing2 - + COUNT 0
            XRANGE str - +
            XREVRANGE s + -
            XREVRANGE s + - COUNT 2
            XREVRANGE s 6 5
            XREVRANGE s 5 6
            XREVRANGE s + (6
            XREVRANGE s (6 -
            XREVRANGE missing2 + -
            XREVRANGE str + -
            XDEL s 5-0 5-0 x
            XDEL s 5-0 5-0
            XDEL s 99-1
            XDEL missing2 x
            XDEL missing2 1
            XDEL str 1
            XDEL s 6
            XINFO STREAM s
            XTRIM s
            XTRIM s MAXLEN
            XTRIM s MAXLEN x
            XTRIM s MAXLEN 100
            XTRIM s MAXLEN ~ 0 LIMIT 1
            XTRIM s MAXLEN 100 LIMIT 1
            XTRIM s NOMKSTREAM 1
            XTRIM s LIMIT 1 2
            XTRIM s MINID 6-1 MAXLEN 1
            XTRIM missing2 MAXLEN 1
            XTRIM str MAXLEN 1
            XTRIM s MINID 6-2
            XTRIM s MINID = 6-2
            XRANGE s - +
            XSETID s 1-1
            XSETID s x
            XSETID s 20-0 ENTRIESADDED 1
            XSETID s 20-0 ENTRIESADDED -1 MAXDELETEDID 1
            XSETID s 20-0 ENTRIESADDED x MAXDELETEDID 1
            XSETID s 20-0 ENTRIESADDED 100 MAXDELETEDID 21
            XSETID s 20-0 ENTRIESADDED 100 MAXDELETEDID 19-1
            XSETID s 20-0 ENTRIESADDED 2 MAXDELETEDID 19-1
            XSETID s 19-0
            XSETID s 20-0 MORE
            XSETID missing2 20-0
            XSETID str 20-0
            XSETID s 21-0
            XINFO STREAM s
            XGROUP CREATE s
            XGROUP CREATE s g
            XGROUP CREATE missing2 g 0
            XGROUP CREATE str g 0
            XGROUP CREATE s g x
            XGROUP CREATE s g -
            XGROUP CREATE s g 0 ENTRIESREAD
            XGROUP CREATE s g 0 ENTRIESREAD -2
            XGROUP CREATE s g 0 ENTRIESREAD x
            XGROUP CREATE s g 0 NONSENSE
            XGROUP CREATE s g 0 MKSTREAM MKSTREAM MKSTREAM MKSTREAM
            XGROUP CREATE s g 0 ENTRIESREAD 3
            XGROUP CREATE s g 0
            XGROUP CREATE s g $ MKSTREAM
            XGROUP CREATE made g $ MKSTREAM ENTRIESREAD 5
            XGROUP CREATE made2 g 7-7 MKSTREAM
            XGROUP CREATE made3 g x MKSTREAM
            EXISTS made3
            XINFO STREAM made FULL
            XINFO STREAM made2 FULL
            XINFO STREAM made
            XGROUP SETID s g
            XGROUP SETID s none 0
            XGROUP SETID missing2 g 0
            XGROUP SETID s g x
            XGROUP SETID s g 0 MKSTREAM
            XGROUP SETID s g + ENTRIESREAD 2
            XINFO GROUPS s
            XGROUP SETID s g - ENTRIESREAD -1
            XINFO GROUPS s
            XGROUP SETID s g $
            XINFO GROUPS s
            XGROUP SETID s g 0
            XGROUP CREATECONSUMER s g
            XGROUP CREATECONSUMER s none c
            XGROUP CREATECONSUMER missing2 g c
            XGROUP CREATECONSUMER s g c
            XGROUP CREATECONSUMER s g c
            XGROUP CREATECONSUMER s g c d
            XGROUP DELCONSUMER s g none
            XGROUP DELCONSUMER s none c
            XGROUP DELCONSUMER missing2 g c
            XGROUP DESTROY s none
            XGROUP DESTROY missing2 g
            XGROUP DESTROY str g
            XINFO STREAM missing2
            XINFO STREAM str
            XINFO STREAM s FUL
            XINFO STREAM s FULL COUNT
            XINFO STREAM s FULL COUNT x
            XINFO STREAM s FULL COUNTS 1
            XINFO STREAM s FULL COUNT -1
            XINFO STREAM s FULL COUNT 0
            XINFO GROUPS missing2
            XINFO GROUPS str
            XINFO GROUPS s x
            XINFO CONSUMERS missing2 g
            XINFO CONSUMERS str g
            XINFO CONSUMERS s none
            XINFO CONSUMERS s g
            XINFO CONSUMERS s
            XREAD
            XREAD STREAMS s
            XREAD STREAMS s t 0
            XREAD STREAMS s >
            XREAD COUNT x STREAMS s 0
            XREAD COUNT -5 STREAMS s 0
            XREAD COUNT 1 STREAMS s 0
            XREAD COUNT 1 STREAMS missing2 0
            XREAD COUNT 1 STREAMS missing2 s 0 0
            XREAD COUNT 1 STREAMS missing2 s $ $
            XREAD COUNT 1 STREAMS missing2 str 0 0
            XREAD COUNT 1 STREAMS s x
            XREAD COUNT 1 STREAMS s -
            XREAD NOACK STREAMS s 0
            XREAD GROUP g c STREAMS s 0
            XREAD NONSENSE STREAMS s 0
            XREAD COUNT 1 s 0
            XREAD BLOCK x STREAMS s 0
            XREAD BLOCK -1 STREAMS s 0
            XREAD BLOCK 9223372036854775807 STREAMS s 0
            XREAD BLOCK 1 STREAMS s 0
            XREADGROUP GROUP g c
            XREADGROUP GROUP g c STREAMS s
            XREADGROUP GROUP g c STREAMS s t 0
            XREADGROUP GROUP g c STREAMS s $
            XREADGROUP GROUP none c STREAMS s >
            XREADGROUP GROUP g c STREAMS missing2 >
            XREADGROUP GROUP g c STREAMS str >
            XREADGROUP GROUP g c STREAMS s x
            XREADGROUP COUNT 1 NOACK STREAMS s t 0 0
            XREADGROUP GROUP g c NONSENSE STREAMS s >
            XREADGROUP GROUP g c COUNT 1 STREAMS s s > >
            XREADGROUP GROUP g c COUNT 1 STREAMS s s > >
            XREADGROUP GROUP g d STREAMS s s > >
            XREADGROUP GROUP g d STREAMS s s > 0
            XREADGROUP GROUP g e STREAMS s 0
            XREADGROUP GROUP g e NOACK STREAMS s >
            XADD s 22-1 f v
            XADD s 22-2 f v g w
            XREADGROUP GROUP g e NOACK STREAMS s >
            XREADGROUP GROUP g e STREAMS s 18446744073709551615-18446744073709551615
            XREADGROUP GROUP g e STREAMS s 18446744073709551615
            XINFO CONSUMERS s g
            XPENDING s g
            XPENDING s
            XPENDING s g -
            XPENDING s g - +
            XPENDING s g - + 10
            XPENDING s g - + x
            XPENDING s g - + -1
            XPENDING s g - + 0
            XPENDING s g + - 10
            XPENDING s g x + 10
            XPENDING s g - x 10
            XPENDING s g (- + 10
            XPENDING s g (0 (+ 10
            XPENDING s g - (0-0 10
            XPENDING s g (18446744073709551615-18446744073709551615 + 10
            XPENDING s g - + 10 c
            XPENDING s g - + 10 none
            XPENDING s g - + 10 c d e f
            XPENDING s g IDLE x - + 10
            XPENDING s g IDLE 5 - +
            XPENDING s g IDLE 5 - + 10 c
            XPENDING s g IDLE 100000000 - + 10
            XPENDING s g IDLE -100 - + 10
            XPENDING s none
            XPENDING missing2 g
            XPENDING str g
            XPENDING made g
            XACK s g
            XACK s g x
            XACK s g 9-0 x
            XACK s none x
            XACK missing2 g x
            XACK str g 1
            XACK s g 9-0 9-0
            XACK s g 99-0
            XADD s 30-1 f v
            XADD s 30-2 f v
            XADD s 30-3 f v
            XREADGROUP GROUP g c STREAMS s >
            XDEL s 30-2
            XREADGROUP GROUP g c STREAMS s 0
            XREADGROUP GROUP g c COUNT 1 STREAMS s 30-1
            XCLAIM s g c
            XCLAIM s g c x 1-1
            XCLAIM s g c 0 x
            XCLAIM s g c 0 30-1 x
            XCLAIM s none c 0 30-1
            XCLAIM missing2 g c 0 30-1
            XCLAIM str g c 0 30-1
            XCLAIM s g c 0 30-1 IDLE x
            XCLAIM s g c 0 30-1 TIME x
            XCLAIM s g c 0 30-1 RETRYCOUNT x
            XCLAIM s g c 0 30-1 LASTID x
            XCLAIM s g c 0 30-1 LASTID
            XCLAIM s g f 0 99-1
            XINFO CONSUMERS s g
            XCLAIM s g f 0 30-2
            XPENDING s g
            XCLAIM s g f 100000000 30-1
            XCLAIM s g f 0 30-1 JUSTID
            XCLAIM s g f 0 30-1 30-1
            XCLAIM s g f 0 30-1 RETRYCOUNT 7
            XCLAIM s g f 0 30-1 IDLE 1000
            XCLAIM s g f 0 30-1 IDLE -1000
            XCLAIM s g f 0 30-1 TIME 1000
            XPENDING s g IDLE 100000000 - + 10
            XCLAIM s g f 100000000 30-1 30-1
            XCLAIM s g h 0 22-1
            XCLAIM s g h 0 22-1 FORCE
            XCLAIM s g h 0 22-2 FORCE JUSTID
            XPENDING s g - + 10
            XCLAIM s g h 0 22-2 LASTID 40-1
            XINFO GROUPS s
            XCLAIM s g h 0 22-2 LASTID 3-1
            XCLAIM s g h -5 22-2
            XINFO STREAM s FULL
            XAUTOCLAIM s g c
            XAUTOCLAIM s g c x 0
            XAUTOCLAIM s g c 0 x
            XAUTOCLAIM s g c 0 0 COUNT
            XAUTOCLAIM s g c 0 0 COUNT 0
            XAUTOCLAIM s g c 0 0 COUNT x
            XAUTOCLAIM s g c 0 0 COUNT 999999999999999999
            XAUTOCLAIM s g c 0 0 NONSENSE
            XAUTOCLAIM s none c 0 0
            XAUTOCLAIM missing2 g c 0 0
            XAUTOCLAIM str g c 0 0
            XAUTOCLAIM s g c 0 (18446744073709551615-18446744073709551615
            XAUTOCLAIM s g i 100000000 0
            XAUTOCLAIM s g i 0 + JUSTID
            XINFO CONSUMERS s g
            XDEL s 22-2
            XAUTOCLAIM s g i 0 - COUNT 1
            XAUTOCLAIM s g i 0 22-2 COUNT 1
            XAUTOCLAIM s g i 0 (22-2 COUNT 1 JUSTID
            XAUTOCLAIM s g i 0 0
            XAUTOCLAIM s g i 0 0 JUSTID
            XINFO STREAM s FULL
            XGROUP DELCONSUMER s g i
            XINFO STREAM s FULL
            XGROUP DESTROY s g
            XINFO STREAM s FULL
            TYPE s
            OBJECT ENCODING s
            OBJECT REFCOUNT s
            SCAN 0 TYPE stream COUNT 1000 MATCH made2
            HGET s f
            GET s
            LPUSH s x
            SORT s
            APPEND s x
            SET s x XX GET
            RENAME s s2
            XLEN s2
            COPY s2 s3
            XINFO STREAM s3 FULL
            DEL s2 s3
            XADD a 1-1 f v
            XADD a 2-1 f v
            XADD a 3-1 f v
            XGROUP CREATE a g 0
            XREADGROUP GROUP g c COUNT 1 STREAMS a >
            XINFO GROUPS a
            XDEL a 2-1
            XINFO GROUPS a
            XREADGROUP GROUP g c COUNT 1 STREAMS a >
            XINFO GROUPS a
            XADD a 4-1 f v
            XINFO GROUPS a
            XDEL a 1-1
            XINFO GROUPS a
            XGROUP CREATE a h 1
            XGROUP CREATE a i 3-1
            XGROUP CREATE a j 3-5
            XGROUP CREATE a k $
            XGROUP CREATE a l 99
            XINFO GROUPS a
            XTRIM a MAXLEN 1
            XINFO GROUPS a
            XTRIM a MAXLEN 0
            XINFO GROUPS a
            XINFO STREAM a
            XADD a 5-1 f v
            XINFO GROUPS a
            XREADGROUP GROUP h c STREAMS a >
            XREADGROUP GROUP j c STREAMS a >
            XINFO GROUPS a
            XINFO STREAM a FULL COUNT 1""";

    private StreamEdges() {}
}
