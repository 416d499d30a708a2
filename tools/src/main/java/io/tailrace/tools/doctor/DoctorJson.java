package io.tailrace.tools.doctor;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;

/** Findings as one object. Stateless. */
public final class DoctorJson {
    private DoctorJson() {}

    /** All of them, and how many are bad. */
    public static String of(List<Finding> findings) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactoryBuilder().build().createGenerator(text)) {
            json.writeStartObject();
            json.writeNumberField(
                    "bad",
                    findings.stream()
                            .filter(finding -> finding.level() == Finding.Level.BAD)
                            .count());
            json.writeArrayFieldStart("findings");
            for (Finding finding : findings) {
                json.writeStartObject();
                json.writeStringField("level", finding.level().name().toLowerCase(Locale.ROOT));
                json.writeStringField("what", finding.what());
                json.writeStringField("why", finding.why());
                json.writeStringField("change", finding.change());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return text.toString();
    }
}
