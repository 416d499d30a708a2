package io.tailrace.tools;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tailrace.tools.dump.TimeExpression;
import io.tailrace.tools.size.SizeEstimate;
import io.tailrace.tools.size.ValueKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tailrace size}: memory and disk for data that is yet to come. */
@Command(
        name = "size",
        description = "Estimates the memory and disk a node needs for a number of keys.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        footer = {
            "",
            "Numbers take k, m and g (powers of 1000), sizes also kb, mb and gb (of 1024).",
            "",
            "  tailrace size --entries 10m --avg-key 16 --avg-value 100",
            "  tailrace size --entries 1m --type hash --elements 10 --avg-value 28 --writes 20k --away 4h",
            "",
            "Exit code 0: done; 2: wrong use. What it takes into account is in tools/README.md."
        })
final class SizeCommand implements Callable<Integer> {
    private static final Pattern NUMBER = Pattern.compile("([0-9]{1,12})([kmg]?b?)");
    private static final long MAX_KEY = 64 << 10;
    private static final long MAX_VALUE = 256L << 20;

    /** How it is written. */
    enum Format {
        TEXT,
        JSON
    }

    @Spec
    private CommandSpec spec;

    @Option(names = "--entries", paramLabel = "N", required = true, description = "keys")
    private String entries;

    @Option(names = "--avg-key", paramLabel = "BYTES", description = "of a key (default: 16)")
    private String key = "16";

    @Option(names = "--avg-value", paramLabel = "BYTES", description = "of a string, or of an element (default: 100)")
    private String value = "100";

    @Option(
            names = "--type",
            paramLabel = "string|hash|list|set|zset|stream",
            description = "what the keys hold (default: string)")
    private ValueKind kind = ValueKind.STRING;

    @Option(names = "--elements", paramLabel = "N", description = "of a collection (default: 10)")
    private String elements = "10";

    @Option(names = "--writes", paramLabel = "N", description = "a second (default: 1k)")
    private String writes = "1k";

    @Option(names = "--away", paramLabel = "SPAN", description = "how long a replica may be cut off (default: 1h)")
    private String away = "1h";

    @Option(names = "--format", paramLabel = "text|json", description = "lines, or one object (default: text)")
    private Format format = Format.TEXT;

    @Override
    public Integer call() throws IOException {
        Long awayMicros = TimeExpression.span(away);
        if (awayMicros == null) {
            throw wrong("--away", away, "must be a span such as 90s, 10m, 4h or 2d");
        }
        SizeEstimate.Question question = new SizeEstimate.Question(
                number("--entries", entries, 1, 100_000_000_000L),
                (int) number("--avg-key", key, 1, MAX_KEY),
                kind,
                kind == ValueKind.STRING ? 1 : number("--elements", elements, 1, 10_000_000_000L),
                number("--avg-value", value, 1, MAX_VALUE),
                number("--writes", writes, 0, 100_000_000),
                awayMicros / 1_000_000);
        SizeEstimate estimate = SizeEstimate.of(question);
        PrintWriter out = spec.commandLine().getOut();
        if (format == Format.JSON) {
            out.println(json(estimate));
        } else {
            print(question, estimate, out);
        }
        out.flush();
        return ExitCode.OK;
    }

    private long number(String option, String text, long least, long most) {
        Matcher number = NUMBER.matcher(text.toLowerCase(Locale.ROOT));
        long found = -1;
        if (number.matches()) {
            String unit = number.group(2);
            int power = unit.isEmpty() || unit.equals("b") ? 0 : 1 + "kmg".indexOf(unit.charAt(0));
            long step = unit.length() == 2 ? 1_024 : 1_000;
            found = Long.parseLong(number.group(1));
            for (int i = 0; i < power; i++) {
                found *= step;
            }
        }
        if (found < least || found > most) {
            throw wrong(option, text, "must be a number from " + least + " to " + most + " such as 100, 10k or 16kb");
        }
        return found;
    }

    private ParameterException wrong(String option, String text, String problem) {
        return new ParameterException(spec.commandLine(), option + " = '" + text + "': " + problem);
    }

    private static void line(PrintWriter out, String name, String text, Object... values) {
        out.println(String.format(Locale.ROOT, "%-10s" + text, values(name, values)));
    }

    private static Object[] values(String name, Object... values) {
        Object[] all = new Object[values.length + 1];
        all[0] = name;
        System.arraycopy(values, 0, all, 1, values.length);
        return all;
    }

    private static String bytes(double bytes) {
        String units = " kMGTP";
        int i = 0;
        double left = bytes;
        while (left >= 1_000 && i < units.length() - 1) {
            left /= 1_000;
            i++;
        }
        return i == 0
                ? String.format(Locale.ROOT, "%.0f bytes", left)
                : String.format(Locale.ROOT, "%.3g %cB", left, units.charAt(i));
    }

    private static void print(SizeEstimate.Question asked, SizeEstimate estimate, PrintWriter out) {
        boolean isString = asked.kind() == ValueKind.STRING;
        String name = asked.kind().name().toLowerCase(Locale.ROOT);
        line(
                out,
                "keys",
                "%,d of %d bytes, each a %s of %s",
                asked.entries(),
                asked.keyBytes(),
                name,
                isString
                        ? asked.bytes() + " bytes"
                        : String.format(Locale.ROOT, "%,d elements of %d bytes", asked.elements(), asked.bytes()));
        line(
                out,
                "memory",
                "%s as used_memory and max-memory count (%.0f bytes a key)",
                bytes(estimate.memory()),
                estimate.perKey());
        line(
                out,
                "process",
                "%s of its own with Java; up to %s while it grows, if it was not sized for them",
                bytes(estimate.process()),
                bytes(estimate.growing()));
        line(
                out,
                "log",
                "%.0f bytes a write, %s a second, %s a day; %s so that a replica may be away for %,d s",
                estimate.perWrite(),
                bytes(estimate.perWrite() * asked.writesPerSecond()),
                bytes(estimate.perWrite() * asked.writesPerSecond() * 86_400),
                bytes(estimate.log()),
                asked.awaySeconds());
        line(out, "snapshot", "%s each; two are kept, and one may be being written", bytes(estimate.snapshot()));
        line(out, "disk", "%s", bytes(estimate.disk()));
        out.println();
        out.println("tailrace node --max-entries " + asked.entries() + " --avg-key-size " + asked.keyBytes()
                + " --avg-value-size " + Math.min(MAX_VALUE, isString ? asked.bytes() : 16)
                + String.format(Locale.ROOT, " --backlog-size %.0fmb", Math.ceil(estimate.log() / (1 << 20))));
    }

    private static String json(SizeEstimate estimate) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactoryBuilder().build().createGenerator(text)) {
            json.writeStartObject();
            json.writeNumberField("bytes_per_key", Math.round(estimate.perKey()));
            json.writeNumberField("memory", Math.round(estimate.memory()));
            json.writeNumberField("process", Math.round(estimate.process()));
            json.writeNumberField("process_growing", Math.round(estimate.growing()));
            json.writeNumberField("log_bytes_per_write", Math.round(estimate.perWrite()));
            json.writeNumberField("log", Math.round(estimate.log()));
            json.writeNumberField("snapshot", Math.round(estimate.snapshot()));
            json.writeNumberField("disk", Math.round(estimate.disk()));
            json.writeEndObject();
        }
        return text.toString();
    }
}
