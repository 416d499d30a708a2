package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.ADMIN;
import static io.tailrace.node.command.CommandFlag.LOADING;
import static io.tailrace.node.command.CommandFlag.NOSCRIPT;
import static io.tailrace.node.command.CommandFlag.STALE;

import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.services.ClientSession;
import io.tailrace.node.services.ShardServices;
import io.tailrace.node.watch.CommandHistogram;
import io.tailrace.node.watch.LatencyEvents;
import io.tailrace.node.watch.LatencyGraph;
import io.tailrace.node.watch.LatencyReport;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** LATENCY: events that took long, and how long each command takes. */
final class LatencyCommands implements CommandFamily {
    private static final String[] HELP = {
        "DOCTOR",
        "    Return a human readable latency analysis report.",
        "GRAPH <event>",
        "    Return an ASCII latency graph for the <event> class.",
        "HISTORY <event>",
        "    Return time-latency samples for the <event> class.",
        "LATEST",
        "    Return the latest latency samples for all events.",
        "RESET [<event> ...]",
        "    Reset latency data of one or more <event> classes.",
        "    (default: reset all data for all event classes)",
        "HISTOGRAM [COMMAND ...]",
        "    Return a cumulative distribution of latencies in the format of a histogram for the specified command names.",
        "    If no commands are specified then all histograms are replied.",
    };

    @Override
    public List<CommandSpec> commands() {
        return List.of(CommandSpec.container(
                "latency",
                -2,
                null,
                List.of(
                        admin("doctor", 2, LatencyCommands::doctor),
                        admin("graph", 3, LatencyCommands::graph),
                        admin("history", 3, LatencyCommands::history),
                        admin("latest", 2, LatencyCommands::latest),
                        admin("reset", -2, LatencyCommands::reset),
                        admin("histogram", -2, LatencyCommands::histogram),
                        CommandSpec.session(
                                "latency|help",
                                2,
                                (session, arguments) -> HelpReply.write(session.reply(), "LATENCY", HELP),
                                LOADING,
                                STALE))));
    }

    private static CommandSpec admin(String name, int arity, SessionCommand command) {
        return CommandSpec.session("latency|" + name, arity, command, ADMIN, NOSCRIPT, LOADING, STALE);
    }

    private static LatencyEvents events(ClientSession session) {
        return session.node().diagnostics().latency();
    }

    private static void doctor(ClientSession session, Arguments arguments) {
        NodeConfig config = session.node().settings().current();
        session.reply()
                .verbatim(LatencyReport.of(
                        events(session).all(),
                        config.latencyMonitorThreshold(),
                        config.slowlogLogSlowerThan(),
                        config.slowlogMaxLen() > 0,
                        session.nowMicros() / 1_000_000));
    }

    private static void graph(ClientSession session, Arguments arguments) {
        LatencyEvents.Series series = events(session).of(arguments.ascii(2));
        if (series == null) {
            session.reply().error("ERR No samples available for event '" + ErrorText.quoted(arguments, 2) + "'");
        } else {
            session.reply().verbatim(LatencyGraph.of(series, session.nowMicros() / 1_000_000));
        }
    }

    private static void history(ClientSession session, Arguments arguments) {
        LatencyEvents.Series series = events(session).of(arguments.ascii(2));
        ReplyWriter reply = session.reply();
        reply.array(series == null ? 0 : series.samples().size());
        if (series != null) {
            for (LatencyEvents.Sample sample : series.samples()) {
                reply.array(2);
                reply.integer(sample.seconds());
                reply.integer(sample.tookMs());
            }
        }
    }

    private static void latest(ClientSession session, Arguments arguments) {
        List<LatencyEvents.Series> all = events(session).all();
        ReplyWriter reply = session.reply();
        reply.array(all.size());
        for (LatencyEvents.Series series : all) {
            reply.array(4);
            reply.bulk(series.event());
            reply.integer(series.latest().seconds());
            reply.integer(series.latest().tookMs());
            reply.integer(series.most());
        }
    }

    private static void reset(ClientSession session, Arguments arguments) {
        int count = arguments.count() == 2 ? events(session).reset() : 0;
        for (int i = 2; i < arguments.count(); i++) {
            count += events(session).reset(arguments.ascii(i)) ? 1 : 0;
        }
        session.reply().integer(count);
    }

    private static void histogram(ClientSession session, Arguments arguments) {
        List<String> asked = new ArrayList<>();
        for (int i = 2; i < arguments.count(); i++) {
            asked.add(arguments.ascii(i).toLowerCase(Locale.ROOT));
        }
        session.gather(ShardServices::commandTimes, (shards, reply) -> {
            Map<String, CommandHistogram> times = new TreeMap<>();
            shards.forEach(shard -> shard.forEach((name, each) -> times.merge(name, each, CommandHistogram::plus)));
            Set<String> names = asked.isEmpty() ? times.keySet() : names(asked, times.keySet());
            reply.map(names.size());
            names.forEach(name -> write(name, times.get(name), reply));
        });
    }

    /** Those that were called; with a command's name those of its subcommands. */
    private static Set<String> names(List<String> asked, Set<String> called) {
        Set<String> names = new LinkedHashSet<>();
        for (String name : asked) {
            called.stream()
                    .filter(each -> each.equals(name) || each.startsWith(name + "|"))
                    .forEach(names::add);
        }
        return names;
    }

    private static void write(String name, CommandHistogram histogram, ReplyWriter reply) {
        List<Long> numbers = new ArrayList<>();
        histogram.forEachDoubling((micros, count) -> {
            numbers.add(micros);
            numbers.add(count);
        });
        reply.bulk(name);
        reply.map(2);
        reply.bulk("calls");
        reply.integer(histogram.total());
        reply.bulk("histogram_usec");
        reply.map(numbers.size() / 2);
        numbers.forEach(reply::integer);
    }
}
