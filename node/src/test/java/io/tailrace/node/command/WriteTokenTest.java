package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tailrace.node.services.WritePosition;
import io.tailrace.wire.record.QueueIndex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WriteTokenTest {
    private static final String OLD = "0123456789abcdef0123456789abcdef01234567";
    private static final String NEW = "89abcdef0123456789abcdef0123456789abcdef";

    private static void shouldBe(String text, WritePosition... positions) {
        assertEquals(text, WriteToken.text(positions));
        assertArrayEquals(positions, WriteToken.parse(text));
    }

    private static WritePosition at(String history, int segment, long sequence) {
        return new WritePosition(history, QueueIndex.of(segment, sequence));
    }

    @Test
    void shouldBeOneWordThatReadsBack() {
        shouldBe(OLD + ".3-17", at(OLD, 3, 17));
        shouldBe(OLD + ".-.2-5", WritePosition.NOWHERE, at(OLD, 2, 5));
        shouldBe(OLD + ".3-17.2147483647-0-" + NEW, at(OLD, 3, 17), at(NEW, Integer.MAX_VALUE, 0));
        shouldBe("-.-.-", WritePosition.NOWHERE, WritePosition.NOWHERE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "x.-",
                "-.3-17",
                OLD,
                OLD + ".",
                OLD + ".3",
                OLD + ".3-",
                OLD + ".-17",
                OLD + ".3-17-",
                OLD + ".3-17-12",
                OLD + ".3--17",
                OLD + ".2147483648-1",
                OLD + ".3-2147483648",
                OLD + ".3-17.",
                OLD + ".3:17",
                OLD + ".3-17 ",
                "0123456789ABCDEF0123456789abcdef01234567.3-17"
            })
    void shouldRefuseWhatIsNoToken(String text) {
        assertThrows(IllegalArgumentException.class, () -> WriteToken.parse(text));
    }
}
