package io.tailrace.node.command;

import io.tailrace.node.services.ClientSession;
import io.tailrace.node.services.ClientTracking;
import io.tailrace.node.services.ShardServices;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The subcommands of CLIENT on tracking: caches of clients that the node tells what changes. */
final class TrackingCommands {
    private static final byte[] EVERYTHING = {};
    private static final String NO_CLIENT = "ERR The client ID you want redirect to does not exist";

    private TrackingCommands() {}

    static void tracking(ClientSession session, Arguments arguments) {
        boolean isOn = arguments.is(2, "ON");
        ClientTracking.Options options = options(session, arguments);
        if (options == null) {
            return;
        }
        String problem = isOn ? problem(session.tracking(), options) : null;
        if (problem != null && options.redirect() == 0) {
            session.reply().error(problem);
        } else if (isOn) {
            on(session, options, problem);
        } else if (arguments.is(2, "OFF")) {
            off(session, options);
        } else {
            session.reply().error(ErrorText.SYNTAX);
        }
    }

    /** Null when they are wrong, which is replied. */
    private static ClientTracking.Options options(ClientSession session, Arguments arguments) {
        boolean isBroadcast = false;
        boolean isOptIn = false;
        boolean isOptOut = false;
        boolean isNoLoop = false;
        long redirect = 0;
        List<byte[]> prefixes = new ArrayList<>();
        String problem = null;
        for (int i = 3; i < arguments.count() && problem == null; i++) {
            boolean hasMore = i + 1 < arguments.count();
            if (arguments.is(i, "REDIRECT") && hasMore) {
                i++;
                if (redirect != 0) {
                    problem = "ERR A client can only redirect to a single other client";
                } else if (!arguments.isLong(i)) {
                    problem = ErrorText.NOT_AN_INTEGER;
                } else {
                    redirect = arguments.parseLong(i);
                    problem = redirect == 0 ? NO_CLIENT : null;
                }
            } else if (arguments.is(i, "PREFIX") && hasMore) {
                prefixes.add(arguments.bytes(++i));
            } else {
                isBroadcast |= arguments.is(i, "BCAST");
                isOptIn |= arguments.is(i, "OPTIN");
                isOptOut |= arguments.is(i, "OPTOUT");
                isNoLoop |= arguments.is(i, "NOLOOP");
                problem = isWord(arguments, i) ? null : ErrorText.SYNTAX;
            }
        }
        if (problem != null) {
            session.reply().error(problem);
            return null;
        }
        return new ClientTracking.Options(isBroadcast, isOptIn, isOptOut, isNoLoop, redirect, List.copyOf(prefixes));
    }

    private static boolean isWord(Arguments arguments, int i) {
        return arguments.is(i, "BCAST")
                || arguments.is(i, "OPTIN")
                || arguments.is(i, "OPTOUT")
                || arguments.is(i, "NOLOOP");
    }

    /** Why they don't go together, or with those that the connection has. */
    private static String problem(ClientTracking now, ClientTracking.Options wanted) {
        ClientTracking.Options old = now.options();
        if (!wanted.isBroadcast() && !wanted.prefixes().isEmpty()) {
            return "ERR PREFIX option requires BCAST mode to be enabled";
        }
        if (now.isOn() && old.isBroadcast() != wanted.isBroadcast()) {
            return "ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then "
                    + "re-enabling it with a different mode.";
        }
        if (wanted.isBroadcast() && (wanted.isOptIn() || wanted.isOptOut())) {
            return "ERR OPTIN and OPTOUT are not compatible with BCAST";
        }
        if (wanted.isOptIn() && wanted.isOptOut()) {
            return "ERR You can't specify both OPTIN mode and OPTOUT mode";
        }
        if (wanted.isOptIn() && old.isOptOut() || wanted.isOptOut() && old.isOptIn()) {
            return "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then "
                    + "re-enabling it with a different mode.";
        }
        return overlap(now, wanted.prefixes());
    }

    private static String overlap(ClientTracking now, List<byte[]> prefixes) {
        for (int i = 0; i < prefixes.size(); i++) {
            String prefix = text(prefixes.get(i));
            for (String other : now.prefixes()) {
                if (overlaps(prefix, other)) {
                    return overlap(prefix, "an existing", other);
                }
            }
            for (int j = i + 1; j < prefixes.size(); j++) {
                if (overlaps(prefix, text(prefixes.get(j)))) {
                    return overlap(prefix, "another provided", text(prefixes.get(j)));
                }
            }
        }
        return null;
    }

