package io.tailrace.node.command;

import io.tailrace.wire.memory.DoubleReader;
import io.tailrace.wire.resp.Arguments;
import java.util.Arrays;
import java.util.Comparator;

/** A request to unite, intersect or subtract sorted sets: its sources with their weights, and options. Lives for one command. */
final class CombineRequest {
    enum Operation {
        UNION,
        INTERSECTION,
        DIFFERENCE
    }

    /** What becomes of the result. */
    enum Purpose {
        REPLY,
        STORE,
        COUNT
    }

    enum Aggregate {
        SUM,
        MIN,
        MAX;

        double of(double left, double right) {
            return switch (this) {
                case SUM -> number(left + right);
                case MIN -> right < left ? right : left;
                case MAX -> right > left ? right : left;
            };
        }
    }

    /** A source, with what its scores are multiplied by. */
    record Weighted(MemberSource source, double weight) {}

    private final CommandContext context;
    private final Operation operation;
    private final Purpose purpose;
    private MemberSource[] sources;
    private double[] weights;
    private Aggregate aggregate = Aggregate.SUM;
    private boolean hasScores;
    private long limit;

    private CombineRequest(CommandContext context, Operation operation, Purpose purpose) {
        this.context = context;
        this.operation = operation;
        this.purpose = purpose;
    }

    /**
     * Reads the request.
     *
     * @return null when it is wrong: then that is replied
     */
    static CombineRequest read(CommandContext context, String command, Operation operation, Purpose purpose) {
        CombineRequest request = new CombineRequest(context, operation, purpose);
        int keyCount = purpose == Purpose.STORE ? 2 : 1;
        String problem = request.readSources(command, keyCount);
        if (problem != null) {
            context.reply().error(problem);
            return null;
        }
        return request;
    }

    /** 0 instead of what is no number, as where infinities meet. */
    static double number(double value) {
        return Double.isNaN(value) ? 0 : value;
    }

    private String readSources(String command, int keyCount) {
        Arguments arguments = context.arguments();
        if (!arguments.isLong(keyCount)) {
            return ErrorText.NOT_AN_INTEGER;
        }
        long count = arguments.parseLong(keyCount);
        if (count < 1) {
            return "ERR at least 1 input key is needed for '" + command + "' command";
        }
        if (count > arguments.count() - keyCount - 1) {
            return ErrorText.SYNTAX;
        }
        sources = new MemberSource[(int) count];
        weights = new double[(int) count];
        Arrays.fill(weights, 1);
        for (int i = 0; i < count; i++) {
            sources[i] = MemberSource.open(context, keyCount + 1 + i);
        }
        return readOptions(keyCount + 1 + (int) count);
    }

    private String readOptions(int first) {
        Arguments arguments = context.arguments();
        boolean isCombined = operation != Operation.DIFFERENCE && purpose != Purpose.COUNT;
        String wrong = null;
        int at = first;
        while (wrong == null && at < arguments.count()) {
            int left = arguments.count() - at - 1;
            if (isCombined && left >= sources.length && arguments.is(at, "WEIGHTS")) {
                wrong = readWeights(at + 1);
                at += 1 + sources.length;
            } else if (isCombined && left >= 1 && arguments.is(at, "AGGREGATE")) {
                aggregate = aggregate(at + 1);
                wrong = aggregate == null ? ErrorText.SYNTAX : null;
                at += 2;
            } else if (purpose == Purpose.REPLY && arguments.is(at, "WITHSCORES")) {
                hasScores = true;
                at++;
            } else if (purpose == Purpose.COUNT && left >= 1 && arguments.is(at, "LIMIT")) {
                wrong = readLimit(at + 1);
                at += 2;
            } else {
                wrong = ErrorText.SYNTAX;
            }
        }
        return wrong;
    }

    private String readWeights(int first) {
        Arguments arguments = context.arguments();
        for (int i = 0; i < weights.length; i++) {
            weights[i] = DoubleReader.read(arguments.address(first + i), arguments.length(first + i));
            if (Double.isNaN(weights[i])) {
                return "ERR weight value is not a float";
            }
        }
        return null;
    }

    private Aggregate aggregate(int i) {
        for (Aggregate one : Aggregate.values()) {
            if (context.arguments().is(i, one.name())) {
                return one;
            }
        }
        return null;
    }

    private String readLimit(int i) {
        Arguments arguments = context.arguments();
        if (!arguments.isLong(i) || arguments.parseLong(i) < 0) {
            return "ERR LIMIT can't be negative";
        }
        limit = arguments.parseLong(i);
        return null;
    }

    /** As they are named. */
    MemberSource[] sources() {
        return sources;
    }

    /** From the smallest to the largest, which is also the order in which scores are added up. */
    Weighted[] bySize() {
        Weighted[] sorted = new Weighted[sources.length];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = new Weighted(sources[i], weights[i]);
        }
        Arrays.sort(sorted, Comparator.comparingLong(one -> one.source().size()));
        return sorted;
    }

    Operation operation() {
        return operation;
    }

    Aggregate aggregate() {
        return aggregate;
    }

    boolean hasScores() {
        return hasScores;
    }

    /** Up to where members are counted, 0 for all. */
    long limit() {
        return limit;
    }
}
