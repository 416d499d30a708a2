package io.tailrace.node.command;

import io.tailrace.node.config.Setting;
import io.tailrace.node.config.SettingNames;
import io.tailrace.wire.resp.Arguments;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A request as operators may see it, in SLOWLOG and MONITOR: without secrets. Stateless. */
public final class ShownArguments {
    private static final String HIDDEN = "(redacted)";
    private static final int MAX_ARGUMENTS = 32;
    private static final int MAX_BYTES = 128;

    private ShownArguments() {}

    /** All of them, a character a byte. */
    public static List<String> of(CommandSpec spec, Arguments arguments) {
        List<String> shown = new ArrayList<>();
        for (int i = 0; i < arguments.count(); i++) {
            shown.add(isHidden(spec, arguments, i) ? HIDDEN : arguments.ascii(i));
        }
        return shown;
    }

    /** The first ones, and of each the beginning, as Redis cuts them. */
    static List<String> cut(CommandSpec spec, Arguments arguments) {
        List<String> shown = new ArrayList<>();
        int count = Math.min(MAX_ARGUMENTS, arguments.count());
        for (int i = 0; i < count; i++) {
            if (i == MAX_ARGUMENTS - 1 && arguments.count() > MAX_ARGUMENTS) {
                shown.add("... (" + (arguments.count() - MAX_ARGUMENTS + 1) + " more arguments)");
            } else {
                shown.add(isHidden(spec, arguments, i) ? HIDDEN : cut(arguments, i));
            }
        }
        return shown;
    }

    private static String cut(Arguments arguments, int i) {
        String text = arguments.ascii(i);
        return text.length() <= MAX_BYTES
                ? text
                : text.substring(0, MAX_BYTES) + "... (" + (text.length() - MAX_BYTES) + " more bytes)";
    }

    private static boolean isHidden(CommandSpec spec, Arguments arguments, int i) {
        return switch (spec.name()) {
            case "auth" -> i > 0;
            case "acl|setuser" -> i > 1;
            case "config|set" -> i > 2 && i % 2 == 1 && isSecret(arguments.ascii(i - 1));
            case "hello" -> i > 2 && (isAuth(arguments, i - 1) || i > 3 && isAuth(arguments, i - 2));
            default -> false;
        };
    }

    private static boolean isAuth(Arguments arguments, int i) {
        return arguments.is(i, "AUTH");
    }

    /** The user at the primary is one for Redis. */
    private static boolean isSecret(String setting) {
        Optional<Setting> found = SettingNames.find(setting);
        return found.isPresent() && (found.get().isSecret() || found.get() == Setting.MASTERUSER);
    }
}
