package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.ADMIN;
import static io.tailrace.node.command.CommandFlag.LOADING;
import static io.tailrace.node.command.CommandFlag.NOSCRIPT;
import static io.tailrace.node.command.CommandFlag.NO_ASYNC_LOADING;
import static io.tailrace.node.command.CommandFlag.STALE;

import io.tailrace.node.services.ClientSession;
import io.tailrace.wire.resp.Arguments;
import java.util.List;

/** MODULE: there are none, and a node that takes none says so as a Redis whose modules are locked does. */
final class ModuleCommands implements CommandFamily {
    private static final String LOCKED =
            "ERR MODULE command not allowed. If the enable-module-command option is set to \"local\", you can run it "
                    + "from a local connection, otherwise you need to set this option in the configuration file, and "
                    + "then restart the server.";
    private static final String[] HELP = {
        "LIST",
        "    Return a list of loaded modules.",
        "LOAD <path> [<arg> ...]",
        "    Load a module library from <path>, passing to it any optional arguments.",
        "LOADEX <path> [[CONFIG NAME VALUE] [CONFIG NAME VALUE]] [ARGS ...]",
        "    Load a module library from <path>, while passing it module configurations and optional arguments.",
        "UNLOAD <name>",
        "    Unload a module.",
    };

    @Override
    public List<CommandSpec> commands() {
        return List.of(CommandSpec.container(
                "module",
                -2,
                null,
                List.of(
                        CommandSpec.session(
                                "module|list",
                                2,
                                (session, arguments) -> session.reply().array(0),
                                ADMIN,
                                NOSCRIPT),
                        locked("load", -3),
                        locked("loadex", -3),
                        locked("unload", 3),
                        CommandSpec.session(
                                "module|help",
                                2,
                                (session, arguments) -> HelpReply.write(session.reply(), "MODULE", HELP),
                                LOADING,
                                STALE))));
    }

    private static CommandSpec locked(String name, int arity) {
        return CommandSpec.session("module|" + name, arity, ModuleCommands::refuse, ADMIN, NOSCRIPT, NO_ASYNC_LOADING);
    }

    private static void refuse(ClientSession session, Arguments arguments) {
        session.reply().error(LOCKED);
    }
}
