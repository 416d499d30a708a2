package io.tailrace.node.rdb;

/**
 * The first byte of a value: its type and encoding. Streams are 15 and 19; 21, of Redis 7.2, is not read; what modules make (6 and 7)
 * is not among them.
 *
 * <pre>
 *       plain    packed by version: 2.0        2.2 to 6.2        7.0
 *  string  0
 *  list    1                                   10, 14            18
 *  set     2                                   11                11
 *  zset    3, 5                                12                17
 *  hash    4                     9             13                16
 * </pre>
 */
final class RdbType {
    static final int STRING = 0;
    static final int LIST = 1;
    static final int SET = 2;
    static final int ZSET_OLD = 3;
    static final int HASH = 4;
    static final int ZSET = 5;
    static final int HASH_ZIPMAP = 9;
    static final int LIST_ZIPLIST = 10;
    static final int SET_INTSET = 11;
    static final int ZSET_ZIPLIST = 12;
    static final int HASH_ZIPLIST = 13;
    static final int LIST_ZIPLISTS = 14;
    static final int HASH_LISTPACK = 16;
    static final int ZSET_LISTPACK = 17;
    static final int LIST_LISTPACKS = 18;
    /** Of Redis 5 and 6. */
    static final int STREAM_OLD = 15;

    /** Of Redis 7.0. */
    static final int STREAM = 19;

    /** Of a node of a list: one element as it is, or a listpack. */
    static final int NODE_PLAIN = 1;

    static final int NODE_PACKED = 2;

    private RdbType() {}
}
