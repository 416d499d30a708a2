package io.tailrace.node.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Makes up what one client asks for. */
final class Workload {
    private static final int KEYS = 10;
    private static final int COUNTERS = 3;
    private static final int LARGE = 200_000;

    private final SplittableRandom random;
    private final int client;
    private final int largeIn;
    private final CollectionWorkload collections;
    private final SpreadWorkload spread;
    private int writes;

    Workload(SplittableRandom random, int client, Profile profile) {
        this.random = random;
        this.client = client;
        largeIn = profile.largeIn();
        boolean hasCollections = profile.hasCollections();
        collections = hasCollections ? new CollectionWorkload(random, this::mark) : null;
        spread = hasCollections && profile.shards() > 1
                ? new SpreadWorkload(random, profile.shards(), this::mark)
                : null;
    }

    private String mark() {
        return Mark.of(client, ++writes);
    }

    /** Every third client's keys are of database 1, all others' of database 0. */
    int database() {
        return client % 3 == 2 ? 1 : 0;
    }

    /** What a new connection begins with. */
    Request selection() {
        return other(List.of("SELECT", Integer.toString(database())));
    }

    private String otherDatabase() {
        return Integer.toString(1 - database());
    }

    private String key() {
        return "k" + random.nextInt(KEYS);
    }

    private String number(int bound) {
        return Integer.toString(1 + random.nextInt(bound));
    }

    private String value(List<String> marks) {
        String mark = mark();
        marks.add(mark);
        boolean isLarge = largeIn > 0 && random.nextInt(largeIn) == 0;
        int length = isLarge ? random.nextInt(LARGE) : random.nextInt(random.nextInt(8) == 0 ? 4_000 : 40);
        return mark + String.valueOf((char) ('a' + random.nextInt(26))).repeat(length);
    }

    /**
     * The next commands.
     *
     * @param token that stands for writes of this client, or null
     */
    Request next(boolean hasWritten, String token) {
        if (spread != null && random.nextInt(5) < 2) {
            return spread.next(hasWritten, token);
        }
        if (collections != null && random.nextBoolean()) {
            return collections.next();
        }
        int kind = random.nextInt(20);
        if (kind < 4) {
            return set();
        }
        if (kind < 7) {
            return sets();
        }
        if (kind < 11) {
            return read();
        }
        if (kind < 14 && hasWritten) {
            return new Request(
                    Request.Kind.WAIT,
                    List.of(List.of("WAIT", Integer.toString(random.nextInt(4)), number(500))),
                    List.of(),
                    List.of());
        }
        switch (kind) {
            case 14:
                String counter = "c" + random.nextInt(COUNTERS);
                return new Request(Request.Kind.COUNT, List.of(List.of("INCR", counter)), List.of(counter), List.of());
            case 15:
                return transaction();
            case 16:
                return other(List.of("DEL", key(), key()));
            case 17:
                return other(List.of("PEXPIRE", key(), number(3_000)));
            default:
                return other(unusual());
        }
    }

    private Request set() {
        List<String> marks = new ArrayList<>();
        String key = key();
        List<String> command = new ArrayList<>(List.of("SET", key, value(marks)));
        if (random.nextInt(5) == 0) {
            command.addAll(List.of("PX", number(5_000)));
        }
        return new Request(Request.Kind.WRITE, List.of(command), List.of(key), marks);
    }

    /** Several writes in a row, each answered by itself. */
    private Request sets() {
        List<String> marks = new ArrayList<>();
        List<List<String>> commands = new ArrayList<>();
        int count = 2 + random.nextInt(10);
        for (int i = 0; i < count; i++) {
            commands.add(List.of("SET", key(), value(marks)));
        }
        return new Request(Request.Kind.WRITES, commands, List.of(), marks);
    }

    private Request read() {
        List<String> keys = random.nextInt(4) == 0 ? List.of("{t}a", "{t}b") : List.of(key());
        List<String> command = new ArrayList<>(List.of("MGET"));
        command.addAll(keys);
        return new Request(Request.Kind.READ, List.of(command), keys, List.of());
    }

    /** Both keys of one shard, so that a read of both must find both old or both new. */
    private Request transaction() {
        List<String> marks = new ArrayList<>();
        List<List<String>> commands = List.of(
                List.of("MULTI"),
                List.of("SET", "{t}a", value(marks)),
                List.of("SET", "{t}b", value(marks)),
                List.of("EXEC"));
        return new Request(Request.Kind.WRITE, commands, List.of(), marks);
    }

    private Request other(List<String> command) {
        return new Request(Request.Kind.OTHER, List.of(command), List.of(), List.of());
    }

    private List<String> unusual() {
        switch (random.nextInt(10)) {
            case 0:
                return List.of("PERSIST", key());
            case 1:
                return List.of("APPEND", key(), "+" + number(1_000));
            case 2:
                return List.of("SETRANGE", key(), number(50), "-" + number(1_000));
            case 3:
                return List.of("INFO", "replication");
            case 4:
                return random.nextInt(4) == 0
                        ? List.of(random.nextBoolean() ? "FLUSHALL" : "FLUSHDB")
                        : List.of("DBSIZE");
            case 5:
                return List.of("BGSAVE");
            case 6:
                return List.of("MOVE", key(), otherDatabase());
            case 7:
                String copied = key();
                return List.of("COPY", copied, copied, "DB", otherDatabase(), "REPLACE");
            case 8:
                return random.nextInt(3) == 0 ? List.of("SWAPDB", "0", "1") : List.of("DBSIZE");
            default:
                return List.of("RENAME", "{t}a", "{t}b");
        }
    }
}
