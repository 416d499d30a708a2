package io.tailrace.node.command;

import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * The reply of COMMAND GETKEYSANDFLAGS: each key of a request with what the command does to it, by the key specifications and,
 * where those leave it to the request, by its options. Stateless.
 */
final class KeyFlagsReply {
    private static final List<String> READS = List.of("RO", "access");
    private static final List<String> READS_AND_WRITES = List.of("RW", "access", "update");
    private static final List<String> OVERWRITES = List.of("OW", "update");

    private record FlaggedKey(int argument, List<String> flags) {}

    private KeyFlagsReply() {}

    static void write(CommandSpec spec, Arguments request, ReplyWriter reply) {
        List<FlaggedKey> keys = isWhole(spec, request) ? keys(spec, request) : List.of();
        if (keys.isEmpty() && spec.has(CommandFlag.NO_MANDATORY_KEYS)) {
            reply.array(0);
            return;
        }
        if (keys.isEmpty()) {
            reply.error("ERR Invalid arguments specified for command");
            return;
        }
        reply.array(keys.size());
        for (FlaggedKey key : keys) {
            reply.array(2);
            reply.bulk(request.address(key.argument), request.length(key.argument));
            reply.set(key.flags.size());
            key.flags.forEach(reply::simple);
        }
    }

    /** Whether all keys are there that a request says it has. */
    static boolean isWhole(CommandSpec spec, Arguments request) {
        KeySpec.Range range = new KeySpec.Range();
        return CommandDocs.of(spec).keySpecs.stream()
                .noneMatch(keys -> keys.find().is("keynum") && !keys.locate(request, range));
    }

    private static List<FlaggedKey> keys(CommandSpec spec, Arguments request) {
        List<FlaggedKey> keys = new ArrayList<>();
        KeySpec.Range range = new KeySpec.Range();
        for (KeySpec each : CommandDocs.of(spec).keySpecs) {
            if (each.locate(request, range)) {
                for (int i = range.first; i <= range.last; i += range.step) {
                    keys.add(new FlaggedKey(i, flags(spec, each, request)));
                }
            } else if (each.isUnknown()) {
                int stored = SortOptions.storeKey(request);
                if (stored > 0 && keys.stream().noneMatch(key -> key.argument == stored)) {
                    keys.add(new FlaggedKey(stored, OVERWRITES));
                }
            }
        }
        return keys;
    }

    private static List<String> flags(CommandSpec spec, KeySpec keys, Arguments request) {
        if (!keys.isVariable()) {
            return keys.flags();
        }
        return switch (VariableUse.of(spec, request)) {
            case READS -> READS;
            case WRITES -> OVERWRITES;
            case BOTH -> READS_AND_WRITES;
        };
    }
}
