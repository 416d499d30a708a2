package io.tailrace.node.rdb;

import io.tailrace.wire.memory.Memory;

/**
 * Reads the encodings of small collections: those that Redis 7.0 writes, and those of versions before, back to 2.0. Each is one string
 * in a payload. All that they tell of themselves twice must agree. For one thread; reused.
 *
 * <pre>
 *  listpack   bytes u32 | elements u16, 65535: many | element, its length backwards | ... | 255
 *  ziplist    bytes u32 | offset of the last u32 | elements u16, 65535: many | length of the one before, element | ... | 255
 *  intset     bytes of an integer u32 | integers u32 | ascending integers
 *  zipmap     pairs u8, 254: many | length, field, length, unused u8, value, unused bytes | ... | 255
 * </pre>
 */
final class PackedEncodings {
    private static final int END = 0xff;
    private static final int MANY = 0xffff;
    private static final int LONG_LENGTH = 254;

    private final RdbReader in = new RdbReader();

    void listpack(long address, int length, RdbElements into) throws BadPayloadException {
        in.wrap(address, length);
        if (in.i32() != length) {
            throw new BadPayloadException("a listpack with a wrong length");
        }
        int claimed = in.u16();
        int before = into.count();
        while (true) {
            long start = in.address();
            int first = in.u8();
            if (first == END) {
                break;
            }
            listpackElement(first, into);
            skipBackwards(in.address() - start);
        }
        requireCount(claimed, into.count() - before);
        in.requireEnd();
    }

    private void listpackElement(int first, RdbElements into) throws BadPayloadException {
        if (first < 0x80) {
            into.addLong(first);
        } else if (first < 0xc0) {
            string(first & 0x3f, into);
        } else if (first < 0xe0) {
            int number = (first & 0x1f) << Byte.SIZE | in.u8();
            into.addLong(number >= 1 << 12 ? number - (1 << 13) : number);
        } else if (first < 0xf0) {
            string((first & 0xf) << Byte.SIZE | in.u8(), into);
        } else {
            switch (first) {
                case 0xf0 -> string(in.i32() & 0xffff_ffffL, into);
                case 0xf1 -> into.addLong(in.integer(2));
                case 0xf2 -> into.addLong(in.integer(3));
                case 0xf3 -> into.addLong(in.integer(4));
                case 0xf4 -> into.addLong(in.integer(8));
                default -> throw new BadPayloadException("a listpack's element of an unknown kind");
            }
        }
    }

    private void string(long length, RdbElements into) throws BadPayloadException {
        into.add(in.skip(length), (int) length);
    }

    /** The length of an element, which is written so that it can be read from the end of it: seven bits a byte, the lowest last. */
    private void skipBackwards(long length) throws BadPayloadException {
        int bytes = Listpack.backwardsBytes(length);
        long at = in.skip(bytes);
        for (int i = 0; i < bytes; i++) {
            int expected = (int) (length >>> 7 * (bytes - 1 - i)) & 0x7f | (i == 0 ? 0 : 0x80);
            if ((Memory.getByte(at + i) & 0xff) != expected) {
                throw new BadPayloadException("a listpack's element of another length");
            }
        }
    }

    private static void requireCount(int claimed, int found) throws BadPayloadException {
        if (claimed != MANY && claimed != found) {
            throw new BadPayloadException(found + " elements instead of " + claimed);
        }
    }

    void ziplist(long address, int length, RdbElements into) throws BadPayloadException {
        in.wrap(address, length);
        if (in.i32() != length) {
            throw new BadPayloadException("a ziplist with a wrong length");
        }
        int last = in.i32();
        int claimed = in.u16();
        int before = into.count();
        long lastFound = in.address();
        long lengthBefore = 0;
        while (true) {
            long start = in.address();
            int first = in.u8();
            if (first == END) {
                break;
            }
            if ((first == LONG_LENGTH ? in.i32() : first) != lengthBefore) {
                throw new BadPayloadException("a ziplist's element after one of another length");
            }
            ziplistElement(in.u8(), into);
            lastFound = start;
            lengthBefore = in.address() - start;
        }
        if (last != lastFound - address) {
            throw new BadPayloadException("a ziplist with a wrong end byte");
        }
        requireCount(claimed, into.count() - before);
        in.requireEnd();
    }

    private void ziplistElement(int first, RdbElements into) throws BadPayloadException {
        switch (first >>> 6) {
            case 0 -> string(first, into);
            case 1 -> string((first & 0x3f) << Byte.SIZE | in.u8(), into);
            case 2 -> string(in.bigEndian(Integer.BYTES), into);
            default -> {
                switch (first) {
                    case 0xc0 -> into.addLong(in.integer(2));
                    case 0xd0 -> into.addLong(in.integer(4));
                    case 0xe0 -> into.addLong(in.integer(8));
                    case 0xf0 -> into.addLong(in.integer(3));
                    case 0xfe -> into.addLong(in.integer(1));
                    default -> {
                        if (first < 0xf1 || first > 0xfd) {
                            throw new BadPayloadException("a ziplist's element of an unknown kind");
                        }
                        into.addLong(first - 0xf1);
                    }
                }
            }
        }
    }

    void intset(long address, int length, RdbElements into) throws BadPayloadException {
        in.wrap(address, length);
        int bytes = in.i32();
        long count = in.i32() & 0xffff_ffffL;
        boolean isWidth = bytes == Short.BYTES || bytes == Integer.BYTES || bytes == Long.BYTES;
        if (!isWidth || in.left() != count * bytes) {
            throw new BadPayloadException("an intset with a wrong length");
        }
        long before = 0;
        for (long i = 0; i < count; i++) {
            long number = in.integer(bytes);
            if (i > 0 && number <= before) {
                throw new BadPayloadException("an unsorted intset");
            }
            before = number;
            into.addLong(number);
        }
    }

    void zipmap(long address, int length, RdbElements into) throws BadPayloadException {
        in.wrap(address, length);
        int claimed = in.u8();
        int before = into.count();
        while (true) {
            int first = in.u8();
            if (first == END) {
                break;
            }
            string(zipmapLength(first), into);
            long bytes = zipmapLength(in.u8());
            int unused = in.u8();
            string(bytes, into);
            in.skip(unused);
        }
        int pairs = (into.count() - before) / 2;
        if (claimed < LONG_LENGTH && claimed != pairs) {
            throw new BadPayloadException(pairs + " pairs instead of " + claimed);
        }
        in.requireEnd();
    }

    private long zipmapLength(int first) throws BadPayloadException {
        if (first == END) {
            throw new BadPayloadException("a zipmap's field without a value");
        }
        return first == LONG_LENGTH ? in.i32() & 0xffff_ffffL : first;
    }
}
