package io.tailrace.node.simulation;

import java.util.LinkedHashMap;
import java.util.Map;

/** Who is to follow whom: the primary at the top, the others below it, directly or below another one. */
final class Tree {
    /** Those that are not here follow the top. */
    private final Map<Machine, Machine> middles = new LinkedHashMap<>();

    private Machine top;

    Tree(Machine top) {
        this.top = top;
    }

    Machine top() {
        return top;
    }

    /** Whom a machine is to follow; null for the top. */
    Machine parent(Machine machine) {
        return machine == top ? null : middles.getOrDefault(machine, top);
    }

    /** Makes another one the primary; those below it stay there, and those that were below the top follow the new one. */
    void crown(Machine chosen) {
        middles.remove(chosen);
        top = chosen;
    }

    /** Puts a machine below another one, unless that is below it itself; whether something has changed. */
    boolean hang(Machine machine, Machine below) {
        for (Machine each = below; each != null; each = parent(each)) {
            if (each == machine) {
                return false;
            }
        }
        if (parent(machine) == below) {
            return false;
        }
        if (below == top) {
            middles.remove(machine);
        } else {
            middles.put(machine, below);
        }
        return true;
    }
}
