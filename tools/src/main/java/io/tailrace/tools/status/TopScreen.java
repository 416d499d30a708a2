package io.tailrace.tools.status;

import io.tailrace.node.config.HostPort;
import io.tailrace.tools.online.NodeAccess;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.NonBlockingReader;

/**
 * The screen of {@code tailrace top}: nodes are looked at once an interval, and drawn as they fit into the terminal, whatever size it
 * has at the moment. Keys: q ends it, j and k scroll. One thread.
 */
public final class TopScreen {
    private static final int MIN_ROWS = 5;
    private static final int ESCAPE_CHARACTERS = 0x1b;

    private final Terminal terminal;
    private final PrintWriter out;
    private int top;
    private boolean isOver;

    private TopScreen(Terminal terminal) {
        this.terminal = terminal;
        out = terminal.writer();
    }

    /**
     * Shows nodes until q is pressed or the input ends.
     *
     * @throws IOException when this process has no terminal
     */
    public static void run(List<HostPort> addresses, NodeAccess access, long intervalMs)
            throws IOException, InterruptedException {
        try (Terminal terminal = open();
                NodeLooks looks = new NodeLooks(addresses, access)) {
            new TopScreen(terminal).show(looks, intervalMs);
        }
    }

    private static Terminal open() throws IOException {
        try {
            // by stty: no native library to be unpacked
            return TerminalBuilder.builder()
                    .system(true)
                    .provider("exec")
                    .dumb(false)
                    .build();
        } catch (IOException | IllegalStateException e) {
            throw new IOException("there is no terminal to draw on; 'tailrace status' prints the same once", e);
        }
    }

    private void show(NodeLooks looks, long intervalMs) throws IOException, InterruptedException {
        Attributes before = terminal.enterRawMode();
        terminal.puts(Capability.enter_ca_mode);
        terminal.puts(Capability.cursor_invisible);
        try {
            while (!isOver) {
                looks.look();
                draw(looks);
                long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(intervalMs);
                for (long left = intervalMs;
                        left > 0 && !isOver;
                        left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())) {
                    key(left, looks);
                }
            }
        } finally {
            terminal.puts(Capability.cursor_normal);
            terminal.puts(Capability.exit_ca_mode);
            terminal.flush();
            terminal.setAttributes(before);
        }
    }

    private void key(long waitMs, NodeLooks looks) throws IOException {
        int key = terminal.reader().read(waitMs);
        switch (key) {
            case 'q', 'Q', 3, NonBlockingReader.EOF -> isOver = true;
            case 'j' -> top++;
            case 'k' -> top = Math.max(0, top - 1);
            case ESCAPE_CHARACTERS -> arrow();
            default -> {
                return;
            }
        }
        if (!isOver) {
            draw(looks);
        }
    }

    private void arrow() throws IOException {
        if (terminal.reader().read(1) == '[') {
            int arrow = terminal.reader().read(1);
            top = Math.max(0, top + (arrow == 'B' ? 1 : arrow == 'A' ? -1 : 0));
        }
    }

    private void draw(NodeLooks looks) {
        int width = terminal.getWidth() <= 0 ? 80 : terminal.getWidth();
        int rows = Math.max(MIN_ROWS, terminal.getHeight());
        boolean isPlain = !terminal.encoding().name().startsWith("UTF");
        List<String> lines = new StatusLines(width, isPlain).live(looks.nodes(), looks.trends(), rows - 1);
        top = Math.max(0, Math.min(top, lines.size() - (rows - 1)));
        List<String> shown = new ArrayList<>(lines.subList(top, Math.min(lines.size(), top + rows - 1)));
        terminal.puts(Capability.cursor_home);
        for (String line : shown) {
            out.print(line);
            terminal.puts(Capability.clr_eol);
            out.print("\r\n");
        }
        terminal.puts(Capability.clr_eos);
        String more = lines.size() > rows - 1 ? ", j and k scroll (" + (lines.size() - rows + 1) + " lines more)" : "";
        out.print(("q ends" + more).substring(0, Math.min(width - 1, 6 + more.length())));
        terminal.flush();
    }
}