    private static String text(byte[] prefix) {
        return new String(prefix, StandardCharsets.ISO_8859_1);
    }

    private static boolean overlaps(String one, String other) {
        return one.startsWith(other) || other.startsWith(one);
    }

    private static String overlap(String prefix, String which, String other) {
        return "ERR Prefix '" + prefix + "' overlaps with " + which + " prefix '" + other
                + "'. Prefixes for a single client must not overlap.";
    }

    /** Every shard knows of it before the reply, and before the next command. */
    private static void on(ClientSession session, ClientTracking.Options given, String problem) {
        boolean needsAll = given.isBroadcast() && given.prefixes().isEmpty();
        ClientTracking.Options options = needsAll
                ? new ClientTracking.Options(
                        true, false, false, given.isNoLoop(), given.redirect(), List.of(EVERYTHING))
                : given;
        ClientTracking tracking = session.tracking();
        long redirect = options.redirect();
        Function<ShardServices, Boolean> part = services -> {
            if (problem == null) {
                services.shard().tracking().add(tracking, options.prefixes());
            }
            return redirect != 0 && services.hasClient(redirect);
        };
        everywhere(session, part, (found, reply) -> {
            if (redirect != 0 && !found.contains(true)) {
                reply.error(NO_CLIENT);
            } else if (problem != null) {
                reply.error(problem);
            } else {
                tracking.on(options, Math.max(0, found.indexOf(true)));
                reply.ok();
            }
        });
    }

    private static void off(ClientSession session, ClientTracking.Options options) {
        ClientTracking tracking = session.tracking();
        long redirect = options.redirect();
        Function<ShardServices, Boolean> part = services -> {
            services.shard().tracking().remove(tracking);
            return redirect == 0 || services.hasClient(redirect);
        };
        everywhere(session, part, (found, reply) -> {
            tracking.off();
            if (found.contains(true)) {
                reply.ok();
            } else {
                reply.error(NO_CLIENT);
            }
        });
    }

    private static <T> void everywhere(
            ClientSession session, Function<ShardServices, T> part, BiConsumer<List<T>, ReplyWriter> whole) {
        if (session.isInExec()) {
            session.gather(part, whole);
        } else {
            session.<T>gatherLater((services, answer) -> answer.accept(part.apply(services)), whole);
        }
    }

    static void caching(ClientSession session, Arguments arguments) {
        ClientTracking tracking = session.tracking();
        boolean isYes = arguments.is(2, "YES");
        if (!tracking.isOn()) {
            session.reply()
                    .error("ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or "
                            + "OPTOUT mode enabled");
        } else if (!isYes && !arguments.is(2, "NO")) {
            session.reply().error(ErrorText.SYNTAX);
        } else if (isYes && !tracking.options().isOptIn()) {
            session.reply().error("ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.");
        } else if (!isYes && !tracking.options().isOptOut()) {
            session.reply().error("ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.");
        } else {
            tracking.caching(true);
            session.reply().ok();
        }
    }

    static void getRedir(ClientSession session, Arguments arguments) {
        session.reply().integer(redirect(session.tracking()));
    }

    private static long redirect(ClientTracking tracking) {
        return tracking.isOn() ? tracking.options().redirect() : -1;
    }

    static void info(ClientSession session, Arguments arguments) {
        ClientTracking tracking = session.tracking();
        ClientTracking.Options options = tracking.options();
        List<String> flags = new ArrayList<>();
        flags.add(tracking.isOn() ? "on" : "off");
        add(flags, options.isBroadcast(), "bcast");
        add(flags, options.isOptIn(), "optin");
        add(flags, options.isOptIn() && tracking.isCaching(), "caching-yes");
        add(flags, options.isOptOut(), "optout");
        add(flags, options.isOptOut() && tracking.isCaching(), "caching-no");
        add(flags, options.isNoLoop(), "noloop");
        add(flags, tracking.isBroken(), "broken_redirect");
        ReplyWriter reply = session.reply();
        reply.map(3);
        reply.bulk("flags");
        reply.set(flags.size());
        flags.forEach(reply::bulk);
        reply.bulk("redirect");
        reply.integer(redirect(tracking));
        reply.bulk("prefixes");
        reply.array(tracking.prefixCount());
        tracking.prefixes().forEach(prefix -> reply.bulk(ErrorText.bytes(prefix)));
    }

    private static void add(List<String> flags, boolean isSet, String flag) {
        if (isSet) {
            flags.add(flag);
        }
    }
}
