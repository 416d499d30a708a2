package io.tailrace.wire.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.Arguments;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What effects on databases may say, and of which database the key is that an effect changes. */
class DatabaseEffectTest {
    /** Takes the effect of some words, or null, and the database of its key after a SELECT of 7. */
    private interface Check {
        void of(Effect effect, Arguments arguments);
    }

    private static void with(String command, Check check) {
        byte[] bytes = command.getBytes(StandardCharsets.ISO_8859_1);
        try (NativeBuffer buffer = new NativeBuffer(bytes.length)) {
            Memory.copyIn(bytes, 0, buffer.address(), bytes.length);
            Arguments arguments = new Arguments();
            int from = 0;
            for (String word : command.split(" ")) {
                arguments.add(buffer.address() + from, word.length());
                from += word.length() + 1;
            }
            check.of(Effect.of(arguments), arguments);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 0",
                "SELECT 4095",
                "SWAPDB 0 4095",
                "FLUSHDB",
                "COPY a b REPLACE",
                "COPY a b DB 4095 REPLACE",
                "copy a b db 0 replace"
            })
    void shouldKnowEffectsOnDatabases(String command) {
        with(
                command,
                (effect, arguments) ->
                        assertEquals(command.split(" ")[0].toUpperCase(Locale.ROOT), String.valueOf(effect)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 4096",
                "SELECT -1",
                "SELECT x",
                "SELECT 01",
                "SWAPDB 0 4096",
                "SWAPDB -1 0",
                "FLUSHDB ASYNC",
                "COPY a b",
                "COPY a b DB 4096 REPLACE",
                "COPY a b DB 1",
                "COPY a b REPLACE DB 1",
                "COPY a b DB REPLACE"
            })
    void shouldRefuseWhatIsNoEffect(String command) {
        with(command, (effect, arguments) -> assertNull(effect));
    }

    @Test
    void shouldTellOfWhichDatabaseTheKeyIs() {
        with("SET k v", (effect, arguments) -> assertEquals(7, effect.database(arguments, 7)));
        with("COPY a b REPLACE", (effect, arguments) -> assertEquals(7, effect.database(arguments, 7)));
        with("COPY a b DB 3 REPLACE", (effect, arguments) -> assertEquals(3, effect.database(arguments, 7)));
    }
}
