package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.DENYOOM;
import static io.tailrace.node.command.CommandFlag.MOVABLEKEYS;
import static io.tailrace.node.command.CommandFlag.READONLY;
import static io.tailrace.node.command.CommandFlag.WRITE;

import io.tailrace.node.command.GeoRequest.Form;
import io.tailrace.node.value.SortedSet;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Commands on places, which are members of sorted sets with a {@link GeoHash} as their score. */
final class GeoCommands implements CommandFamily {
    private static final int KEY = 1;
    private static final int FIRST_MEMBER = 2;
    private static final int UNIT = 4;

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.oneKey("geoadd", -5, GeoCommands::geoadd, WRITE, DENYOOM),
                CommandSpec.oneKey("geodist", -4, GeoCommands::geodist, READONLY),
                CommandSpec.oneKey("geohash", -2, GeoCommands::geohash, READONLY),
                CommandSpec.oneKey("geopos", -2, GeoCommands::geopos, READONLY),
                CommandSpec.oneKey("georadius", -6, search(Form.RADIUS), WRITE, DENYOOM, MOVABLEKEYS),
                CommandSpec.oneKey("georadius_ro", -6, search(Form.RADIUS_RO), READONLY),
                CommandSpec.oneKey("georadiusbymember", -5, search(Form.BY_MEMBER), WRITE, DENYOOM, MOVABLEKEYS),
                CommandSpec.oneKey("georadiusbymember_ro", -5, search(Form.BY_MEMBER_RO), READONLY),
                CommandSpec.oneKey("geosearch", -7, search(Form.SEARCH), READONLY),
                CommandSpec.keys(
                        "geosearchstore",
                        -8,
                        new KeyPositions(1, 2, 1),
                        Routing.ONE_SHARD,
                        search(Form.SEARCH_STORE),
                        WRITE,
                        DENYOOM));
    }

    private static void geoadd(CommandContext context) {
        Arguments arguments = context.arguments();
        int options = 0;
        int first = FIRST_MEMBER;
        while (first < arguments.count() && isOption(AddOptions.at(arguments, first))) {
            options |= AddOptions.at(arguments, first++);
        }
        boolean isBoth = AddOptions.has(options, AddOptions.NX) && AddOptions.has(options, AddOptions.XX);
        boolean isWhole = first < arguments.count() && (arguments.count() - first) % MemberAdd.PLACES == 0;
        String problem = isBoth || !isWhole ? ErrorText.SYNTAX : null;
        for (int i = first; problem == null && i < arguments.count(); i += MemberAdd.PLACES) {
            problem = GeoUnit.problem(arguments, i);
        }
        if (problem != null) {
            context.reply().error(problem);
            return;
        }
        context.sortedSet(KEY);
        MemberAdd.addAll(context, options, first, MemberAdd.PLACES);
    }

    private static boolean isOption(int option) {
        return (option & (AddOptions.NX | AddOptions.XX | AddOptions.CH)) != 0;
    }

    private static void geodist(CommandContext context) {
        Arguments arguments = context.arguments();
        double metres = arguments.count() > UNIT ? GeoUnit.metres(arguments, UNIT) : 1;
        if (arguments.count() > UNIT + 1) {
            context.reply().error(ErrorText.SYNTAX);
            return;
        }
        if (metres < 0) {
            context.reply().error(GeoUnit.UNKNOWN);
            return;
        }
        SortedSet sortedSet = context.sortedSet(KEY);
        if (!isFound(context, FIRST_MEMBER)) {
            context.reply().nullBulk();
            return;
        }
        double from = sortedSet.score();
        if (!isFound(context, FIRST_MEMBER + 1)) {
            context.reply().nullBulk();
            return;
        }
        double to = sortedSet.score();
        double distance = GeoDistance.between(
                GeoHash.longitude(from), GeoHash.latitude(from), GeoHash.longitude(to), GeoHash.latitude(to));
        context.reply().bulk(GeoUnit.distance(distance / metres));
    }

    private static boolean isFound(CommandContext context, int member) {
        return context.sortedSet()
                .find(context.arguments().address(member), context.arguments().length(member));
    }

    private static void geohash(CommandContext context) {
        SortedSet sortedSet = context.sortedSet(KEY);
        int count = context.arguments().count();
        context.reply().array(count - FIRST_MEMBER);
        for (int i = FIRST_MEMBER; i < count; i++) {
            if (isFound(context, i)) {
                context.reply().bulk(GeoHash.text(sortedSet.score()));
            } else {
                context.reply().nullBulk();
            }
        }
    }

    private static void geopos(CommandContext context) {
        SortedSet sortedSet = context.sortedSet(KEY);
        int count = context.arguments().count();
        context.reply().array(count - FIRST_MEMBER);
        for (int i = FIRST_MEMBER; i < count; i++) {
            if (isFound(context, i)) {
                replyPlace(context.reply(), sortedSet.score());
            } else {
                context.reply().nullArray();
            }
        }
    }

    private static void replyPlace(ReplyWriter reply, double score) {
        reply.array(2);
        replyDegrees(reply, GeoHash.longitude(score));
        replyDegrees(reply, GeoHash.latitude(score));
    }

    /** Without an exponent, as Redis prints its long doubles. */
    private static void replyDegrees(ReplyWriter reply, double degrees) {
        String text = LongDouble.text(new BigDecimal(degrees));
        if (reply.protocol() >= 3) {
            reply.raw(("," + text + "\r\n").getBytes(StandardCharsets.US_ASCII));
        } else {
            reply.bulk(text);
        }
    }

    private static KeyCommand search(Form form) {
        return context -> {
            GeoRequest request = GeoRequest.read(form, context);
            if (request == null) {
                return;
            }
            boolean isThere = context.sortedSet().value().isThere();
            List<GeoPoint> found = isThere ? GeoSearch.find(context, request) : List.of();
            if (request.isStored()) {
                store(context, request, found);
            } else {
                reply(context.reply(), request, found);
            }
        };
    }

    private static void store(CommandContext context, GeoRequest request, List<GeoPoint> found) {
        ScoredMembers members = context.scoredMembers().clear();
        for (GeoPoint point : found) {
            double distance = point.distance() / request.shape().metresPerUnit();
            members.add(point.member(), point.length(), request.isStoringDistances() ? distance : point.score());
        }
        members.sort();
        SortedSetStore.store(context, request.target(), members);
    }

    private static void reply(ReplyWriter reply, GeoRequest request, List<GeoPoint> found) {
        int more = (request.hasDistances() ? 1 : 0) + (request.hasScores() ? 1 : 0) + (request.hasPlaces() ? 1 : 0);
        reply.array(found.size());
        for (GeoPoint point : found) {
            if (more > 0) {
                reply.array(1 + more);
            }
            reply.bulk(point.member(), point.length());
            if (request.hasDistances()) {
                reply.bulk(GeoUnit.distance(point.distance() / request.shape().metresPerUnit()));
            }
            if (request.hasScores()) {
                reply.integer((long) point.score());
            }
            if (request.hasPlaces()) {
                replyPlace(reply, point.score());
            }
        }
    }
}
