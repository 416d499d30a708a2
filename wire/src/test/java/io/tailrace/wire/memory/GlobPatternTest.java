package io.tailrace.wire.memory;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class GlobPatternTest {
    private final NativeBuffer bytes = new NativeBuffer(64 << 10);

    @AfterEach
    void close() {
        bytes.close();
    }

    private boolean matches(String pattern, String text) {
        byte[] both = (pattern + text).getBytes(StandardCharsets.ISO_8859_1);
        Memory.copyIn(both, 0, bytes.address(), both.length);
        return new GlobPattern(bytes.address(), pattern.length())
                .matches(bytes.address() + pattern.length(), text.length());
    }

    private void shouldMatch(String pattern, String... texts) {
        for (String text : texts) {
            assertTrue(matches(pattern, text), pattern + " and " + text);
        }
    }

    private void shouldNotMatch(String pattern, String... texts) {
        for (String text : texts) {
            assertFalse(matches(pattern, text), pattern + " and " + text);
        }
    }

    @Test
    void shouldTakeBytesAsTheyAre() {
        shouldMatch("abc", "abc");
        shouldNotMatch("abc", "ab", "abcd", "ABC", "");
        shouldMatch("", "");
        shouldNotMatch("", "a");
    }

    @Test
    void shouldLetAStarTakeAnyNumber() {
        shouldMatch("*", "a", "abc");
        shouldMatch("a*", "a", "ab");
        shouldMatch("*c", "c", "abc", "cc");
        shouldMatch("a*b*c", "abc", "aXbbYbc");
        shouldMatch("a**", "a", "abc");
        shouldNotMatch("a*b*c", "acb", "abcd");
    }

    @Test
    void shouldMatchTheEmptyStringWithTheEmptyPatternOnly() {
        shouldNotMatch("*", "");
        shouldNotMatch("?", "");
        assertTrue(new GlobPattern(star(), 1).isEverything());
    }

    private long star() {
        Memory.putByte(bytes.address(), (byte) '*');
        return bytes.address();
    }

    @Test
    void shouldTakeOneOfAClass() {
        shouldMatch("h[ae]llo", "hello", "hallo");
        shouldNotMatch("h[ae]llo", "hillo", "hllo");
        shouldMatch("[^e]x", "ax");
        shouldNotMatch("[^e]x", "ex");
        shouldMatch("[a-c][z-x]", "bx", "cz", "ay");
        shouldMatch("[\\]]", "]");
        shouldMatch("[a\\-c]", "-", "c");
        shouldNotMatch("[a\\-c]", "b");
        shouldNotMatch("[]", "a", "]");
    }

    @Test
    void shouldEndAnOpenClassWithThePattern() {
        shouldMatch("[ab", "a", "b");
        shouldMatch("[^", "x");
        shouldNotMatch("[", "[", "a");
        shouldMatch("[a-", "-", "a");
    }

    @Test
    void shouldTakeTheByteAfterABackslash() {
        shouldMatch("\\*", "*");
        shouldNotMatch("\\*", "a");
        shouldMatch("a\\", "a\\");
    }

    @Test
    void shouldNotBeSlowedDownByAbusivePatterns() {
        String text = "a".repeat(20_000);
        Assertions.assertTimeout(Duration.ofSeconds(10), () -> assertFalse(matches("a*".repeat(500) + "b", text)));
    }
}
