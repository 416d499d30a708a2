package io.tailrace.node.simulation;

import io.tailrace.node.config.Setting;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What one seed is about: how many nodes, how they are set, and which faults come how often. Seeds differ much from one
 * another, so that faults meet in many combinations and some runs are left in peace by some of them.
 *
 * @param clients that write and read
 * @param steps until everything is repaired and has to converge
 * @param window bytes under way on a connection
 * @param largeIn one value in this many is large, 0 for none
 * @param hasCollections whether clients write collections and run scripts besides strings, and whatever is over several shards
 * @param shardsOfStrings how many shards there are where clients write strings only
 * @param rates of faults, in how many steps of 10,000 one comes
 */
record Profile(
        int machines,
        int shards,
        int clients,
        int steps,
        int window,
        int largeIn,
        boolean hasCollections,
        int shardsOfStrings,
        Map<Fault, Integer> rates,
        Map<Setting, String> settings) {

    private static final int[] SHARDS = {2, 2, 3, 1, 1, 1, 1, 1, 1, 1};

    static Profile of(SplittableRandom random, int steps) {
        Map<Fault, Integer> rates = new EnumMap<>(Fault.class);
        for (Fault fault : Fault.OF_ONE_SHARD) {
            boolean isWanted = random.nextInt(3) > 0;
            rates.put(fault, isWanted ? random.nextInt(fault.most() + 1) : 0);
        }
        int dice = random.nextInt(10);
        int shards = SHARDS[dice];
        Map<Setting, String> settings = new EnumMap<>(Setting.class);
        settings.put(Setting.SHARDS, Integer.toString(shards));
        settings.put(Setting.SEGMENT_SIZE, "1mb");
        settings.put(Setting.BACKLOG_SIZE, "2mb");
        settings.put(Setting.MAX_ENTRIES, "1000");
        settings.put(Setting.AVG_VALUE_SIZE, "4000");
        settings.put(Setting.MAX_VALUE_SIZE, "256kb");
        settings.put(Setting.FSYNC, pick(random, "no", "everysec", "always"));
        settings.put(Setting.PUMP_BUDGET, pick(random, "1kb", "4kb", "64kb"));
        settings.put(Setting.REPLICA_OUTPUT_LIMIT, pick(random, "64kb", "4mb"));
        settings.put(Setting.RECONNECT_WINDOW, pick(random, "0", "5", "60"));
        settings.put(Setting.WHILE_SYNCING, pick(random, "serve", "loading"));
        settings.put(Setting.SNAPSHOT_LOG_BYTES, pick(random, "1mb", "1mb", "64mb"));
        settings.put(Setting.SNAPSHOT_INTERVAL, pick(random, "0", "1", "10"));
        int machines = 2 + random.nextInt(3);
        settings.put(Setting.ACK_REPLICAS, pick(random, "0", "0", "1", Integer.toString(machines - 1)));
        settings.put(Setting.ACK_TIMEOUT, pick(random, "200", "1000", "5000"));
        int[] largeIns = {0, 0, 1, 1, 2 + random.nextInt(20)};
        int largeIn = largeIns[random.nextInt(largeIns.length)];
        int clients = 1 + random.nextInt(3);
        int window = 1 << (largeIn > 0 ? 16 : 10) + random.nextInt(4);
        if (shards > 1) {
            rates.put(Fault.TEAR, random.nextInt(Fault.TEAR.most() + 1));
        }
        return new Profile(machines, shards, clients, steps, window, largeIn, true, dice == 0 ? 2 : 1, rates, settings);
    }

    /** Another one, without collections: what seeds were about that were found before there were any. */
    Profile ofStrings() {
        return of(shardsOfStrings, false, rates, settings);
    }

    private Profile of(
            int otherShards, boolean withCollections, Map<Fault, Integer> otherRates, Map<Setting, String> changed) {
        Map<Setting, String> all = new EnumMap<>(settings);
        all.putAll(changed);
        all.put(Setting.SHARDS, Integer.toString(otherShards));
        Map<Fault, Integer> ordered = new EnumMap<>(Fault.class);
        ordered.putAll(otherRates);
        return new Profile(
                machines, otherShards, clients, steps, window, largeIn, withCollections, shardsOfStrings, ordered, all);
    }

    /** Another one of one shard, with just these faults, and with some settings changed. */
    Profile with(Map<Fault, Integer> otherRates, Map<Setting, String> changed) {
        return with(1, otherRates, changed);
    }

    /** The same with so many shards. */
    Profile with(int otherShards, Map<Fault, Integer> otherRates, Map<Setting, String> changed) {
        return of(otherShards, hasCollections, otherRates, changed);
    }

    /** The same with so many shards, and processes that are killed in the middle of transactions. */
    Profile withShards(int count) {
        Map<Fault, Integer> all = new EnumMap<>(Fault.class);
        all.putAll(rates);
        all.put(Fault.TEAR, Fault.TEAR.most());
        return with(count, all, Map.of());
    }

    private static String pick(SplittableRandom random, String... from) {
        return from[random.nextInt(from.length)];
    }

    /** Replicas that have a write before it is answered. */
    int ackReplicas() {
        return Integer.parseInt(settings.get(Setting.ACK_REPLICAS));
    }

    boolean isAlwaysForced() {
        return settings.get(Setting.FSYNC).equals("always");
    }
}
