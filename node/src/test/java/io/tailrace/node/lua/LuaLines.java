package io.tailrace.node.lua;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs lines of Lua, each a chunk, by the same driver in this interpreter and in the real one. */
final class LuaLines {
    private static final int MAX_OUTPUT = 1 << 28;
    private static final List<String> REAL = List.of("/usr/bin/lua5.1", "/usr/local/bin/lua5.1");

    private LuaLines() {}

    /** Bytes as characters below 256. */
    static String resource(String name) {
        try (InputStream in = LuaLines.class.getResourceAsStream("/lua/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static List<String> here(LuaRuntime runtime, String lines) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        runtime.globals().put("print", HostFunction.of("print", t -> {
            out.writeBytes(((LuaString) t.arg(1)).bytes());
            out.write('\n');
            if (out.size() > MAX_OUTPUT) {
                throw new LuaAbort("too much output");
            }
            return 0;
        }));
        runtime.call(Chunks.load(runtime, bytes(resource("driver.lua")), "@driver"));
        runtime.globals().put("text", LuaString.wrap(bytes(lines)));
        runtime.call(Chunks.load(runtime, bytes("run_lines(text)"), "@driver"));
        return List.of(out.toString(StandardCharsets.ISO_8859_1).split("\n"));
    }

    static boolean isRealInstalled() {
        return REAL.stream().anyMatch(path -> Files.isExecutable(Path.of(path)));
    }

    static List<String> inRealLua(Path directory, String lines, long deadlineSeconds)
            throws IOException, InterruptedException {
        Path driver = Files.write(directory.resolve("driver.lua"), bytes(resource("driver.lua")));
        Path text = Files.write(directory.resolve("lines.txt"), bytes(lines));
        Path main = Files.writeString(
                directory.resolve("main.lua"),
                "local words = arg arg = nil io.stdout:setvbuf('line')"
                        + " loadstring(io.open(words[1], 'rb'):read('*a'), '@driver')()"
                        + " text = io.open(words[2], 'rb'):read('*a') loadstring('run_lines(text)', '@driver')()");
        Path out = directory.resolve("out.txt");
        String lua = REAL.stream()
                .filter(path -> Files.isExecutable(Path.of(path)))
                .findFirst()
                .orElseThrow();
        Process process = new ProcessBuilder(lua, main.toString(), driver.toString(), text.toString())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        try {
            if (!process.waitFor(deadlineSeconds, TimeUnit.SECONDS)) {
                throw new AssertionError("the real Lua is still running, after its output:\n" + tail(out));
            }
        } finally {
            process.destroyForcibly();
        }
        return List.of(new String(Files.readAllBytes(out), StandardCharsets.ISO_8859_1).split("\n"));
    }

    private static String tail(Path out) throws IOException {
        String[] lines = new String(Files.readAllBytes(out), StandardCharsets.ISO_8859_1).split("\n");
        return lines.length + " lines, the last: " + lines[lines.length - 1];
    }
}
