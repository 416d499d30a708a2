package io.tailrace.node.command;

import io.tailrace.node.value.SortedSet;
import io.tailrace.wire.resp.Arguments;

/**
 * A search of places, by GEOSEARCH or by the commands that it has replaced: where, how far, and what is wanted of the places found.
 * Lives for one command.
 */
final class GeoRequest {
    /** What the name of a command says. */
    enum Form {
        RADIUS(6, true),
        RADIUS_RO(6, false),
        BY_MEMBER(5, true),
        BY_MEMBER_RO(5, false),
        SEARCH(2, false),
        SEARCH_STORE(3, false);

        private final int firstOption;
        private final boolean mayStore;

        Form(int firstOption, boolean mayStore) {
            this.firstOption = firstOption;
            this.mayStore = mayStore;
        }

        private boolean isSearch() {
            return this == SEARCH || this == SEARCH_STORE;
        }
    }

    /** In which order places are wanted. */
    enum Order {
        NONE,
        NEAREST_FIRST,
        FARTHEST_FIRST
    }

    private final Form form;
    private final SortedSet source;
    private final Arguments arguments;
    private final GeoShape shape = new GeoShape();
    private int at;
    private boolean isFromMember;
    private boolean isFromPlace;
    private boolean isCircle;
    private boolean isRectangle;
    private boolean hasDistances;
    private boolean hasScores;
    private boolean hasPlaces;
    private boolean isAny;
    private boolean isStoringDistances;
    private Order order = Order.NONE;
    private long count;
    private int target;

    private GeoRequest(Form form, CommandContext context) {
        this.form = form;
        arguments = context.arguments();
        source = context.sortedSet(form == Form.SEARCH_STORE ? 2 : 1);
        target = form == Form.SEARCH_STORE ? 1 : 0;
        at = form.firstOption;
    }

    /**
     * Reads the request; the sorted set that it searches is the one opened last.
     *
     * @return null when it is wrong: then that is replied
     */
    static GeoRequest read(Form form, CommandContext context) {
        GeoRequest request = new GeoRequest(form, context);
        String problem = request.readCentre();
        while (problem == null && request.at < request.arguments.count()) {
            problem = request.readFlag() ? null : request.readOption();
        }
        problem = problem == null ? request.conflict() : problem;
        if (problem != null) {
            context.reply().error(problem);
            return null;
        }
        return request;
    }

    /** Of the commands that have it before their options. */
    private String readCentre() {
        if (form == Form.RADIUS || form == Form.RADIUS_RO) {
            String problem = readPlace(2);
            return problem == null ? readRadius(4) : problem;
        }
        if (!form.isSearch() && source.value().isThere()) {
            String problem = readMember(2);
            return problem == null ? readRadius(3) : problem;
        }
        return null;
    }

    private String readPlace(int i) {
        String problem = GeoUnit.problem(arguments, i);
        if (problem == null) {
            shape.centre(GeoUnit.number(arguments, i), GeoUnit.number(arguments, i + 1));
        }
        return problem;
    }

    private String readMember(int i) {
        if (!source.find(arguments.address(i), arguments.length(i))) {
            return "ERR could not decode requested zset member";
        }
        shape.centre(GeoHash.longitude(source.score()), GeoHash.latitude(source.score()));
        return null;
    }

    private String readRadius(int i) {
        double radius = GeoUnit.number(arguments, i);
        double metres = GeoUnit.metres(arguments, i + 1);
        if (Double.isNaN(radius)) {
            return "ERR need numeric radius";
        } else if (radius < 0) {
            return "ERR radius cannot be negative";
        } else if (metres < 0) {
            return GeoUnit.UNKNOWN;
        }
        shape.circle(radius, metres);
        return null;
    }

    private String readRectangle(int i) {
        double width = GeoUnit.number(arguments, i);
        double height = GeoUnit.number(arguments, i + 1);
        double metres = GeoUnit.metres(arguments, i + 2);
        if (Double.isNaN(width)) {
            return "ERR need numeric width";
        } else if (Double.isNaN(height)) {
            return "ERR need numeric height";
        } else if (width < 0 || height < 0) {
            return "ERR height or width cannot be negative";
        } else if (metres < 0) {
            return GeoUnit.UNKNOWN;
        }
        shape.rectangle(width, height, metres);
        return null;
    }

