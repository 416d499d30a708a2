package io.tailrace.node.cores;

import io.tailrace.node.config.Cores;
import io.tailrace.node.config.NodeConfig;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Which processors are whose, decided before any thread is pinned. Immutable.
 *
 * <pre>
 *  cores   shards                                         helpers: all other threads of the process
 *  none    any processor                                  any, or helper-cores
 *  list    as listed                                      those the process started with less the shards', or helper-cores
 *  auto    the highest ones that helpers leave, if        the same
 *          helpers have one left; else as none
 * </pre>
 *
 * @param shards the processor of each shard, empty when they are not pinned
 * @param helpers null for any
 * @param problem what could not be as it was wished, or null
 */
record CorePlan(List<Integer> shards, BitSet helpers, String problem) {

    /** @param allowed the processors that the process started with */
    static CorePlan of(NodeConfig config, BitSet allowed) {
        BitSet named = bits(config.helperCores());
        BitSet wished = named.isEmpty() ? null : named;
        switch (config.cores().kind()) {
            case LIST:
                return ofList(config.cores().list(), wished, allowed);
            case AUTO:
                return auto(config.shards().count(), wished, allowed);
            default:
                return new CorePlan(List.of(), wished, null);
        }
    }

    private static BitSet bits(Cores cores) {
        BitSet bits = new BitSet();
        cores.list().forEach(bits::set);
        return bits;
    }

    private static CorePlan ofList(List<Integer> shards, BitSet wished, BitSet allowed) {
        BitSet rest = (BitSet) allowed.clone();
        shards.forEach(rest::clear);
        if (wished != null || !rest.isEmpty()) {
            return new CorePlan(shards, wished == null ? rest : wished, null);
        }
        return new CorePlan(
                shards,
                allowed,
                "cores names every processor of this process (" + ProcessorList.text(allowed)
                        + "), so all other threads share them with the shards");
    }

    private static CorePlan auto(int shardCount, BitSet wished, BitSet allowed) {
        BitSet rest = (BitSet) allowed.clone();
        if (wished != null) {
            rest.andNot(wished);
        }
        int needed = wished == null ? shardCount + 1 : shardCount;
        if (rest.cardinality() < needed) {
            return new CorePlan(
                    List.of(),
                    wished,
                    "cores = auto wants a processor for each of the " + shardCount
                            + " shard(s) and one for all other threads;"
                            + " this process may use " + ProcessorList.text(allowed)
                            + (wished == null ? "" : ", of which helper-cores takes " + ProcessorList.text(wished)));
        }
        List<Integer> shards = new ArrayList<>();
        for (int i = 0; i < shardCount; i++) {
            int highest = rest.length() - 1;
            shards.add(highest);
            rest.clear(highest);
        }
        return new CorePlan(shards, wished == null ? rest : wished, null);
    }
}
