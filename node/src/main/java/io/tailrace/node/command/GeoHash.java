package io.tailrace.node.command;

/**
 * Places as numbers of up to 52 bits, as Redis keeps them in the scores of sorted sets: a range of longitudes and one of latitudes
 * are halved in turn, each time one bit tells which half it is. So places with the same first bits are in the same box.
 *
 * <pre>
 *  bits   51        50       49        48   ...  1         0
 *         longitude latitude longitude lat. ...  longitude latitude
 * </pre>
 *
 * <p>A box of fewer bits is told by {@code steps}, bits of each of the two. Stateless; G. M. Morton's order of 1966.
 */
final class GeoHash {
    static final int MAX_STEPS = 26;
    static final double MAX_LONGITUDE = 180;
    /** Where the Mercator projection of the web (EPSG:3857) ends, so that the world is a square. */
    static final double MAX_LATITUDE = 85.05112878;

    private static final double MAX_LATITUDE_OF_TEXT = 90;
    private static final String ALPHABET = "0123456789bcdefghjkmnpqrstuvwxyz";
    private static final int TEXT_LENGTH = 11;
    private static final int LETTER_BITS = 5;

    private static final long LONGITUDES = 0xaaaaaaaaaaaaaaaaL;
    private static final long LATITUDES = 0x5555555555555555L;

    private GeoHash() {}

    /** The box of this many steps that a place is in. */
    static long encode(double longitude, double latitude, int steps) {
        return encode(longitude, latitude, MAX_LATITUDE, steps);
    }

    private static long encode(double longitude, double latitude, double maxLatitude, int steps) {
        double cells = 1L << steps;
        double north = (latitude + maxLatitude) / (maxLatitude + maxLatitude) * cells;
        double east = (longitude + MAX_LONGITUDE) / (MAX_LONGITUDE + MAX_LONGITUDE) * cells;
        return spread((long) north) | spread((long) east) << 1;
    }

    /** Puts a zero before each of 32 bits. */
    private static long spread(long number) {
        long bits = number & 0xffffffffL;
        bits = (bits | bits << 16) & 0x0000ffff0000ffffL;
        bits = (bits | bits << 8) & 0x00ff00ff00ff00ffL;
        bits = (bits | bits << 4) & 0x0f0f0f0f0f0f0f0fL;
        bits = (bits | bits << 2) & 0x3333333333333333L;
        return (bits | bits << 1) & LATITUDES;
    }

    /** Takes every second bit, from the lowest on. */
    private static long gather(long spread) {
        long bits = spread & LATITUDES;
        bits = (bits | bits >>> 1) & 0x3333333333333333L;
        bits = (bits | bits >>> 2) & 0x0f0f0f0f0f0f0f0fL;
        bits = (bits | bits >>> 4) & 0x00ff00ff00ff00ffL;
        bits = (bits | bits >>> 8) & 0x0000ffff0000ffffL;
        return (bits | bits >>> 16) & 0xffffffffL;
    }

    /** The western edge of a box, or with 1 the eastern one. */
    static double longitude(long box, int steps, int edge) {
        return -MAX_LONGITUDE + (double) (gather(box >>> 1) + edge) / (1L << steps) * (MAX_LONGITUDE + MAX_LONGITUDE);
    }

    /** The southern edge of a box, or with 1 the northern one. */
    static double latitude(long box, int steps, int edge) {
        return -MAX_LATITUDE + (double) (gather(box) + edge) / (1L << steps) * (MAX_LATITUDE + MAX_LATITUDE);
    }

    /** Of the place that a score is: the middle of its box. */
    static double longitude(double score) {
        long box = (long) score;
        double middle = (longitude(box, MAX_STEPS, 0) + longitude(box, MAX_STEPS, 1)) / 2;
        return Math.max(-MAX_LONGITUDE, Math.min(MAX_LONGITUDE, middle));
    }

    static double latitude(double score) {
        long box = (long) score;
        double middle = (latitude(box, MAX_STEPS, 0) + latitude(box, MAX_STEPS, 1)) / 2;
        return Math.max(-MAX_LATITUDE, Math.min(MAX_LATITUDE, middle));
    }

    /** The box this many boxes to the east and to the north, negative for west and south; around the world. */
    static long neighbour(long box, int steps, int east, int north) {
        long movedEast = move(box, steps, east, LONGITUDES, LATITUDES);
        return move(movedEast, steps, north, LATITUDES, LONGITUDES);
    }

    private static long move(long box, int steps, int by, long moved, long other) {
        if (by == 0) {
            return box;
        }
        int unused = Long.SIZE - 2 * steps;
        // with the other's bits set, a carry goes through them
        long others = other >>> unused;
        long bits = box & moved;
        if (by > 0) {
            bits += others + 1;
        } else {
            bits = (bits | others) - (others + 1);
        }
        return bits & moved >>> unused | box & other;
    }

    /** The lowest score in a box. */
    static double lowestScore(long box, int steps) {
        return box << 2 * (MAX_STEPS - steps);
    }

    /** The place of a score as text of eleven letters, for which latitudes reach the poles; see geohash.org. */
    static String text(double score) {
        long box = encode(longitude(score), latitude(score), MAX_LATITUDE_OF_TEXT, MAX_STEPS);
        StringBuilder text = new StringBuilder(TEXT_LENGTH);
        for (int i = 1; i < TEXT_LENGTH; i++) {
            text.append(ALPHABET.charAt((int) (box >>> 2 * MAX_STEPS - i * LETTER_BITS & ALPHABET.length() - 1)));
        }
        // 52 bits are ten letters and a part of one, which Redis shows as 0
        return text.append('0').toString();
    }
}
