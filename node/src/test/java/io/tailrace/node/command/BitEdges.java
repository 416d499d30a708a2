package io.tailrace.node.command;

/** Every option, bound and error of the commands on bits of strings. */
final class BitEdges {
    /** Words separated by one space; an empty word is an empty argument. */
    static final String EDGES =
            """
            SETBIT k 7 1
            GET k
            OBJECT ENCODING k
            SETBIT k 7 1
            SETBIT k 7 0
            SETBIT k 100 1
            GET k
            SETBIT k -1 1
            SETBIT k abc 1
            SETBIT k 4294967296 1
            SETBIT k 9223372036854775807 1
            SETBIT k 9223372036854775808 1
            SETBIT k #1 1
            SETBIT k 1 2
            SETBIT k 1 -1
            SETBIT k 1 x
            SETBIT k x x
            SETBIT k 1\s
            SETBIT fresh 3 0
            GET fresh
            OBJECT ENCODING fresh
            GETBIT k 7
            GETBIT k 100
            GETBIT k 1000
            GETBIT k -1
            GETBIT k x
            GETBIT k 4294967296
            GETBIT missing 3
            SET n 12
            SETBIT n 0 0
            OBJECT ENCODING n
            SET n 12
            BITFIELD n SET u8 0 49
            OBJECT ENCODING n
            SET n 12
            BITFIELD n GET u8 0
            OBJECT ENCODING n
            HSET h f v
            SETBIT h 0 1
            SETBIT h x 1
            GETBIT h 0
            GETBIT h x
            BITCOUNT h
            BITCOUNT h x y
            BITPOS h 1
            BITPOS h 2
            BITOP AND d h
            BITOP FOO d h
            BITFIELD h GET u8 0
            BITFIELD h SET u8 0 1
            BITFIELD h
            BITFIELD_RO h GET u8 0
            BITFIELD_RO h SET u8 0 1
            LCS h k
            LCS k h
            LCS missing h
            LCS h k FOO
            SET f foobar
            BITCOUNT f
            BITCOUNT f 0 0
            BITCOUNT f 1 1
            BITCOUNT f 1 1 BYTE
            BITCOUNT f 5 30 BIT
            BITCOUNT f 5 30 bit
            BITCOUNT f -5 -1 BIT
            BITCOUNT f -1 -5
            BITCOUNT f -100 -90
            BITCOUNT f -90 -100
            BITCOUNT f 100 200
            BITCOUNT f 3 2
            BITCOUNT f 0 -1 FOO
            BITCOUNT f 0
            BITCOUNT f 0 x
            BITCOUNT f x 0 FOO
            BITCOUNT f 0 1 BIT 2
            BITCOUNT f 9223372036854775807 -9223372036854775808
            BITCOUNT f -9223372036854775808 9223372036854775807 BIT
            BITCOUNT missing
            BITCOUNT missing x
            BITCOUNT missing x y
            BITCOUNT missing 0 1 FOO
            SET e\s
            BITCOUNT e
            BITCOUNT e 0 -1
            BITPOS e 0
            BITPOS e 1
            BITPOS e 0 0
            BITPOS e 0 0 -1
            BITPOS f 0
            BITPOS f 1
            BITPOS f 1 2
            BITPOS f 0 2 4
            BITPOS f 1 -1
            BITPOS f 0 100
            BITPOS f 1 100
            BITPOS f 1 3 2
            BITPOS f 1 7 15 BIT
            BITPOS f 0 9 10 BIT
            BITPOS f 1 9 10 BYTE
            BITPOS f 1 0 -1 FOO
            BITPOS f 1 x -1 FOO
            BITPOS f 1 0 x FOO
            BITPOS f 1 0 x BIT
            BITPOS f 1 0 -1 BIT 5
            BITPOS f 1 x
            BITPOS f 1 0 x
            BITPOS f 2
            BITPOS f -1
            BITPOS f x
            BITPOS f
            BITPOS missing 0
            BITPOS missing 1
            BITPOS missing 0 x
            BITPOS missing 1 0 0 FOO
            BITPOS missing 2
            SET ones \u00ff\u00ff\u00ff
            BITPOS ones 0
            BITPOS ones 0 0
            BITPOS ones 0 1
            BITPOS ones 0 0 -1
            BITPOS ones 0 0 -1 BIT
            BITPOS ones 0 3 100 BIT
            BITPOS ones 0 5 7 BIT
            BITPOS ones 0 3
            BITPOS ones 0 10
            BITOP NOT d ones
            GET d
            OBJECT ENCODING d
            BITOP NOT d ones f
            BITOP NOT d
            BITOP AND d
            BITOP AND d f
            GET d
            OBJECT ENCODING d
            BITOP and d f ones
            GET d
            BITOP OR d f ones
            GET d
            BITOP XOR d f ones missing
            GET d
            BITOP XOR d d d
            GET d
            EXPIRE d 100
            BITOP OR d f
            TTL d
            BITOP OR d missing
            EXISTS d
            BITOP OR d missing e
            BITOP OR f2 f f2
            GET f2
            SADD t 1
            BITOP OR t f
            TYPE t
            BITOP OR t missing
            BITOP NOTHING d f
            BITFIELD bf SET u8 0 255 GET u8 0 GET i8 0
            BITFIELD bf INCRBY u8 0 1
            BITFIELD bf OVERFLOW SAT INCRBY u8 0 300 OVERFLOW FAIL INCRBY u8 0 1 OVERFLOW WRAP INCRBY u8 0 2
            BITFIELD bf OVERFLOW SAT INCRBY i8 0 -300 INCRBY i8 0 -1 INCRBY i8 8 200
            GET bf
            BITFIELD bf GET u63 1 GET i64 1 GET u1 1 GET i1 1
            BITFIELD bf SET i64 3 -9223372036854775808 INCRBY i64 3 -1 GET i64 3
            BITFIELD bf OVERFLOW SAT INCRBY i64 3 9223372036854775807 INCRBY i64 3 9223372036854775807
            BITFIELD bf OVERFLOW SAT INCRBY i64 3 1 OVERFLOW FAIL INCRBY i64 3 1
            BITFIELD bf OVERFLOW FAIL SET u8 0 256 SET u8 0 -1 SET i8 0 128 SET i8 0 -129 SET i8 0 127
            BITFIELD bf OVERFLOW SAT SET u8 0 256 SET u8 0 -1 SET i8 0 128 SET i8 0 -129 SET i8 0 127
            BITFIELD bf OVERFLOW WRAP SET u8 0 256 SET u8 0 -1 SET i8 0 128 SET i8 0 -129 SET i8 0 127
            BITFIELD bf SET u63 7 9223372036854775807 INCRBY u63 7 1 INCRBY u63 7 -1
            BITFIELD bf OVERFLOW SAT INCRBY u63 7 1 INCRBY u63 7 -9223372036854775808
            GET bf
            BITFIELD bf SET u8 #3 7 GET u8 #3 GET u8 24
            BITFIELD bf GET u8 #-1
            BITFIELD bf GET u8 #x
            BITFIELD bf GET u8 #
            BITFIELD bf GET u8 -1
            BITFIELD bf GET u8 x
            BITFIELD bf GET u8 4294967296
            BITFIELD bf GET u64 0
            BITFIELD bf GET i65 0
            BITFIELD bf GET u0 0
            BITFIELD bf GET i0 0
            BITFIELD bf GET x8 0
            BITFIELD bf GET u 0
            BITFIELD bf GET  0
            BITFIELD bf GET U8 0
            BITFIELD bf GET u08 0
            BITFIELD bf GET u8
            BITFIELD bf SET u8 0
            BITFIELD bf SET u8 0 x
            BITFIELD bf INCRBY u8 0
            BITFIELD bf OVERFLOW
            BITFIELD bf OVERFLOW FOO
            BITFIELD bf OVERFLOW SAT
            BITFIELD bf FOO
            BITFIELD bf get u4 0 set u4 0 3 incrby u4 0 1 overflow sat
            BITFIELD bf GET u8 0 SET u8 0 x
            BITFIELD_RO bf GET u8 0 GET u8 1
            BITFIELD_RO bf SET u8 0 1
            BITFIELD_RO bf GET u8 0 INCRBY u8 0 1
            BITFIELD_RO bf OVERFLOW SAT GET u8 0
            BITFIELD_RO bf
            BITFIELD_RO missing GET u8 0
            BITFIELD bff OVERFLOW FAIL SET u8 100 256
            GET bff
            BITFIELD bff2 GET u8 100
            EXISTS bff2
            SET s1 ohmytext
            SET s2 mynewtext
            LCS s1 s2
            LCS s1 s2 LEN
            LCS s1 s2 IDX
            LCS s1 s2 IDX MINMATCHLEN 4
            LCS s1 s2 IDX MINMATCHLEN 4 WITHMATCHLEN
            LCS s1 s2 IDX MINMATCHLEN -1
            LCS s1 s2 IDX MINMATCHLEN x
            LCS s1 s2 IDX MINMATCHLEN
            LCS s1 s2 WITHMATCHLEN
            LCS s1 s2 LEN IDX
            LCS s1 s2 IDX LEN FOO
            LCS s1 s2 FOO
            LCS s1
            LCS s1 missing
            LCS s1 missing IDX
            LCS missing missing LEN
            LCS s1 s1 idx withmatchlen
            LCS n n
            SET big1 aaaaaaaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbccccccccccccccccccccccccca
            SET big2 abcabcabcabcabcabcabcabcabcabcabcaaaaaaaaaabbbbbbbbbbbbbbbcccccccccccccbbbbbbbbbbbbbb
            LCS big1 big2 IDX WITHMATCHLEN
            LCS big1 big2
            LCS big2 big1 IDX MINMATCHLEN 2
            """;

    private BitEdges() {}
}
