package io.tailrace.node.command;

/** Distances on the earth as Redis computes them, by the haversine formula on a sphere, in metres and degrees. Stateless. */
final class GeoDistance {
    static final double EARTH_RADIUS = 6372797.560856;
    private static final double RADIANS = Math.PI / 180;

    private GeoDistance() {}

    static double radians(double degrees) {
        return degrees * RADIANS;
    }

    static double degrees(double radians) {
        return radians / RADIANS;
    }

    /** Between two places. */
    static double between(double longitude1, double latitude1, double longitude2, double latitude2) {
        double across = Math.sin((radians(longitude2) - radians(longitude1)) / 2);
        if (across == 0) {
            return EARTH_RADIUS * Math.abs(radians(latitude2) - radians(latitude1));
        }
        double north1 = radians(latitude1);
        double north2 = radians(latitude2);
        double along = Math.sin((north2 - north1) / 2);
        double haversine = along * along + Math.cos(north1) * Math.cos(north2) * across * across;
        return 2.0 * EARTH_RADIUS * ArcSine.of(Math.sqrt(haversine));
    }
}
