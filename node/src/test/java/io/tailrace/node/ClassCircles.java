package io.tailrace.node;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Circles of classes within packages: sets of which each uses each other, by whatever way; and of packages. Nested classes
 * belong to those around them.
 */
final class ClassCircles {
    private final Map<String, Set<String>> uses = new TreeMap<>();
    private final Map<String, Integer> order = new HashMap<>();
    private final Map<String, Integer> lowest = new HashMap<>();
    private final Deque<String> path = new ArrayDeque<>();
    private final List<List<String>> circles = new ArrayList<>();

    private ClassCircles() {}

    /** Those of two or more classes. */
    static List<List<String>> of(Iterable<JavaClass> classes) {
        ClassCircles found = new ClassCircles();
        classes.forEach(found::add);
        return found.circles();
    }

    /** Those of two or more packages, of ours. */
    static List<List<String>> ofPackages(Iterable<JavaClass> classes) {
        ClassCircles found = new ClassCircles();
        for (JavaClass from : classes) {
            Set<String> used = found.uses.computeIfAbsent(from.getPackageName(), name -> new TreeSet<>());
            from.getDirectDependenciesFromSelf()
                    .forEach(dependency -> used.add(
                            dependency.getTargetClass().getBaseComponentType().getPackageName()));
        }
        return found.circles();
    }

    private List<List<String>> circles() {
        uses.keySet().forEach(this::visit);
        return circles;
    }

    private void add(JavaClass from) {
        Set<String> used = uses.computeIfAbsent(outer(from), name -> new TreeSet<>());
        for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
            JavaClass to = dependency.getTargetClass().getBaseComponentType();
            if (to.getPackageName().equals(from.getPackageName())) {
                used.add(outer(to));
            }
        }
    }

    private static String outer(JavaClass type) {
        String name = type.getName();
        int nested = name.indexOf('$');
        return nested < 0 ? name : name.substring(0, nested);
    }

    /** Tarjan's strongly connected components. */
    private void visit(String name) {
        if (order.containsKey(name)) {
            return;
        }
        order.put(name, order.size());
        lowest.put(name, order.get(name));
        path.push(name);
        for (String used : uses.getOrDefault(name, Set.of())) {
            visit(used);
            if (path.contains(used)) {
                lowest.merge(name, lowest.get(used), Math::min);
            }
        }
        if (lowest.get(name).equals(order.get(name))) {
            close(name);
        }
    }

    private void close(String name) {
        List<String> circle = new ArrayList<>();
        do {
            circle.add(path.peek());
        } while (!path.pop().equals(name));
        if (circle.size() > 1) {
            circles.add(circle);
        }
    }
}
