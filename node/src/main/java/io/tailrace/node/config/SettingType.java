package io.tailrace.node.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How the text of a setting becomes a value and back.
 *
 * @param allowed what a user may write, as the end of a sentence that begins with "must be"
 * @param hint what stands for the value in a usage text
 * @param parser throws IllegalArgumentException for whatever is not allowed
 * @param formatter gives the text that CONFIG GET answers
 */
record SettingType(String allowed, String hint, Function<String, Object> parser, Function<Object, String> formatter) {

    /** Redis's own limit of a password. */
    private static final int MAX_TEXT = 512;

    /** As Redis: one way to write each. */
    private static final Pattern NUMBER = Pattern.compile("0|-?[1-9][0-9]*");

    private static final Pattern SIZE = Pattern.compile("([0-9]{1,19})(b|k|kb|m|mb|g|gb)?", Pattern.CASE_INSENSITIVE);

    /** A number from 0 on, of 32 bits. */
    static SettingType count() {
        return number(0, Integer.MAX_VALUE);
    }

    /** A number from 0 on, of 64 bits. */
    static SettingType longCount() {
        return number(0, Long.MAX_VALUE);
    }

    /** A TCP port, or 0. */
    static SettingType port() {
        return number(0, 65535);
    }

    static SettingType number(long least, long most) {
        return of("a number from " + least + " to " + most, "N", text -> within(parseNumber(text), least, most));
    }

    /** Bytes with Redis's units: k, m and g are powers of 1000; kb, mb and gb are powers of 1024. */
    static SettingType size() {
        return size("0", Long.toString(Long.MAX_VALUE));
    }

    /** The same within a range. */
    static SettingType size(String least, String most) {
        long from = parseSize(least);
        long to = parseSize(most);
        return of("a size from " + least + " to " + most, "SIZE", text -> within(parseSize(text), from, to));
    }

    /** {@link #size}, or 0 for none. */
    static SettingType sizeOrNone(String least, String most) {
        long from = parseSize(least);
        long to = parseSize(most);
        return of("a size from " + least + " to " + most + ", or 0 for none", "SIZE", text -> {
            long size = parseSize(text);
            return size == 0 ? size : within(size, from, to);
        });
    }

    /** Bytes, or a percentage of max-memory. */
    static SettingType memoryShare() {
        return of("a size, or a percentage from 1% to 100%, or 0 for none", "SIZE|N%", MemoryShare::parse);
    }

    static <E extends Enum<E>> SettingType choice(Class<E> type) {
        String names =
                Stream.of(type.getEnumConstants()).map(SettingType::lower).collect(Collectors.joining("|"));
        return new SettingType(
                "one of " + names.replace("|", ", "),
                names,
                text -> Enum.valueOf(type, text.toUpperCase(Locale.ROOT).replace('-', '_')),
                SettingType::lower);
    }

    static SettingType yesOrNo() {
        return new SettingType(
                "yes or no",
                "yes|no",
                text -> {
                    if (text.equalsIgnoreCase("yes") || text.equalsIgnoreCase("true")) {
                        return true;
                    }
                    if (text.equalsIgnoreCase("no") || text.equalsIgnoreCase("false")) {
                        return false;
                    }
                    throw new IllegalArgumentException(text);
                },
                value -> (boolean) value ? "yes" : "no");
    }

    /** Redis's letters for classes of keyspace events. */
    static SettingType notifyClasses() {
        return new SettingType(
                "made of the letters Ag$lshzxeKEtmdn",
                "LETTERS",
                text -> (long) NotifyClasses.parse(text),
                value -> NotifyClasses.text((int) (long) value));
    }

    /** Redis's {@code *} is every address. */
    static SettingType host() {
        return of("a host name or address", "HOST", text -> {
            if (text.isEmpty() || text.chars().anyMatch(Character::isWhitespace)) {
                throw new IllegalArgumentException(text);
            }
            return text.equals("*") ? "0.0.0.0" : text;
        });
    }

    /** Nothing, or what others find a node by. */
    static SettingType announcedHost() {
        return of("a host name or address, or empty for none", "HOST", text -> {
            if (text.chars().anyMatch(Character::isWhitespace)) {
                throw new IllegalArgumentException(text);
            }
            return text;
        });
    }

