package io.tailrace.node.command;

/** A circle or a rectangle around a place, as it is searched. Lives for one command. */
final class GeoShape {
    /** Half of the world's circumference in the Mercator projection, metres. */
    private static final double HALF_WORLD = 20037726.37;
    /** Towards the poles boxes are narrower. */
    private static final double NARROW = 66;

    private static final double NARROWER = 80;
    private static final int BOXES = 9;
    private static final int[] EAST = {0, 0, 0, 1, -1, 1, -1, 1, -1};
    private static final int[] NORTH = {0, 1, -1, 0, 0, 1, 1, -1, -1};

    private double longitude;
    private double latitude;
    private boolean isCircle;
    private double radius;
    private double width;
    private double height;
    private double metresPerUnit = 1;

    private int steps;
    private double west;
    private double east;
    private double south;
    private double north;

    void centre(double newLongitude, double newLatitude) {
        longitude = newLongitude;
        latitude = newLatitude;
    }

    void circle(double newRadius, double newMetresPerUnit) {
        isCircle = true;
        radius = newRadius;
        metresPerUnit = newMetresPerUnit;
    }

    void rectangle(double newWidth, double newHeight, double newMetresPerUnit) {
        isCircle = false;
        width = newWidth;
        height = newHeight;
        metresPerUnit = newMetresPerUnit;
    }

    double metresPerUnit() {
        return metresPerUnit;
    }

    /** How far a place is from the centre, in metres, or -1 when it is outside. */
    double distance(double toLongitude, double toLatitude) {
        if (!isCircle) {
            double across = GeoDistance.between(toLongitude, toLatitude, longitude, toLatitude);
            double along = GeoDistance.between(toLongitude, toLatitude, toLongitude, latitude);
            if (across > width * metresPerUnit / 2 || along > height * metresPerUnit / 2) {
                return -1;
            }
        }
        double distance = GeoDistance.between(longitude, latitude, toLongitude, toLatitude);
        return isCircle && distance > radius * metresPerUnit ? -1 : distance;
    }

    /**
     * The boxes that have all places inside: up to nine, in the order in which Redis visits them.
     *
     * @param boxes of nine; those that need not be visited are -1
     * @return their steps
     */
    int boxes(long[] boxes) {
        bound();
        steps = estimatedSteps();
        long middle = GeoHash.encode(longitude, latitude, steps);
        if (steps > 1 && isTooSmall(middle)) {
            steps--;
            middle = GeoHash.encode(longitude, latitude, steps);
        }
        for (int i = 0; i < BOXES; i++) {
            boxes[i] = isNeeded(middle, i) ? GeoHash.neighbour(middle, steps, EAST[i], NORTH[i]) : -1;
        }
        return steps;
    }

    private void bound() {
        double up = metresPerUnit * (isCircle ? radius : height / 2);
        double aside = metresPerUnit * (isCircle ? radius : width / 2);
        double latitudes = GeoDistance.degrees(up / GeoDistance.EARTH_RADIUS);
        // the parallel that is nearer to a pole has more degrees
        double widest = latitude < 0 ? latitude - latitudes : latitude + latitudes;
        double cosine = Math.cos(GeoDistance.radians(widest));
        double longitudes = GeoDistance.degrees(aside / GeoDistance.EARTH_RADIUS / cosine);
        west = longitude - longitudes;
        east = longitude + longitudes;
        south = latitude - latitudes;
        north = latitude + latitudes;
    }

    private int estimatedSteps() {
        double reach =
                metresPerUnit * (isCircle ? radius : Math.sqrt(width / 2 * (width / 2) + height / 2 * (height / 2)));
        if (reach == 0) {
            return GeoHash.MAX_STEPS;
        }
        int estimate = -1;
        for (; reach < HALF_WORLD; reach *= 2) {
            estimate++;
        }
        if (Math.abs(latitude) > NARROW) {
            estimate -= Math.abs(latitude) > NARROWER ? 2 : 1;
        }
        return Math.max(1, Math.min(GeoHash.MAX_STEPS, estimate));
    }

    /** Whether even the neighbours of a box do not reach the edges. */
    private boolean isTooSmall(long middle) {
        long northern = GeoHash.neighbour(middle, steps, 0, 1);
        long southern = GeoHash.neighbour(middle, steps, 0, -1);
        long eastern = GeoHash.neighbour(middle, steps, 1, 0);
        long western = GeoHash.neighbour(middle, steps, -1, 0);
        return GeoHash.latitude(northern, steps, 1) < north
                || GeoHash.latitude(southern, steps, 0) > south
                || GeoHash.longitude(eastern, steps, 1) < east
                || GeoHash.longitude(western, steps, 0) > west;
    }

    private boolean isNeeded(long middle, int i) {
        if (steps < 2) {
            return true;
        }
        boolean isOutside = NORTH[i] < 0 && GeoHash.latitude(middle, steps, 0) < south
                || NORTH[i] > 0 && GeoHash.latitude(middle, steps, 1) > north
                || EAST[i] < 0 && GeoHash.longitude(middle, steps, 0) < west
                || EAST[i] > 0 && GeoHash.longitude(middle, steps, 1) > east;
        return !isOutside;
    }
}
