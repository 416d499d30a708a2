package io.tailrace.node.command;

import io.tailrace.node.watch.AclLog;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What stands for a queued command that its user may not run any more when EXEC comes: as in Redis its reply is why not, and the other
 * commands run. It is neither counted nor shown as a call. Immutable.
 */
public record DeniedCommand(String error) implements KeyCommand {
    private static final String CHANGED =
            "NOPERM ACLs rules changed between the moment the transaction was accumulated and the"
                    + " EXEC call. This command is no longer allowed for the following reason: ";

    /** By the few errors that there are. */
    private static final Map<String, CommandSpec> SPECS = new ConcurrentHashMap<>();

    /** In place of a command, for a reason of ACL LOG. */
    public static CommandSpec of(AclLog.Reason reason) {
        return of(CHANGED
                + switch (reason) {
                    case KEY -> "no permission to touch the specified keys";
                    case CHANNEL -> "no permission to access one of the channels used as arguments";
                    default -> "no permission to execute the command or subcommand";
                });
    }

    /** In place of a command that replies with an error. */
    public static CommandSpec of(String error) {
        return SPECS.computeIfAbsent(error, DeniedCommand::spec);
    }

    private static CommandSpec spec(String error) {
        CommandSpec.Code code = new CommandSpec.Code(Routing.ONE_SHARD, new DeniedCommand(error), null);
        return new CommandSpec("denied", -1, CommandFlag.mask(CommandFlag.ADMIN), KeyPositions.NONE, code, Map.of());
    }

    /** Why a command is not to be run, or null for one that is. */
    static String errorOf(CommandSpec spec) {
        return spec.keyCommand() instanceof DeniedCommand denied ? denied.error : null;
    }

    @Override
    public void run(CommandContext context) {
        context.reply().error(error);
    }
}
