package io.tailrace.node.command;

import io.tailrace.wire.memory.DoubleReader;
import io.tailrace.wire.resp.Arguments;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Units of length and pairs of coordinates in requests, and distances in replies. Stateless. */
final class GeoUnit {
    static final String UNKNOWN = "ERR unsupported unit provided. please use M, KM, FT, MI";

    private static final int DISTANCE_DIGITS = 4;
    private static final int COORDINATE_DIGITS = 6;

    private GeoUnit() {}

    /** How many metres the unit is that an argument names, or -1 when there is none such. */
    static double metres(Arguments arguments, int i) {
        if (arguments.is(i, "M")) {
            return 1;
        } else if (arguments.is(i, "KM")) {
            return 1000;
        } else if (arguments.is(i, "FT")) {
            return 0.3048;
        }
        return arguments.is(i, "MI") ? 1609.34 : -1;
    }

    static double number(Arguments arguments, int i) {
        return DoubleReader.read(arguments.address(i), arguments.length(i));
    }

    /** What is wrong with a longitude and the latitude after it, or null. */
    static String problem(Arguments arguments, int i) {
        double longitude = number(arguments, i);
        double latitude = number(arguments, i + 1);
        if (Double.isNaN(longitude) || Double.isNaN(latitude)) {
            return ErrorText.NOT_A_FLOAT;
        }
        if (Math.abs(longitude) > GeoHash.MAX_LONGITUDE || Math.abs(latitude) > GeoHash.MAX_LATITUDE) {
            return "ERR invalid longitude,latitude pair " + text(longitude, COORDINATE_DIGITS) + ","
                    + text(latitude, COORDINATE_DIGITS);
        }
        return null;
    }

    /** A distance as Redis replies it, with four digits after the point. */
    static String distance(double distance) {
        return text(distance, DISTANCE_DIGITS);
    }

    private static String text(double value, int digits) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        String magnitude = new BigDecimal(Math.abs(value))
                .setScale(digits, RoundingMode.HALF_EVEN)
                .toPlainString();
        return Double.doubleToRawLongBits(value) < 0 ? "-" + magnitude : magnitude;
    }
}
