package io.tailrace.node.rdb;

import io.tailrace.node.store.ValueType;
import io.tailrace.wire.memory.Memory;

/**
 * Reads the payload of a DUMP: checks it as a whole and takes its value apart, before anything is done with it. Nothing is believed of
 * it, as a checksum is soon made. For one thread, which closes it.
 */
public final class RdbLoader implements AutoCloseable {
    private final RdbReader in = new RdbReader();
    private final PackedEncodings packed = new PackedEncodings();
    private final RdbElements elements;
    private final RdbElements blob;
    private final RdbElements texts;
    private final RdbStreamLoader stream;

    /** @param most bytes of a value, about */
    public RdbLoader(int most) {
        elements = new RdbElements(most);
        blob = new RdbElements(most);
        texts = new RdbElements(most);
        stream = new RdbStreamLoader(in, packed, elements, blob, texts);
    }

    /** Whether a payload ends with a version that is known, and with the checksum of all before. */
    public static boolean isIntact(long address, int length) {
        int body = length - RdbWriter.FOOTER;
        return body >= 0
                && (Memory.getShort(address + body) & 0xffff) <= RdbWriter.VERSION
                && Memory.getLong(address + body + Short.BYTES) == Crc64.of(address, body + Short.BYTES);
    }

    /**
     * Takes the value of an intact payload apart, into {@link #elements}.
     *
     * @return its type, one of {@link ValueType}'s
     * @throws BadPayloadException when it is none
     */
    public int load(long address, int length) throws BadPayloadException {
        elements.clear();
        in.wrap(address, length - RdbWriter.FOOTER);
        int type = read(in.u8());
        in.requireEnd();
        boolean isOdd = (type == ValueType.HASH || type == ValueType.SORTED_SET) && elements.count() % 2 != 0;
        if (elements.count() == 0 || isOdd) {
            throw new BadPayloadException(elements.count() + " elements");
        }
        return type;
    }

    private int read(int type) throws BadPayloadException {
        switch (type) {
            case RdbType.STRING -> in.string(elements);
            case RdbType.LIST, RdbType.SET -> strings(1);
            case RdbType.HASH -> strings(2);
            case RdbType.ZSET_OLD, RdbType.ZSET -> scores(type);
            case RdbType.HASH_ZIPMAP -> packed.zipmap(blobAddress(), blob.length(), elements);
            case RdbType.LIST_ZIPLIST, RdbType.HASH_ZIPLIST -> packed.ziplist(blobAddress(), blob.length(), elements);
            case RdbType.SET_INTSET -> packed.intset(blobAddress(), blob.length(), elements);
            case RdbType.HASH_LISTPACK -> packed.listpack(blobAddress(), blob.length(), elements);
            case RdbType.ZSET_ZIPLIST -> {
                packed.ziplist(blobAddress(), blob.length(), texts);
                textsToScores();
            }
            case RdbType.ZSET_LISTPACK -> {
                packed.listpack(blobAddress(), blob.length(), texts);
                textsToScores();
            }
            case RdbType.LIST_ZIPLISTS, RdbType.LIST_LISTPACKS -> nodes(type);
            case RdbType.STREAM_OLD, RdbType.STREAM -> stream.load(type);
            default -> throw new BadPayloadException("a value of type " + type);
        }
        return valueType(type);
    }

    private static int valueType(int type) {
        return switch (type) {
            case RdbType.STRING -> ValueType.STRING;
            case RdbType.LIST, RdbType.LIST_ZIPLIST, RdbType.LIST_ZIPLISTS, RdbType.LIST_LISTPACKS -> ValueType.LIST;
            case RdbType.SET, RdbType.SET_INTSET -> ValueType.SET;
            case RdbType.HASH, RdbType.HASH_ZIPMAP, RdbType.HASH_ZIPLIST, RdbType.HASH_LISTPACK -> ValueType.HASH;
            case RdbType.STREAM_OLD, RdbType.STREAM -> ValueType.STREAM;
            default -> ValueType.SORTED_SET;
        };
    }

    /** Each is at least a byte, so that a count that is too large comes to the end of the bytes. */
    private void strings(int each) throws BadPayloadException {
        long count = in.count();
        for (long i = 0; i < count; i++) {
            for (int k = 0; k < each; k++) {
                in.string(elements);
            }
        }
    }

    private void scores(int type) throws BadPayloadException {
        long count = in.count();
        for (long i = 0; i < count; i++) {
            in.string(elements);
            elements.addDouble(type == RdbType.ZSET ? Double.longBitsToDouble(in.i64()) : in.oldDouble());
        }
    }

    private void nodes(int type) throws BadPayloadException {
        long count = in.count();
        for (long i = 0; i < count; i++) {
            long container = type == RdbType.LIST_LISTPACKS ? in.count() : RdbType.NODE_PACKED;
            if (container == RdbType.NODE_PLAIN) {
                in.string(elements);
            } else if (container != RdbType.NODE_PACKED) {
                throw new BadPayloadException("a list's node of kind " + container);
            } else if (type == RdbType.LIST_LISTPACKS) {
                packed.listpack(blobAddress(), blob.length(), elements);
            } else {
                packed.ziplist(blobAddress(), blob.length(), elements);
            }
        }
    }

    /** Of the string that follows, which is an encoding. */
    private long blobAddress() throws BadPayloadException {
        blob.clear();
        in.string(blob);
        blob.next();
        texts.clear();
        return blob.address();
    }

    private void textsToScores() throws BadPayloadException {
        if (texts.count() % 2 != 0) {
            throw new BadPayloadException("a member without a score");
        }
        while (texts.next()) {
            elements.add(texts.address(), texts.length());
            texts.next();
            elements.addDouble(RdbReader.score(texts.address(), texts.length()));
        }
    }

    public RdbElements elements() {
        elements.rewind();
        return elements;
    }

    @Override
    public void close() {
        elements.close();
        blob.close();
        texts.close();
    }
}
