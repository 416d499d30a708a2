package io.tailrace.tools.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BenchPlanTest {
    private static final int REQUESTS = 20_000;

    private static BenchPlan plan(String operation) {
        return new BenchPlan(
                List.of(),
                List.of(),
                List.of(),
                BenchCase.of(operation, 1, 0),
                1,
                new BenchPlan.Keys(KeyOrder.Kind.UNIFORM, 100, 3, 3, 1),
                5,
                REQUESTS,
                0,
                true);
    }

    private static void addAll(Set<String> to, Workload workload) {
        for (int i = 0; i < REQUESTS; i++) {
            ByteBuffer out = ByteBuffer.allocate(200);
            workload.putNext(out);
            to.add(StandardCharsets.ISO_8859_1.decode(out.flip()).toString());
        }
    }

    /** What pops, or adds, would soon measure replies that change nothing. */
    @Test
    void shouldAddAMemberOfItsOwnWithEachRequest() {
        BenchPlan plan = plan("spop");
        Set<String> members = new HashSet<>();
        for (int round = -1; round < 3; round++) {
            addAll(members, plan.refill(plan.what().refills().get(0), round));
        }
        for (int round = -1; round < 3; round++) {
            addAll(members, plan("sadd").workload(round));
        }
        assertEquals(8 * REQUESTS, members.size());
    }

    @Test
    void shouldRefillWhatACommandTakesAway() {
        for (String name : Operations.names()) {
            String command = Operations.named(name).command();
            boolean isTaking = command.startsWith("DEL") || command.contains("POP");
            assertEquals(isTaking, !BenchCase.of(name, 1, 0).refills().isEmpty(), name);
        }
    }

    @Test
    void shouldMoveMembersAnywhere() {
        Set<String> requests = new HashSet<>();
        addAll(requests, plan("zadd").workload(0));
        assertTrue(requests.size() > 8_000, "of 100 members and 100 scores there were " + requests.size());
    }
}
