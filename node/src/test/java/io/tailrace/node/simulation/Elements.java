package io.tailrace.node.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a collection holds, as plain Java collections, and what each effect makes of it: the second opinion about the node's packed
 * forms and trees. Never changed: an effect makes another one.
 */
interface Elements {
    /** What a key holds that is not there yet. */
    static Elements empty(String effect) {
        return switch (effect.charAt(0)) {
            case 'H' -> new Fields(new TreeMap<>());
            case 'S' -> new Members(new TreeSet<>());
            case 'Z' -> new Scores(new TreeMap<>());
            case 'L', 'R' -> new Items(List.of());
            case 'X' -> StreamElements.EMPTY;
            default -> throw new IllegalStateException("effect " + effect);
        };
    }

    /** What an effect makes of it. */
    Elements after(String name, List<String> arguments);

    /** Whether the key of it is gone. */
    boolean isGone();

    /** For messages. */
    String text();

    String type();

    /** Whether the command that reads all of it is answered so; in any order where it has none. */
    boolean isReply(List<?> reply);

    record Fields(TreeMap<String, String> values) implements Elements {
        @Override
        public Elements after(String name, List<String> arguments) {
            TreeMap<String, String> next = new TreeMap<>(values);
            if (name.equals("HSET")) {
                for (int i = 0; i < arguments.size(); i += 2) {
                    next.put(arguments.get(i), arguments.get(i + 1));
                }
            } else {
                arguments.forEach(next::remove);
            }
            return new Fields(next);
        }

        @Override
        public boolean isGone() {
            return values.isEmpty();
        }

        @Override
        public String text() {
            return sorted(values.entrySet().stream()
                    .map(each -> each.getKey() + "|" + each.getValue() + "|")
                    .toList());
        }

        @Override
        public String type() {
            return "hash";
        }

        @Override
        public boolean isReply(List<?> reply) {
            TreeMap<Object, Object> told = new TreeMap<>();
            for (int i = 0; i < reply.size(); i += 2) {
                told.put(reply.get(i), reply.get(i + 1));
            }
            return told.size() * 2 == reply.size() && told.equals(values);
        }
    }

    record Members(TreeSet<String> members) implements Elements {
        @Override
        public Elements after(String name, List<String> arguments) {
            TreeSet<String> next = new TreeSet<>(members);
            if (name.equals("SADD")) {
                next.addAll(arguments);
            } else {
                arguments.forEach(next::remove);
            }
            return new Members(next);
        }

        @Override
        public boolean isGone() {
            return members.isEmpty();
        }

        @Override
        public String text() {
            return sorted(members.stream().map(each -> each + "|").toList());
        }

        @Override
        public String type() {
            return "set";
        }

        @Override
        public boolean isReply(List<?> reply) {
            return reply.size() == members.size() && members.containsAll(reply);
        }
    }

    record Scores(TreeMap<String, Double> scores) implements Elements {
        @Override
        public Elements after(String name, List<String> arguments) {
            TreeMap<String, Double> next = new TreeMap<>(scores);
            if (name.equals("ZADD")) {
                for (int i = 0; i < arguments.size(); i += 2) {
                    next.put(arguments.get(i + 1), Double.parseDouble(arguments.get(i)));
                }
            } else {
                arguments.forEach(next::remove);
            }
            return new Scores(next);
        }

        @Override
        public boolean isGone() {
            return scores.isEmpty();
        }

        @Override
        public String text() {
            return sorted(scores.entrySet().stream()
                    .map(each -> each.getKey() + "|" + each.getValue() + "|")
                    .toList());
        }

        @Override
        public String type() {
            return "zset";
        }

        /** By score, and by member where scores are equal. */
        @Override
        public boolean isReply(List<?> reply) {
            return scores.entrySet().stream()
                    .sorted(java.util.Map.Entry.<String, Double>comparingByValue()
                            .thenComparing(java.util.Map.Entry.comparingByKey()))
                    .map(java.util.Map.Entry::getKey)
                    .toList()
                    .equals(reply);
        }
    }

    record Items(List<String> items) implements Elements {
        @Override
        public Elements after(String name, List<String> arguments) {
            List<String> next = new ArrayList<>(items);
            switch (name) {
                case "LPUSH" -> arguments.forEach(each -> next.add(0, each));
                case "RPUSH" -> next.addAll(arguments);
                case "LPOP" -> next.subList(0, number(arguments, 0)).clear();
                case "RPOP" ->
                    next.subList(next.size() - number(arguments, 0), next.size())
                            .clear();
                case "LSET" -> next.set(place(number(arguments, 0)), arguments.get(1));
                case "LTRIM" -> trim(next, number(arguments, 0), number(arguments, 1));
                case "LREM" -> remove(next, number(arguments, 0), arguments.get(1));
                case "LINSERT" -> {
                    int pivot = next.indexOf(arguments.get(1));
                    next.add(arguments.get(0).equals("AFTER") ? pivot + 1 : pivot, arguments.get(2));
                }
                default -> throw new IllegalStateException("effect " + name + " on a list");
            }
            return new Items(List.copyOf(next));
        }

        private int place(int index) {
            return index < 0 ? items.size() + index : index;
        }

        private void trim(List<String> next, int start, int stop) {
            int from = Math.max(0, place(start));
            int end = Math.min(items.size(), place(stop) + 1);
            List<String> kept = from < end ? List.copyOf(next.subList(from, end)) : List.of();
            next.clear();
            next.addAll(kept);
        }

        private static void remove(List<String> next, int count, String element) {
            int left = count == 0 ? Integer.MAX_VALUE : Math.abs(count);
            for (; left > 0 && next.contains(element); left--) {
                next.remove(count < 0 ? next.lastIndexOf(element) : next.indexOf(element));
            }
        }

        private static int number(List<String> arguments, int i) {
            return Integer.parseInt(arguments.get(i));
        }

        @Override
        public boolean isGone() {
            return items.isEmpty();
        }

        @Override
        public String text() {
            return items.stream().map(each -> each + "|").toList().toString();
        }

        @Override
        public String type() {
            return "list";
        }

        @Override
        public boolean isReply(List<?> reply) {
            return items.equals(reply);
        }
    }

    private static String sorted(List<String> parts) {
        return parts.stream().sorted().toList().toString();
    }
}
