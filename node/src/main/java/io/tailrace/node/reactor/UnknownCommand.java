package io.tailrace.node.reactor;

import io.tailrace.wire.resp.Arguments;
import java.util.Locale;

/** What a client is told whose command there is not, in Redis's words. Stateless. */
final class UnknownCommand {
    private static final int SHOWN = 128;

    private UnknownCommand() {}

    /** @param isContainer whether the command is known, and its subcommand is not */
    static String error(Arguments arguments, boolean isContainer) {
        String text = isContainer ? subcommand(arguments) : command(arguments);
        // an error is one line, whatever a client put into it
        return text.replace('\r', ' ').replace('\n', ' ');
    }

    private static String subcommand(Arguments arguments) {
        return "ERR unknown subcommand '" + shown(arguments.ascii(1), SHOWN) + "'. Try "
                + arguments.ascii(0).toUpperCase(Locale.ROOT) + " HELP.";
    }

    private static String command(Arguments arguments) {
        StringBuilder shown = new StringBuilder();
        for (int i = 1; i < arguments.count() && shown.length() < SHOWN; i++) {
            String argument = shown(arguments.ascii(i), SHOWN - shown.length());
            shown.append('\'').append(argument).append("' ");
        }
        return "ERR unknown command '" + shown(arguments.ascii(0), SHOWN) + "', with args beginning with: " + shown;
    }

    /** As Redis prints it, which ends at a zero byte. */
    private static String shown(String text, int most) {
        int zero = text.indexOf('\0');
        return text.substring(0, Math.min(zero < 0 ? text.length() : zero, most));
    }
}
