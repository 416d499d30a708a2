package io.tailrace.node.config;

/**
 * A setting that is not accepted; the message is one line that names the key, the value, where it came from and what is
 * allowed.
 */
public final class ConfigException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String key;
    private final String reason;

    /** @param origin where the value was set: a file, a variable of the environment, an option */
    public ConfigException(String key, String value, String origin, String reason) {
        super(key + " = '" + printable(value) + "' (from " + origin + "): " + reason);
        this.key = key;
        this.reason = reason;
    }

    ConfigException(String key, String message) {
        super(message);
        this.key = key;
        this.reason = message;
    }

    /** The setting, or the unknown name that was given for one. */
    public String key() {
        return key;
    }

    /** What is wrong, without key and value: what CONFIG SET puts after its own introduction. */
    public String reason() {
        return reason;
    }

    /** One line stays one line whatever a file or a client wrote. */
    private static String printable(String value) {
        StringBuilder out = new StringBuilder();
        value.chars().limit(120).forEach(c -> out.append(Character.isISOControl(c) ? '?' : (char) c));
        return value.length() > 120 ? out.append("...").toString() : out.toString();
    }
}
