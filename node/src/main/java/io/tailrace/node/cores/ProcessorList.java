package io.tailrace.node.cores;

import java.util.BitSet;

/** Sets of processors as Linux writes them: {@code 0-3,8}. Stateless. */
final class ProcessorList {
    private ProcessorList() {}

    /** Empty for an empty set. */
    static String text(BitSet processors) {
        StringBuilder text = new StringBuilder();
        for (int from = processors.nextSetBit(0); from >= 0; ) {
            int to = processors.nextClearBit(from) - 1;
            text.append(text.length() == 0 ? "" : ",").append(from);
            if (to > from) {
                text.append('-').append(to);
            }
            from = processors.nextSetBit(to + 1);
        }
        return text.toString();
    }

    /** Reads what {@link #text} and the kernel write. */
    static BitSet parse(String text) {
        BitSet processors = new BitSet();
        for (String range : text.strip().split(",")) {
            int dash = range.indexOf('-');
            int from = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
            int to = dash < 0 ? from : Integer.parseInt(range.substring(dash + 1));
            processors.set(from, to + 1);
        }
        return processors;
    }
}
