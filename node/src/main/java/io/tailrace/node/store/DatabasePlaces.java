package io.tailrace.node.store;

import io.tailrace.wire.record.RecordLayout;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * Which place each database of a shard has: that of its number, until databases are swapped. Follows from the log alone, so it is
 * the same on every node at the same record. Used by one thread.
 *
 * <pre>
 *  database   0  1  2  3            after SWAPDB 0 2        written as {@link #swapped} "0:2,2:0"
 *  place      2  1  0  3
 * </pre>
 */
public final class DatabasePlaces {
    /** By database; those after its end are in the place of their number. */
    private int[] places = new int[0];

    private String swapped = "";

    /** Where a database is. */
    public int placeOf(int database) {
        return database < places.length ? places[database] : database;
    }

    /** The same as it is now, for any thread. */
    public IntUnaryOperator copy() {
        int[] now = places.clone();
        return database -> database < now.length ? now[database] : database;
    }

    /** Which database is in a place. */
    public int databaseAt(int place) {
        for (int i = 0; i < places.length; i++) {
            if (places[i] == place) {
                return i;
            }
        }
        return place;
    }

    /** Lets two databases change places. */
    public void swap(int one, int other) {
        requireDatabase(one);
        requireDatabase(other);
        places = atLeast(places, Math.max(one, other) + 1);
        int place = places[one];
        places[one] = places[other];
        places[other] = place;
        swapped = describe();
    }

    private static int[] atLeast(int[] places, int length) {
        int[] longer = Arrays.copyOf(places, Math.max(places.length, length));
        for (int i = places.length; i < longer.length; i++) {
            longer[i] = i;
        }
        return longer;
    }

    private String describe() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < places.length; i++) {
            if (places[i] != i) {
                text.append(text.length() == 0 ? "" : ",").append(i).append(':').append(places[i]);
            }
        }
        return text.toString();
    }

    /** Which databases are not in the place of their number, as {@code database:place,...}; empty when all are. */
    public String swapped() {
        return swapped;
    }

    /**
     * Puts databases where {@link #swapped} has told that they are.
     *
     * @throws IllegalArgumentException when the text is not of that form
     */
    public void arrange(String newSwapped) {
        int[] arranged = new int[0];
        for (String pair : newSwapped.isEmpty() ? new String[0] : newSwapped.split(",", -1)) {
            if (!pair.matches("[0-9]{1,4}:[0-9]{1,4}")) {
                throw unlike(newSwapped);
            }
            int colon = pair.indexOf(':');
            int database = requireDatabase(Integer.parseInt(pair.substring(0, colon)));
            int place = requireDatabase(Integer.parseInt(pair.substring(colon + 1)));
            arranged = atLeast(arranged, Math.max(database, place) + 1);
            arranged[database] = place;
        }
        if (Arrays.stream(arranged).distinct().count() != arranged.length) {
            throw unlike(newSwapped);
        }
        places = arranged;
        swapped = describe();
    }

    private static IllegalArgumentException unlike(String text) {
        return new IllegalArgumentException("malformed list of swapped databases '" + text + "'");
    }

    static int requireDatabase(int number) {
        if (number < 0 || number >= RecordLayout.MAX_DATABASES) {
            throw new IllegalArgumentException("no database has the number " + number);
        }
        return number;
    }
}
