package io.tailrace.wire.resp;

/**
 * What a client may send, in bytes but for the count.
 *
 * @param maxBulkLength the longest argument that is accepted; a longer one is swallowed and answered with an error
 * @param maxArguments the most arguments a request may announce; more is a protocol error
 * @param maxInlineLength the longest inline request, and the longest header line, without its line end
 * @param maxRequestLength the longest request in its encoded form; a longer one is swallowed and answered
 * @param maxKeyLength the longest key; kept here with the others, checked by the commands
 */
public record RespLimits(
        int maxBulkLength, int maxArguments, int maxInlineLength, int maxRequestLength, int maxKeyLength) {
    /** Redis's own {@code proto-max-bulk-len}: a length above it is not believed at all. */
    public static final int PROTOCOL_MAX_BULK = 512 << 20;

    /** With a bulk after it, an offset must still fit an int. */
    private static final int MAX_REQUEST = 1 << 30;

    /** Redis's limit on the arguments of one request. */
    public static final int DEFAULT_MAX_ARGUMENTS = 1 << 20;

    /** Redis's {@code PROTO_INLINE_MAX_SIZE}. */
    public static final int DEFAULT_MAX_INLINE = 64 << 10;

    /** Redis's limit on the arguments of a request before authentication. */
    static final int UNAUTHENTICATED_MAX_ARGUMENTS = 10;

    /** Redis's limit on an argument before authentication; here also of an inline request, and of a header line. */
    static final int UNAUTHENTICATED_MAX_BULK = 16 << 10;

    public RespLimits {
        requireRange("maxBulkLength", maxBulkLength, PROTOCOL_MAX_BULK);
        requireRange("maxArguments", maxArguments, Integer.MAX_VALUE);
        requireRange("maxInlineLength", maxInlineLength, PROTOCOL_MAX_BULK);
        requireRange("maxRequestLength", maxRequestLength, MAX_REQUEST);
        requireRange("maxKeyLength", maxKeyLength, PROTOCOL_MAX_BULK);
    }

    private static void requireRange(String name, int value, int max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException(name + " must be 1.." + max + ", is " + value);
        }
    }
}
