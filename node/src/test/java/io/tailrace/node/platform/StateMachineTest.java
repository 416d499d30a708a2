package io.tailrace.node.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;

class StateMachineTest {
    private enum Light implements StateMachine.State<Light> {
        RED,
        GREEN,
        OFF;

        @Override
        public Set<Light> successors() {
            return switch (this) {
                case RED -> Set.of(GREEN, OFF);
                case GREEN -> Set.of(RED);
                case OFF -> Set.of();
            };
        }
    }

    private final StateMachine<Light> machine = new StateMachine<>("light", Light.RED);

    @Test
    void shouldGoAlongTheEdgesThatThereAre() {
        machine.to(Light.GREEN, "go");
        machine.to(Light.RED, "stop");
        machine.to(Light.OFF, "night");
        assertTrue(machine.is(Light.OFF));
        assertEquals(
                "[RED -> GREEN (go), GREEN -> RED (stop), RED -> OFF (night)]",
                machine.recent().toString());
        assertEquals(StateEdges.allowed(Light.values(), Light::successors), StateEdges.taken(machine));
    }

    @Test
    void shouldRefuseAnyOtherEdgeAndStayWhereItIs() {
        for (Light next : Light.values()) {
            if (next != Light.GREEN && next != Light.OFF) {
                assertThrows(IllegalStateException.class, () -> machine.to(next, "wrong"));
                assertEquals(Light.RED, machine.state());
            }
        }
        machine.to(Light.GREEN, "go");
        String message = assertThrows(IllegalStateException.class, () -> machine.to(Light.OFF, "night"))
                .getMessage();
        assertEquals("light: no transition GREEN -> OFF (night) after [RED -> GREEN (go)]", message);
    }

    @Test
    void shouldRememberTheLastTransitionsOnly() {
        for (int i = 0; i < 100; i++) {
            machine.to(machine.is(Light.RED) ? Light.GREEN : Light.RED, "turn " + i);
        }
        assertEquals(32, machine.recent().size());
        assertEquals("turn 99", machine.recent().get(31).reason());
    }
}
