package io.tailrace.node.command;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.node.value.CollectionLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Places, against a real Redis: random searches of all sizes everywhere, in the order in which it replies, and every error. */
class RedisGeoTest {
    private static final long SEED = Long.getLong("tailrace.seed", 1);
    private static final List<String> KEYS = List.of("g0", "g1", "g2", "d0", "d1");

    /** Words separated by one space; an empty word is an empty argument. */
    private static final String EDGES =
            """
            GEOADD g 13.361389 38.115556 Palermo 15.087269 37.502669 Catania
            GEOADD g 13.361389 38.115556 Palermo
            GEOADD g NX XX 1 1 a
            GEOADD g NX 1 1 Palermo
            GEOADD g XX CH 2 2 Palermo
            GEOADD g XX 2 2 none
            GEOADD g CH 13.361389 38.115556 Palermo
            GEOADD g nx ch xx
            GEOADD g GT 1 1 a
            GEOADD g 1 1
            GEOADD g 1 1 a 2
            GEOADD g 181 1 a
            GEOADD g -181 1 a
            GEOADD g 1 86 a
            GEOADD g 1 -85.06 a
            GEOADD g 1.23456789 inf a
            GEOADD g -inf 1 a
            GEOADD g nan 1 a
            GEOADD g abc 1 a
            GEOADD g 1 abc a
            GEOADD g 1 1 a 200 1 b
            GEOADD edge 180 85.05112878 ne -180 -85.05112878 sw 180 -85.05112878 se -180 85.05112878 nw 0 0 zero
            ZRANGE edge 0 -1 WITHSCORES
            GEOPOS edge ne sw se nw zero
            GEOHASH edge ne sw se nw zero
            GEODIST edge ne sw
            GEODIST edge nw ne
            GEODIST edge zero zero
            GEOSEARCH edge FROMLONLAT 0 0 BYRADIUS 22000 km ASC WITHDIST
            GEOSEARCH edge FROMLONLAT 180 85 BYRADIUS 1000 km ASC WITHDIST WITHHASH WITHCOORD
            ZRANGE g 0 -1 WITHSCORES
            GEODIST g Palermo Catania
            GEODIST g Palermo Catania m
            GEODIST g Palermo Catania KM
            GEODIST g Palermo Catania mi
            GEODIST g Palermo Catania ft
            GEODIST g Palermo Catania yd
            GEODIST g Palermo Catania m m
            GEODIST g Palermo none
            GEODIST g none Palermo
            GEODIST missing a b
            GEODIST missing a b yd
            SET s 1
            GEODIST s a b
            GEOHASH s a
            GEOPOS s a
            GEOADD s 1 1 a
            GEOADD s 1 100 a
            GEORADIUS s 1 1 1 m
            GEOSEARCH s FROMLONLAT 1 1 BYRADIUS 1 m
            GEOHASH g Palermo none Catania
            GEOHASH g
            GEOHASH missing a b
            GEOPOS g Palermo none Catania
            GEOPOS g
            GEOPOS missing a b
            GEORADIUS g 15 37 200 km
            GEORADIUS g 15 37 200 km WITHDIST WITHCOORD WITHHASH ASC
            GEORADIUS g 15 37 200 km withhash DESC
            GEORADIUS g 15 37 200 yd
            GEORADIUS g 15 37 -1 km
            GEORADIUS g 15 37 abc km
            GEORADIUS g 15 37 inf km
            GEORADIUS g 200 37 1 km
            GEORADIUS g 15 abc 1 km
            GEORADIUS g 15 37 200 km foo
            GEORADIUS g 15 37 200 km COUNT
            GEORADIUS g 15 37 200 km COUNT 0
            GEORADIUS g 15 37 200 km COUNT -1
            GEORADIUS g 15 37 200 km COUNT a
            GEORADIUS g 15 37 200 km COUNT 1
            GEORADIUS g 15 37 200 km COUNT 1 ANY
            GEORADIUS g 15 37 200 km ANY
            GEORADIUS g 15 37 200 km ANY COUNT 5 DESC
            GEORADIUS g 15 37 200 km STORE
            GEORADIUS g 15 37 200 km STORE d WITHDIST
            GEORADIUS g 15 37 200 km STORE d
            ZRANGE d 0 -1 WITHSCORES
            GEORADIUS g 15 37 200 km STOREDIST d COUNT 1
            GEORADIUS g 15 37 200 km STOREDIST d STORE e
            EXISTS d e
            GEORADIUS g 15 37 0 km STORE d
            EXISTS d
            GEORADIUS_RO g 15 37 200 km STORE d
            GEORADIUS_RO g 15 37 200 km
            GEORADIUS missing 15 37 200 km
            GEORADIUS missing 15 37 200 yd
            GEORADIUS missing 15 37 200 km STORE e
            EXISTS e
            GEORADIUSBYMEMBER g Palermo 200 km
            GEORADIUSBYMEMBER g none 200 km
            GEORADIUSBYMEMBER g Palermo 200 yd
            GEORADIUSBYMEMBER g Palermo abc km
            GEORADIUSBYMEMBER g Palermo 0 m
            GEORADIUSBYMEMBER missing Palermo abc yd
            GEORADIUSBYMEMBER missing Palermo 1 km foo
            GEORADIUSBYMEMBER missing Palermo 1 km STORE s2
            GEORADIUSBYMEMBER g Palermo 200 km STORE d2
            GEORADIUSBYMEMBER_RO g Palermo 200 km STORE d2
            GEORADIUSBYMEMBER_RO g Palermo 200 km WITHDIST
            GEOSEARCH g FROMMEMBER Palermo BYRADIUS 200 km
            GEOSEARCH g FROMMEMBER none BYRADIUS 200 km
            GEOSEARCH g FROMMEMBER Palermo FROMLONLAT 1 1 BYRADIUS 200 km
            GEOSEARCH g FROMLONLAT 1 1 FROMMEMBER Palermo BYRADIUS 200 km
            GEOSEARCH g FROMMEMBER none FROMMEMBER Palermo BYRADIUS 200 km
            GEOSEARCH g FROMMEMBER Catania FROMMEMBER Palermo BYRADIUS 20 km
            GEOSEARCH g BYRADIUS 200 km ASC DESC ASC
            geosearch g BYRADIUS 200 km ASC DESC ASC
            GEOSEARCH g FROMLONLAT 15 37 ASC WITHDIST
            GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 200
            GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 200 km BYBOX 1 1 km
            GEOSEARCH g FROMLONLAT 15 37 BYBOX 1 1 km BYRADIUS 200 km
            GEOSEARCH g FROMLONLAT 15 37 BYBOX 400 400 km ASC WITHDIST
            GEOSEARCH g FROMLONLAT 15 37 BYBOX 400 400 km COUNT 1 ANY
            GEOSEARCH g FROMLONLAT 15 37 BYBOX -1 400 km
            GEOSEARCH g FROMLONLAT 15 37 BYBOX 400 -1 km
            GEOSEARCH g FROMLONLAT 15 37 BYBOX a 400 km
            GEOSEARCH g FROMLONLAT 15 37 BYBOX 400 a km
            GEOSEARCH g FROMLONLAT 15 37 BYBOX 400 400 yd
            GEOSEARCH g FROMLONLAT 15 37 BYBOX 400 400
            GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 200 km STOREDIST
            GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 200 km STORE d
            GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 200 km ANY
            GEOSEARCH missing FROMMEMBER a BYRADIUS 200 km
            GEOSEARCH missing FROMMEMBER a BYRADIUS 200 yd
            GEOSEARCH missing FROMLONLAT 1 1 ASC WITHDIST
            GEOSEARCHSTORE d g FROMLONLAT 15 37 BYRADIUS 200 km
            ZRANGE d 0 -1 WITHSCORES
            GEOSEARCHSTORE d g FROMLONLAT 15 37 BYRADIUS 200 km STOREDIST
            GEOSEARCHSTORE d g FROMLONLAT 15 37 BYRADIUS 200 km WITHDIST
            GEOSEARCHSTORE d g FROMLONLAT 15 37 BYRADIUS 1 km
            EXISTS d
            GEOSEARCHSTORE d g FROMLONLAT 15 37 ASC WITHDIST
            GEOSEARCHSTORE s missing FROMLONLAT 15 37 BYRADIUS 1 km
            EXISTS s
            GEOSEARCHSTORE g g FROMLONLAT 15 37 BYBOX 400 400 km COUNT 1
            ZRANGE g 0 -1
            """;

