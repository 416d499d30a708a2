package io.tailrace.node.script;

/** The CRC64 of Redis's dumps: polynomial ad93d23594c935a9, reflected, from 0. Stateless. */
final class Crc64 {
    private static final long REFLECTED = Long.reverse(0xad93d23594c935a9L);
    private static final long[] TABLE = new long[256];

    static {
        for (int i = 0; i < TABLE.length; i++) {
            long crc = i;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ REFLECTED;
            }
            TABLE[i] = crc;
        }
    }

    private Crc64() {}

    static long of(byte[] bytes, int length) {
        long crc = 0;
        for (int i = 0; i < length; i++) {
            crc = TABLE[(int) (crc ^ bytes[i]) & 0xff] ^ crc >>> 8;
        }
        return crc;
    }
}
