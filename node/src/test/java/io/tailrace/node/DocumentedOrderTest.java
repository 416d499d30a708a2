package io.tailrace.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Orders that the documentation tells are those of the code: the layers, and the steps of the duty cycle. */
class DocumentedOrderTest {
    private static final Path MODULE = Path.of(System.getProperty("basedir", ""));
    private static final Path README = MODULE.resolve("README.md");
    private static final Path REACTOR = MODULE.resolve("src/main/java/io/tailrace/node/reactor/Reactor.java");
    private static final Path DUTIES = REACTOR.resolveSibling("ShardDuties.java");

    /** What stands for each step in the code, in the order of the documentation. */
    private static final Map<String, String> STEPS = new LinkedHashMap<>();

    static {
        STEPS.put("poll sockets", "poller.poll(");
        STEPS.put("inbox", "poller.inbox().drain(");
        STEPS.put("paused requests", "pausedRequests.resumeWhenOver(");
        STEPS.put("resumed connections", "agenda.resumeReady(");
        STEPS.put("outboxes", "links.drain(");
        STEPS.put("force the log", "forceGate.force(");
        STEPS.put("waiting commands", ".waiting().poll(");
        STEPS.put("replication", "replication.doWork(");
        STEPS.put("growth of the store", ".growStep(");
        STEPS.put("freeing", ".reap(");
        STEPS.put("agents", "agents.doWork(");
        STEPS.put("snapshots", "pollSnapshots(");
        STEPS.put("expiry and eviction", "maintain(");
        STEPS.put("flush", "agenda.flush(");
        STEPS.put("timers", "onSecond(");
    }

    private static String methodOf(String source, String declaration) {
        int start = source.indexOf(declaration);
        assertTrue(start >= 0, declaration);
        return source.substring(source.indexOf('\n', start), source.indexOf("\n    }\n", start));
    }

    private static String cycle() throws IOException {
        String source = Files.readString(REACTOR);
        return methodOf(source, "public int cycle(")
                .replace("work += duties.doWork();", methodOf(Files.readString(DUTIES), "int doWork("));
    }

    @Test
    void shouldTakeTheStepsOfADutyCycleInTheOrderOfTheDocumentation() throws IOException {
        String cycle = cycle();
        int last = -1;
        for (Map.Entry<String, String> step : STEPS.entrySet()) {
            int at = cycle.indexOf(step.getValue());
            assertTrue(at > last, step.getKey() + " is not where it is documented: " + step.getValue());
            last = at;
        }
    }

    @Test
    void shouldDocumentEveryStepThatReturnsWork() throws IOException {
        for (String line : cycle().split("\n")) {
            boolean isStep = line.matches(".*\\b(work|done|grown|sent) \\+?= .*\\(.*");
            assertTrue(!isStep || STEPS.values().stream().anyMatch(line::contains), line);
        }
    }

    @Test
    void shouldTellTheSameStepsInTheClassCommentAndTheReadme() throws IOException {
        List<String> expected = new ArrayList<>(STEPS.keySet());
        String comment = Files.readString(REACTOR);
        List<String> inComment = new ArrayList<>();
        Matcher line = Pattern.compile("(?m)^ \\*  ([a-z]+(?: [a-z]+)*)  .*$")
                .matcher(comment.substring(comment.indexOf("<pre>"), comment.indexOf("</pre>")));
        while (line.find()) {
            inComment.add(line.group(1));
        }
        assertEquals(expected, inComment);
        String readme = Files.readString(README);
        int start = readme.indexOf("    poll sockets - ");
        String steps = readme.substring(start, readme.indexOf("\n\n", start));
        assertEquals(
                expected,
                Stream.of(steps.replace('\n', ' ').split(" - +"))
                        .map(String::trim)
                        .toList());
    }

    @Test
    void shouldTellTheLayersInTheReadmeAsTheyAre() throws IOException {
        List<String> layers = new ArrayList<>();
        Matcher line = Pattern.compile("(?m)^  \\.([a-z]+) ").matcher(Files.readString(README));
        while (line.find()) {
            layers.add(line.group(1));
        }
        Collections.reverse(layers);
        assertEquals(ArchitectureTest.LAYERS, layers);
    }
}