    /** Bytes and seconds. */
    static SettingType softLimit() {
        return of("a size and a number of seconds, 0 0 for none", "\"SIZE N\"", SoftLimit::parse);
    }

    static SettingType percentiles() {
        return of("numbers from 0 to 100 with spaces between them, or empty for none", "\"N ..\"", Percentiles::parse);
    }

    static SettingType directory() {
        return of("the path of a directory", "DIR", text -> {
            if (text.isEmpty()) {
                throw new IllegalArgumentException(text);
            }
            return Path.of(text);
        });
    }

    /** Nothing, or the path of a file; nothing means none. */
    static SettingType file() {
        return optional("the path of a file, or empty for none", "FILE", Path::of);
    }

    /** A name in UTF-8, or nothing. Taken as it is, white space at its ends too. */
    static SettingType text() {
        return of("at most " + MAX_TEXT + " bytes of text, or empty for none", "TEXT", text -> {
            boolean isLine = text.chars().noneMatch(Character::isISOControl);
            if (!isLine || text.getBytes(StandardCharsets.UTF_8).length > MAX_TEXT) {
                throw new IllegalArgumentException();
            }
            return text;
        });
    }

    /** A password or nothing: any bytes, as a text with a character a byte. */
    static SettingType secret() {
        return of("at most " + MAX_TEXT + " bytes, or empty for none", "TEXT", text -> {
            if (text.length() > MAX_TEXT) {
                throw new IllegalArgumentException();
            }
            return text;
        });
    }

    static SettingType shards() {
        return of("auto or a number from 1 to " + ShardCount.MAX, "auto|N", ShardCount::parse);
    }

    static SettingType cores() {
        return of("none, auto or a list of different processor numbers such as 1,3", "none|auto|LIST", Cores::parse);
    }

    /** Nothing, or processor numbers. */
    static SettingType processors() {
        return new SettingType(
                "a list of different processor numbers such as 0,2, or empty for none",
                "LIST",
                text -> text.isEmpty() ? Cores.NONE : Cores.parseList(text),
                value -> value.equals(Cores.NONE) ? "" : value.toString());
    }

    /** Nothing, or the address of a primary. */
    static SettingType primary() {
        return optional("HOST:PORT of a primary, or empty for none", "HOST:PORT", HostPort::parse);
    }

    /** Nothing, or a port; nothing means that another setting decides. */
    static SettingType derivedPort() {
        return optional(
                "a number from 1 to 65535, or empty for port + 10000",
                "N",
                text -> within(parseNumber(text), 1, 65535));
    }

    /** Nothing, or a port; nothing means none. */
    static SettingType optionalPort() {
        return optional(
                "a number from 1 to 65535, or empty for none", "N", text -> within(parseNumber(text), 1, 65535));
    }

    private static SettingType optional(String allowed, String hint, Function<String, Object> parser) {
        return new SettingType(
                allowed,
                hint,
                text -> text.isEmpty() ? Optional.empty() : Optional.of(parser.apply(text)),
                value -> ((Optional<?>) value).map(Object::toString).orElse(""));
    }

    private static SettingType of(String allowed, String hint, Function<String, Object> parser) {
        return new SettingType(allowed, hint, parser, Object::toString);
    }

    private static String lower(Object constant) {
        return constant.toString().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static long within(long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(Long.toString(value));
        }
        return value;
    }

    /**
     * A number in the digits 0 to 9 and no other script's, which Java would take: they look like something else to who reads the file.
     */
    static long parseNumber(String text) {
        if (!NUMBER.matcher(text).matches()) {
            throw new IllegalArgumentException(text);
        }
        return Long.parseLong(text);
    }

    static long parseSize(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(text);
        }
        long count = Long.parseLong(matcher.group(1));
        String unit = matcher.group(2) == null ? "b" : matcher.group(2).toLowerCase(Locale.ROOT);
        long factor =
                switch (unit) {
                    case "k" -> 1000L;
                    case "kb" -> 1L << 10;
                    case "m" -> 1000_000L;
                    case "mb" -> 1L << 20;
                    case "g" -> 1000_000_000L;
                    case "gb" -> 1L << 30;
                    default -> 1L;
                };
        try {
            return Math.multiplyExact(count, factor);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
