package io.tailrace.wire.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.testkit.LeakCheck;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBytes;
import io.tailrace.wire.resp.Arguments;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class EffectCursorTest {
    private static final String TWO = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\n\r\n\r\n*2\r\n$3\r\nDEL\r\n$0\r\n\r\n";

    @Test
    void shouldWalkTheCommands() {
        assertEquals("<SET><k><\r\n>|<DEL><>|", walk(2, TWO));
    }

    @Test
    void shouldFindEveryTruncation() {
        for (int length = 0; length < TWO.length(); length++) {
            String walked = walk(2, TWO.substring(0, length));
            assertTrue(walked.contains("!no "), () -> walked);
        }
    }

    @Test
    void shouldHoldTheHeaderToItsCount() {
        assertEquals("<SET><k><\r\n>|!bytes after the last command at payload offset 28", walk(1, TWO));
        assertTrue(walk(3, TWO).endsWith("!no array of bulk strings at payload offset 47"), walk(3, TWO));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*0\r\n",
                "*-1\r\n",
                "*01\r\n$1\r\na\r\n",
                "*+1\r\n$1\r\na\r\n",
                "*1\n$1\r\na\r\n",
                "*1\r\n:1\r\n",
                "*1\r\n$-1\r\n",
                "*1\r\n$1\r\nab\r\n",
                "*1\r\n$2\r\na\r\n",
                "*1\r\n$1\r\na\n\r",
                "*1\r\n$99999999999\r\na\r\n",
                "*2147483647\r\n$1\r\na\r\n",
                "*1\r\n$2147483647\r\na\r\n",
                "+OK\r\n",
                "FLUSHALL\r\n",
                "*",
                "*\r\n"
            })
    void shouldRefuseWhatIsNoArrayOfBulkStrings(String payload) {
        String walked = walk(1, payload);
        assertTrue(walked.startsWith("!no "), () -> walked);
    }

    @Test
    void shouldEndAtAFaultWhateverByteIsChanged() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 5000; i++) {
            char[] bytes = TWO.toCharArray();
            bytes[random.nextInt(bytes.length)] = (char) random.nextInt(256);
            // It may be a fault or another value; it may not run out of the record, or hang.
            walk(2, new String(bytes));
        }
    }

    @Test
    void shouldStayAtTheFault() {
        EffectCursor cursor = new EffectCursor();
        try (NativeBytes record = record(2, "*1\r\n$8\r\nFLUSHALL\r\nx")) {
            cursor.wrap(new RecordView().wrap(record.address(), record.length()));
            assertTrue(cursor.next());
            assertFalse(cursor.isMalformed());
            for (int i = 0; i < 3; i++) {
                assertFalse(cursor.next());
                assertTrue(cursor.isMalformed());
                assertEquals(0, cursor.arguments().count());
            }
            cursor.wrap(new RecordView().wrap(record.address(), record.length()));
            assertNull(cursor.problem());
            assertTrue(cursor.next());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SET k v, SET",
        "set k v, SET",
        "SET k v PXAT 1, SET",
        "SET k v PX 1,",
        "SET k v PXAT x,",
        "SET k,",
        "SET k v NX,",
        "MSET k v,",
        "DEL k, DEL",
        "DEL k l,",
        "DEL,",
        "SELECT 3, SELECT",
        "SELECT -1,",
        "SELECT x,",
        "RENAME a b, RENAME",
        "RENAME a,",
        "FLUSHDB, FLUSHDB",
        "SWAPDB 0 1, SWAPDB",
        "SWAPDB 0 x,",
        "HSET k f v, HSET",
        "HSET k f v g w, HSET",
        "HSET k f v g,",
        "HSET k,",
        "HDEL k f g, HDEL",
        "HDEL k,",
        "SADD k m, SADD",
        "SREM k m n, SREM",
        "ZADD k 1.5 m, ZADD",
        "ZADD k 1.5 m 2,",
        "ZREM k m, ZREM",
        "LPUSH k e f, LPUSH",
        "rpush k e, RPUSH",
        "LPOP k 3, LPOP",
        "LPOP k -3,",
        "LPOP k,",
        "LSET k -1 v, LSET",
        "LTRIM k 1 -1, LTRIM",
        "LTRIM k 1 x,",
        "LREM k -2 v, LREM",
        "LINSERT k BEFORE p v, LINSERT",
        "LINSERT k after p v, LINSERT",
        "LINSERT k AT p v,",
        "XADD k 1-1 f v, XADD",
        "XADD k 1-1 f,",
        "XTRIM k MINID 1-0, XTRIM",
        "XTRIM k MAXLEN 1,",
        "APPEND k v, APPEND",
        "APPEND k,",
        "SETRANGE k 0 v, SETRANGE",
        "SETRANGE k -1 v,",
        "SETRANGE k x v,",
        "PEXPIREAT k -5, PEXPIREAT",
        "PEXPIREAT k x,",
        "PEXPIREAT k,",
        "PERSIST k, PERSIST",
        "PERSIST k l,",
        "FLUSHALL, FLUSHALL",
        "FLUSHALL ASYNC,",
        "INCR k,",
        "EXPIRE k 1,",
        "SEGMENT,"
    })
    void shouldKnowTheVocabularyAndNothingElse(String command, Effect effect) {
        try (NativeBytes bytes = NativeBytes.of(command)) {
            Arguments arguments = new Arguments();
            int from = 0;
            for (String word : command.split(" ")) {
                arguments.add(bytes.address() + from, word.length());
                from += word.length() + 1;
            }
            assertEquals(effect, Effect.of(arguments));
        }
    }

    @Test
    void shouldKnowNoEffectOfNothing() {
        assertNull(Effect.of(new Arguments()));
    }

    private static String walk(int commands, String payload) {
        EffectCursor cursor = new EffectCursor();
        StringBuilder walked = new StringBuilder();
        try (NativeBytes record = record(commands, payload)) {
            cursor.wrap(new RecordView().wrap(record.address(), record.length()));
            while (cursor.next()) {
                for (int i = 0; i < cursor.arguments().count(); i++) {
                    walked.append('<').append(cursor.arguments().ascii(i)).append('>');
                }
                walked.append('|');
            }
            return cursor.isMalformed() ? walked + "!" + cursor.problem() : walked.toString();
        }
    }

    private static NativeBytes record(int commands, String payload) {
        NativeBytes record = NativeBytes.of("\0".repeat(RecordLayout.HEADER_LENGTH) + payload);
        RecordLayout.putHeader(record.address(), RecordLayout.KIND_EFFECT, commands, payload.length(), 0);
        assertNull(new RecordView().wrap(record.address(), record.length()).problem());
        assertEquals(payload.length(), Memory.getInt(record.address() + 4));
        return record;
    }
}
