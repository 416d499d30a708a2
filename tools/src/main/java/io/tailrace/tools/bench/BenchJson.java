package io.tailrace.tools.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tailrace.tools.bench.BenchResult.Figure;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Results as one JSON object: each value of each round, and the percentiles of all rounds together. Stateless. */
public final class BenchJson {
    private static final double[] PERCENTILES = {0, 10, 50, 75, 90, 95, 99, 99.9, 99.99, 100};
    private static final double MICRO = 1e3;

    private BenchJson() {}

    /** Results by case, and of each by server. */
    public static void write(List<List<BenchResult>> cases, String command, Writer to) throws IOException {
        try (JsonGenerator json = new JsonFactory().createGenerator(to).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeStringField("command", command);
            json.writeArrayFieldStart("cases");
            for (List<BenchResult> results : cases) {
                json.writeStartObject();
                json.writeStringField("case", results.get(0).of().title());
                json.writeArrayFieldStart("servers");
                for (BenchResult result : results) {
                    server(json, result);
                }
                json.writeEndArray();
                if (results.size() == 2) {
                    json.writeObjectFieldStart("ratios");
                    for (Figure figure : Figure.values()) {
                        spread(
                                json,
                                figure.key(),
                                results.get(0)
                                        .spread(figure)
                                        .over(results.get(1).spread(figure)));
                    }
                    json.writeEndObject();
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static void server(JsonGenerator json, BenchResult result) throws IOException {
        json.writeStartObject();
        json.writeStringField("address", result.target().toString());
        json.writeStringField("server", result.server());
        json.writeNumberField("errors", result.errors());
        if (result.firstError() != null) {
            json.writeStringField("first_error", result.firstError());
        }
        for (Figure figure : Figure.values()) {
            spread(json, figure.key(), result.spread(figure));
        }
        percentiles(json, "latency_us", result.times());
        if (result.lag() != null) {
            percentiles(json, "replica_lag_us", result.lag());
        }
        json.writeEndObject();
    }

    private static void spread(JsonGenerator json, String name, Spread spread) throws IOException {
        json.writeObjectFieldStart(name);
        number(json, "median", spread.median());
        number(json, "least", spread.least());
        number(json, "most", spread.most());
        json.writeArrayFieldStart("rounds");
        for (double value : spread.values()) {
            if (Double.isFinite(value)) {
                json.writeNumber(value);
            } else {
                json.writeNull();
            }
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void number(JsonGenerator json, String name, double value) throws IOException {
        if (Double.isFinite(value)) {
            json.writeNumberField(name, value);
        } else {
            json.writeNullField(name);
        }
    }

    private static void percentiles(JsonGenerator json, String name, Histogram times) throws IOException {
        json.writeObjectFieldStart(name);
        for (double percentile : PERCENTILES) {
            json.writeNumberField(Numbers.percentile(percentile), times.getValueAtPercentile(percentile) / MICRO);
        }
        json.writeEndObject();
    }
}
