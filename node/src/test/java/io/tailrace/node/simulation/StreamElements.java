package io.tailrace.node.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A stream as plain Java collections. A node's own is compared with it by its effects: those that would make it again, carried out here,
 * must make an equal one.
 */
record StreamElements(
        boolean isThere,
        TreeMap<Id, List<String>> entries,
        Id last,
        long added,
        Id maxDeleted,
        TreeMap<String, StreamElements.Group> groups)
        implements Elements {
    private static final Id ZERO = new Id(0, 0);
    static final StreamElements EMPTY = new StreamElements(false, new TreeMap<>(), ZERO, 0, ZERO, new TreeMap<>());

    record Id(long millis, long number) implements Comparable<Id> {
        static Id of(String text) {
            int dash = text.indexOf('-');
            return dash < 0
                    ? new Id(Long.parseUnsignedLong(text), 0)
                    : new Id(
                            Long.parseUnsignedLong(text.substring(0, dash)),
                            Long.parseUnsignedLong(text.substring(dash + 1)));
        }

        @Override
        public int compareTo(Id other) {
            int first = Long.compareUnsigned(millis, other.millis);
            return first != 0 ? first : Long.compareUnsigned(number, other.number);
        }

        @Override
        public String toString() {
            return Long.toUnsignedString(millis) + "-" + Long.toUnsignedString(number);
        }
    }

    record Pending(String consumer, long deliveredMs, long count) {}

    /** @param consumers when each was heard of */
    record Group(Id last, long read, TreeMap<String, Long> consumers, TreeMap<Id, Pending> pending) {
        Group at(Id otherLast, long otherRead) {
            return new Group(otherLast, otherRead, consumers, pending);
        }

        Group copy() {
            return new Group(last, read, new TreeMap<>(consumers), new TreeMap<>(pending));
        }
    }

    /** What effects make, one after the other: each with its name, key and arguments. */
    static StreamElements of(List<List<String>> effects) {
        Elements made = EMPTY;
        for (List<String> effect : effects) {
            made = made.after(effect.get(0), withoutKey(effect.get(0), effect));
        }
        return (StreamElements) made;
    }

    /** The arguments of an effect after its name, less the key. */
    static List<String> withoutKey(String name, List<String> effect) {
        List<String> arguments = new ArrayList<>(effect.subList(1, effect.size()));
        arguments.remove(name.equals("XGROUP") ? 1 : 0);
        return arguments;
    }

    @Override
    public Elements after(String name, List<String> arguments) {
        return switch (name) {
            case "XADD" -> add(Id.of(arguments.get(0)), arguments.subList(1, arguments.size()));
            case "XTRIM" -> trim(Id.of(arguments.get(1)));
            case "XDEL" -> delete(arguments.stream().map(Id::of).toList());
            case "XSETID" ->
                new StreamElements(
                        isThere,
                        entries,
                        Id.of(arguments.get(0)),
                        Long.parseLong(arguments.get(2)),
                        Id.of(arguments.get(4)),
                        groups);
            case "XGROUP" -> group(arguments);
            case "XACK" -> acknowledge(arguments);
            case "XCLAIM" -> claim(arguments);
            default -> throw new IllegalStateException("effect " + name + " on a stream");
        };
    }

    private StreamElements add(Id id, List<String> fields) {
        TreeMap<Id, List<String>> next = new TreeMap<>(entries);
        next.put(id, List.copyOf(fields));
        return new StreamElements(true, next, id, added + 1, maxDeleted, groups);
    }

    private StreamElements trim(Id from) {
        TreeMap<Id, List<String>> next = new TreeMap<>(entries.tailMap(from, true));
        return new StreamElements(true, next, last, added, maxDeleted, groups);
    }

    private StreamElements delete(List<Id> ids) {
        TreeMap<Id, List<String>> next = new TreeMap<>(entries);
        Id most = maxDeleted;
        for (Id id : ids) {
            boolean isDeleted = next.remove(id) != null;
            most = isDeleted && id.compareTo(most) > 0 ? id : most;
        }
        return new StreamElements(true, next, last, added, most, groups);
    }

    private StreamElements group(List<String> arguments) {
        String name = arguments.get(1);
        TreeMap<String, Group> next = new TreeMap<>(groups);
        switch (arguments.get(0)) {
            case "CREATE" ->
                next.put(
                        name,
                        new Group(
                                Id.of(arguments.get(2)),
                                Long.parseLong(arguments.get(4)),
                                new TreeMap<>(),
                                new TreeMap<>()));
            case "SETID" ->
                next.computeIfPresent(
                        name, (key, group) -> group.at(Id.of(arguments.get(2)), Long.parseLong(arguments.get(4))));
            case "DESTROY" -> next.remove(name);
            default -> {
                Group group = next.get(name).copy();
                String consumer = arguments.get(2);
                if (arguments.get(0).equals("CREATECONSUMER")) {
                    group.consumers.putIfAbsent(consumer, 0L);
                } else {
                    group.consumers.remove(consumer);
                    group.pending.values().removeIf(each -> each.consumer.equals(consumer));
                }
                next.put(name, group);
            }
        }
        return with(next);
    }

    private StreamElements with(TreeMap<String, Group> next) {
        return new StreamElements(true, entries, last, added, maxDeleted, next);
    }

    private StreamElements acknowledge(List<String> arguments) {
        TreeMap<String, Group> next = new TreeMap<>(groups);
        Group group = next.get(arguments.get(0)).copy();
        arguments.stream().skip(1).map(Id::of).forEach(group.pending::remove);
        next.put(arguments.get(0), group);
        return with(next);
    }

    private StreamElements claim(List<String> arguments) {
        TreeMap<String, Group> next = new TreeMap<>(groups);
        Group group = next.get(arguments.get(0)).copy();
        String consumer = arguments.get(1);
        int end = arguments.indexOf("TIME");
        long millis = Long.parseLong(arguments.get(end + 1));
        long count = Long.parseLong(arguments.get(end + 3));
        for (String text : arguments.subList(3, end)) {
            Id id = Id.of(text);
            if (!id.equals(ZERO)) {
                group.pending.put(id, new Pending(consumer, millis, count));
            }
        }
        group.consumers.put(consumer, millis);
        if (arguments.size() > end + 6) {
            Id told = Id.of(arguments.get(end + 7));
            group = told.compareTo(group.last) > 0 ? group.at(told, group.read) : group;
        }
        next.put(arguments.get(0), group);
        return with(next);
    }

    @Override
    public boolean isGone() {
        return false;
    }

    @Override
    public String text() {
        StringBuilder text = new StringBuilder(
                "last " + last + " added " + added + " deleted up to " + maxDeleted + " entries " + entries);
        for (Map.Entry<String, Group> each : groups.entrySet()) {
            text.append(' ').append(each.getKey()).append(' ').append(each.getValue());
        }
        return text.toString();
    }

    @Override
    public String type() {
        return "stream";
    }

    @Override
    public boolean isReply(List<?> reply) {
        return entries.entrySet().stream()
                .map(each -> List.of(each.getKey().toString(), each.getValue()))
                .toList()
                .equals(reply);
    }
}