    /** Reads an option of one word; returns whether there is one. */
    private boolean readFlag() {
        if (arguments.is(at, "WITHDIST")) {
            hasDistances = true;
        } else if (arguments.is(at, "WITHHASH")) {
            hasScores = true;
        } else if (arguments.is(at, "WITHCOORD")) {
            hasPlaces = true;
        } else if (arguments.is(at, "ANY")) {
            isAny = true;
        } else if (arguments.is(at, "ASC")) {
            order = Order.NEAREST_FIRST;
        } else if (arguments.is(at, "DESC")) {
            order = Order.FARTHEST_FIRST;
        } else if (form == Form.SEARCH_STORE && arguments.is(at, "STOREDIST")) {
            isStoringDistances = true;
        } else {
            return false;
        }
        at++;
        return true;
    }

    private String readOption() {
        int option = at;
        int left = arguments.count() - at - 1;
        if (left >= 1 && arguments.is(option, "COUNT")) {
            at += 2;
            return readCount(option + 1);
        }
        if (left >= 1 && form.mayStore && (arguments.is(option, "STORE") || arguments.is(option, "STOREDIST"))) {
            at += 2;
            target = option + 1;
            isStoringDistances = arguments.is(option, "STOREDIST");
            return null;
        }
        return form.isSearch() ? readArea(option, left) : ErrorText.SYNTAX;
    }

    private String readCount(int i) {
        if (!arguments.isLong(i)) {
            return ErrorText.NOT_AN_INTEGER;
        }
        count = arguments.parseLong(i);
        return count <= 0 ? "ERR COUNT must be > 0" : null;
    }

    private String readArea(int option, int left) {
        if (left >= 1 && !isFromPlace && arguments.is(option, "FROMMEMBER")) {
            at += 2;
            isFromMember = true;
            return source.value().isThere() ? readMember(option + 1) : null;
        } else if (left >= 2 && !isFromMember && arguments.is(option, "FROMLONLAT")) {
            at += 3;
            isFromPlace = true;
            return readPlace(option + 1);
        } else if (left >= 2 && !isRectangle && arguments.is(option, "BYRADIUS")) {
            at += 3;
            isCircle = true;
            return readRadius(option + 1);
        } else if (left >= 3 && !isCircle && arguments.is(option, "BYBOX")) {
            at += 4;
            isRectangle = true;
            return readRectangle(option + 1);
        }
        return ErrorText.SYNTAX;
    }

    private String conflict() {
        if (isStored() && (hasDistances || hasScores || hasPlaces)) {
            return "ERR " + (form == Form.SEARCH_STORE ? "GEOSEARCHSTORE" : "STORE option in GEORADIUS")
                    + " is not compatible with WITHDIST, WITHHASH and WITHCOORD options";
        }
        if (form.isSearch() && !isFromMember && !isFromPlace) {
            return "ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for " + ErrorText.quoted(arguments, 0);
        }
        if (form.isSearch() && !isCircle && !isRectangle) {
            return "ERR exactly one of BYRADIUS and BYBOX can be specified for " + ErrorText.quoted(arguments, 0);
        }
        return isAny && count == 0 ? "ERR the ANY argument requires COUNT argument" : null;
    }

    GeoShape shape() {
        return shape;
    }

    boolean isStored() {
        return target != 0;
    }

    /** The argument that names the key to store the result in. */
    int target() {
        return target;
    }

    boolean isStoringDistances() {
        return isStoringDistances;
    }

    boolean hasDistances() {
        return hasDistances;
    }

    boolean hasScores() {
        return hasScores;
    }

    boolean hasPlaces() {
        return hasPlaces;
    }

    /** A count without an order is of the nearest, unless any will do. */
    Order order() {
        return order == Order.NONE && count > 0 && !isAny ? Order.NEAREST_FIRST : order;
    }

    /** How many are wanted, 0 for all. */
    long count() {
        return count;
    }

    /** When this many are found the search ends; 0 for never. */
    long enough() {
        return isAny ? count : 0;
    }
}
