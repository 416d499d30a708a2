package io.tailrace.node.value;

import io.tailrace.wire.record.Effect;
import io.tailrace.wire.resp.Arguments;

/** What the effects on streams do. Reused; one thread. */
final class StreamEffects {
    private static final int GROUP = 3;
    private static final int CLAIMED = 5;

    private final StreamValue stream;
    private final StreamGroups groups = new StreamGroups();
    private final StreamId id = new StreamId();
    private final StreamId maxDeleted = new StreamId();

    StreamEffects(StreamValue stream) {
        this.stream = stream;
    }

    /** What is wrong with the arguments of an effect, or null. */
    String problem(Effect effect, Arguments arguments) {
        boolean isRight =
                switch (effect) {
                    case XADD -> isId(arguments, 2) && !id.isLowest();
                    case XTRIM -> isId(arguments, 3);
                    case XDEL -> areIds(arguments, 2, arguments.count());
                    case XACK -> areIds(arguments, GROUP, arguments.count());
                    case XSETID ->
                        isId(arguments, 2)
                                && arguments.is(3, "ENTRIESADDED")
                                && arguments.isLong(4)
                                && arguments.is(5, "MAXDELETEDID")
                                && isId(arguments, 6);
                    case XGROUP -> isGroup(arguments);
                    default -> isClaim(arguments);
                };
        return isRight ? null : effect + " with arguments that no effect has";
    }

    private boolean isId(Arguments arguments, int i) {
        return id.read(arguments.address(i), arguments.length(i), 0);
    }

    private boolean areIds(Arguments arguments, int from, int end) {
        for (int i = from; i < end; i++) {
            if (!isId(arguments, i)) {
                return false;
            }
        }
        return true;
    }

    private boolean isGroup(Arguments arguments) {
        int count = arguments.count();
        if (arguments.is(1, "CREATE") || arguments.is(1, "SETID")) {
            boolean isWhole = count == 7 || count == 8 && arguments.is(1, "CREATE") && arguments.is(7, "MKSTREAM");
            return isWhole && isId(arguments, 4) && arguments.is(5, "ENTRIESREAD") && arguments.isLong(6);
        }
        boolean isOfConsumer = arguments.is(1, "CREATECONSUMER") || arguments.is(1, "DELCONSUMER");
        return isOfConsumer ? count == 5 : arguments.is(1, "DESTROY") && count == 4;
    }

    private boolean isClaim(Arguments arguments) {
        int i = CLAIMED;
        while (i < arguments.count() && isId(arguments, i)) {
            i++;
        }
        boolean isRight = i > CLAIMED
                && arguments.count() >= i + 6
                && arguments.is(i, "TIME")
                && arguments.isLong(i + 1)
                && arguments.is(i + 2, "RETRYCOUNT")
                && arguments.isLong(i + 3)
                && arguments.is(i + 4, "FORCE")
                && arguments.is(i + 5, "JUSTID");
        return isRight
                && (arguments.count() == i + 6
                        || arguments.count() == i + 8 && arguments.is(i + 6, "LASTID") && isId(arguments, i + 7));
    }

    /** Carries an effect out; returns null, or how it does not fit. */
    String apply(Effect effect, Arguments arguments) {
        if (effect == Effect.XADD) {
            return add(arguments);
        }
        if (effect == Effect.XGROUP && arguments.count() == 8 && !stream.value().isThere()) {
            stream.create();
        }
        if (!stream.value().isThere()) {
            return effect + " of a stream that is not there";
        }
        groups.wrap(stream);
        return switch (effect) {
            case XTRIM -> isId(arguments, 3) && stream.trimBefore(id) > 0 ? null : "XTRIM that takes nothing out";
            case XDEL -> delete(arguments);
            case XSETID -> set(arguments);
            case XGROUP -> group(arguments);
            case XACK -> acknowledge(arguments);
            default -> claim(arguments);
        };
    }

    private String add(Arguments arguments) {
        isId(arguments, 2);
        boolean isInOrder = id.isAfter(stream.last(maxDeleted));
        stream.add(id, arguments, 3);
        return isInOrder ? null : "XADD of an ID that is not above the last one";
    }

    private String delete(Arguments arguments) {
        String misfit = null;
        for (int i = 2; i < arguments.count(); i++) {
            isId(arguments, i);
            misfit = stream.delete(id) ? misfit : "XDEL of an entry that is not there";
        }
        return misfit;
    }

    private String set(Arguments arguments) {
        isId(arguments, 6);
        maxDeleted.set(id);
        isId(arguments, 2);
        stream.set(id, arguments.parseLong(4), maxDeleted);
        return null;
    }

    private String group(Arguments arguments) {
        boolean isThere = groups.find(arguments.address(GROUP), arguments.length(GROUP));
        if (arguments.is(1, "CREATE")) {
            isId(arguments, 4);
            if (isThere) {
                groups.set(id, arguments.parseLong(6));
                return "XGROUP CREATE of a group that is there";
            }
            groups.create(id, arguments.parseLong(6));
            return null;
        }
        if (!isThere) {
            return "XGROUP of a group that is not there";
        }
        if (arguments.is(1, "SETID")) {
            isId(arguments, 4);
            groups.set(id, arguments.parseLong(6));
            return null;
        }
        if (arguments.is(1, "DESTROY")) {
            groups.destroy();
            return null;
        }
        return consumer(arguments);
    }

    private String consumer(Arguments arguments) {
        boolean isThere = groups.findConsumer(arguments.address(4), arguments.length(4));
        boolean isCreated = arguments.is(1, "CREATECONSUMER");
        if (isThere && !isCreated) {
            groups.deleteConsumer();
        } else if (!isThere && isCreated) {
            groups.createConsumer();
        }
        return isThere == isCreated
                ? "XGROUP " + (isCreated ? "CREATE" : "DEL") + "CONSUMER that changes nothing"
                : null;
    }

    private String acknowledge(Arguments arguments) {
        if (!groups.find(arguments.address(2), arguments.length(2))) {
            return "XACK of a group that is not there";
        }
        String misfit = null;
        for (int i = GROUP; i < arguments.count(); i++) {
            isId(arguments, i);
            misfit = groups.removePending(id) ? misfit : "XACK of an entry that is not pending";
        }
        return misfit;
    }

    private String claim(Arguments arguments) {
        boolean isThere = groups.find(arguments.address(2), arguments.length(2))
                && groups.findConsumer(arguments.address(3), arguments.length(3));
        if (!isThere) {
            return "XCLAIM for a consumer that is not there";
        }
        int end = CLAIMED;
        while (isId(arguments, end)) {
            end++;
        }
        long claimEpochMs = arguments.parseLong(end + 1);
        long claimCount = arguments.parseLong(end + 3);
        for (int i = CLAIMED; i < end; i++) {
            isId(arguments, i);
            if (!id.isLowest()) {
                groups.putPending(id, claimEpochMs, claimCount);
            }
        }
        groups.see(claimEpochMs);
        if (arguments.count() > end + 6) {
            isId(arguments, end + 7);
            if (id.isAfter(groups.last())) {
                groups.set(id, groups.read());
            }
        }
        return null;
    }
}
