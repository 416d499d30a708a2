package io.tailrace.node.config;

/**
 * A host name or address and a TCP port, written {@code host:port}, or {@code [address]:port} for IPv6.
 *
 * @param host never empty, without brackets
 * @param port 1..65535
 */
public record HostPort(String host, int port) {

    public HostPort {
        if (host.isEmpty() || host.chars().anyMatch(Character::isWhitespace) || port < 1 || port > 65535) {
            throw new IllegalArgumentException("host '" + host + "', port " + port);
        }
    }

    /** Reads {@code host:port}, or Redis's {@code host port}; throws IllegalArgumentException for anything else. */
    public static HostPort parse(String text) {
        String trimmed = text.trim();
        int split = Math.max(trimmed.lastIndexOf(':'), trimmed.lastIndexOf(' '));
        if (split < 1) {
            throw new IllegalArgumentException(text);
        }
        String host = trimmed.substring(0, split).trim();
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (trimmed.charAt(split) == ':' && host.indexOf(':') >= 0) {
            throw new IllegalArgumentException(text);
        }
        long port = SettingType.parseNumber(trimmed.substring(split + 1));
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException(text);
        }
        return new HostPort(host, (int) port);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
