package io.tailrace.tools.rdb;

import java.io.IOException;

/**
 * How long the value of each type is: passes over it. One thread.
 *
 * <pre>
 *  0 string   1 list   2 set   3, 5 zset   4 hash   9 to 13, 16, 17, 20 one string that holds all   14, 18 list of nodes
 *  15, 19, 21 stream   6, 7 of modules: not known
 * </pre>
 */
final class RdbExtent {
    private static final int NAN = 253;
    private static final int LIST_LISTPACKS = 18;
    private static final int SET_LISTPACK = 20;
    private static final int NODE_PACKED = 2;
    private static final int STREAM = 15;
    static final int STREAM_2 = 19;
    static final int STREAM_3 = 21;
    private static final int ID = 16;

    private final RdbInput in;

    RdbExtent(RdbInput in) {
        this.in = in;
    }

    static boolean isStream(int type) {
        return type == STREAM || type == STREAM_2 || type == STREAM_3;
    }

    /** Of Redis 7.2: a set in a listpack, which is taken for a list with one node. */
    boolean isSet(int type) {
        return type == SET_LISTPACK;
    }

    int startOf(int type) {
        return type == SET_LISTPACK ? LIST_LISTPACKS : type;
    }

    void keepHead(int type) {
        if (type == SET_LISTPACK) {
            in.add(1);
            in.add(NODE_PACKED);
        }
    }

    void skip(int type) throws IOException {
        switch (type) {
            case 0, 9, 10, 11, 12, 13, 16, 17, SET_LISTPACK -> in.skipString();
            case 1, 2, 14 -> strings(1);
            case 4 -> strings(2);
            case 3 -> oldScores();
            case 5 -> scores();
            case LIST_LISTPACKS -> nodes();
            case STREAM, STREAM_2, STREAM_3 -> stream(type);
            default ->
                throw new IOException("the value before byte " + in.position() + " is of type " + type
                        + ", which belongs to a module or a later Redis");
        }
    }

    private void strings(int each) throws IOException {
        for (long left = in.length() * each; left > 0; left--) {
            in.skipString();
        }
    }

    private void oldScores() throws IOException {
        for (long left = in.length(); left > 0; left--) {
            in.skipString();
            int length = in.u8();
            in.skip(length >= NAN ? 0 : length);
        }
    }

    private void scores() throws IOException {
        for (long left = in.length(); left > 0; left--) {
            in.skipString();
            in.skip(Long.BYTES);
        }
    }

    private void nodes() throws IOException {
        for (long left = in.length(); left > 0; left--) {
            in.length();
            in.skipString();
        }
    }

    private void stream(int type) throws IOException {
        strings(2);
        int numbers = type == STREAM ? 3 : 8;
        for (int i = 0; i < numbers; i++) {
            in.length();
        }
        for (long groups = in.length(); groups > 0; groups--) {
            in.skipString();
            for (int i = type == STREAM ? 1 : 0; i < 3; i++) {
                in.length();
            }
            for (long pending = in.length(); pending > 0; pending--) {
                in.skip(ID + Long.BYTES);
                in.length();
            }
            for (long consumers = in.length(); consumers > 0; consumers--) {
                in.skipString();
                in.skip(type == STREAM_3 ? 2 * Long.BYTES : Long.BYTES);
                in.skip(ID * in.length());
            }
        }
    }
}