    private static final CollectionBench.Family PLACES = new CollectionBench.Family() {
        @Override
        public Set<String> unordered() {
            return Set.of();
        }

        @Override
        public Set<String> byChance() {
            return Set.of();
        }

        @Override
        public String[] contents(String key) {
            return new String[] {"ZRANGE", key, "0", "-1", "WITHSCORES"};
        }
    };

    @TempDir
    Path directory;

    private final Random random = new Random(SEED);

    private CollectionBench bench(String name, int maxPacked) throws IOException {
        assumeTrue(RedisServer.isInstalled(), "redis-server is not installed (Debian: redis-server)");
        Path own = directory.resolve(name);
        own.toFile().mkdirs();
        return new CollectionBench(own, new CollectionLimits(maxPacked, 4 << 10), PLACES, KEYS);
    }

    @Test
    void shouldAnswerAtTheEdgesAsRedisDoes() throws IOException {
        for (int maxPacked : new int[] {1, 128}) {
            for (int protocol : new int[] {2, 3}) {
                try (CollectionBench bench = bench("edges" + maxPacked + protocol, maxPacked)) {
                    bench.protocol(protocol);
                    List<String[]> commands = new ArrayList<>();
                    EDGES.lines().forEach(line -> commands.add(line.split(" ", -1)));
                    bench.compare(commands);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 2, 40", "128, 3, 100", "16, 3, 2000"})
    void shouldFindWhatRedisFindsInTheSameOrder(int maxPacked, int protocol, int members) throws IOException {
        try (CollectionBench bench = bench("shard", maxPacked)) {
            bench.protocol(protocol);
            bench.run("seed " + SEED + ", " + maxPacked + " packed", 60, 100, () -> switch (random.nextInt(8)) {
                case 0, 1, 2 -> add(members);
                case 3 -> read(members);
                case 4 -> removal(members);
                default -> search(members);
            });
        }
    }

    /** Redis sorts only as much as is wanted, and not stably then. */
    @Test
    void shouldOrderPlacesEquallyFarAwayAsRedisDoes() throws IOException {
        try (CollectionBench bench = bench("ties", 128)) {
            for (int size : new int[] {3, 6, 7, 8, 20, 40, 41, 60, 300, 2000}) {
                List<String[]> commands = new ArrayList<>();
                commands.add(new String[] {"DEL", "g0"});
                for (int i = 0; i < size; i++) {
                    commands.add(
                            new String[] {"GEOADD", "g0", "13." + random.nextInt(6), "52." + random.nextInt(6), "m" + i
                            });
                }
                for (int i = 0; i < 100; i++) {
                    String count = Integer.toString(1 + random.nextInt(size));
                    String order = pick("ASC", "DESC");
                    commands.add(new String[] {"GEORADIUS", "g0", "13.2", "52.2", "60", "km", "COUNT", count, order});
                }
                bench.compare(commands);
            }
        }
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private String key() {
        return "g" + random.nextInt(3);
    }

    private String member(int members) {
        return "m" + random.nextInt(members);
    }

    /** Half of them in one town, so that places lie close together; some at the ends of the world. */
    private String longitude() {
        return switch (random.nextInt(8)) {
            case 0 -> pick("180", "-180", "0", "179.9999", "-179.9999");
            case 1, 2, 3 -> Double.toString(random.nextDouble() * 360 - 180);
            default -> Double.toString(13.4 + random.nextGaussian() / 10);
        };
    }

    private String latitude() {
        return switch (random.nextInt(8)) {
            case 0 -> pick("85.05112878", "-85.05112878", "0", "85", "-84.9");
            case 1, 2, 3 -> Double.toString(random.nextDouble() * 170 - 85);
            default -> Double.toString(52.5 + random.nextGaussian() / 10);
        };
    }

    private String[] add(int members) {
        List<String> words = new ArrayList<>(List.of("GEOADD", key()));
        for (int i = random.nextInt(20); i >= 0; i--) {
            words.addAll(List.of(longitude(), latitude(), member(members)));
        }
        return words.toArray(String[]::new);
    }

    private String[] read(int members) {
        return switch (random.nextInt(3)) {
            case 0 -> new String[] {"GEOPOS", key(), member(members), member(members)};
            case 1 -> new String[] {"GEOHASH", key(), member(members), member(members)};
            default -> new String[] {"GEODIST", key(), member(members), member(members), pick("m", "km", "ft", "mi")};
        };
    }

    private String[] removal(int members) {
        return new String[] {"ZREM", key(), member(members), member(members), member(members)};
    }

    private String size() {
        return switch (random.nextInt(6)) {
            case 0 -> pick("0", "1", "40000", "20000");
            case 1 -> Integer.toString(random.nextInt(25_000));
            case 2 -> Double.toString(random.nextDouble());
            default -> Integer.toString(random.nextInt(100));
        };
    }

    private String[] search(int members) {
        boolean isStored = random.nextInt(6) == 0;
        List<String> words = new ArrayList<>();
        words.add(isStored ? "GEOSEARCHSTORE" : "GEOSEARCH");
        if (isStored) {
            words.add(pick("d0", "d1", key()));
        }
        words.add(key());
        if (random.nextBoolean()) {
            words.addAll(List.of("FROMMEMBER", member(members)));
        } else {
            words.addAll(List.of("FROMLONLAT", longitude(), latitude()));
        }
        if (random.nextBoolean()) {
            words.addAll(List.of("BYRADIUS", size(), pick("km", "mi")));
        } else {
            words.addAll(List.of("BYBOX", size(), size(), pick("km", "mi")));
        }
        if (random.nextInt(3) > 0) {
            words.add(pick("ASC", "DESC"));
        }
        if (random.nextBoolean()) {
            words.addAll(List.of("COUNT", Integer.toString(1 + random.nextInt(20))));
            if (random.nextInt(3) == 0) {
                words.add("ANY");
            }
        }
        if (!isStored && random.nextBoolean()) {
            words.addAll(List.of("WITHDIST", "WITHHASH", "WITHCOORD"));
        }
        return words.toArray(String[]::new);
    }
}
