package io.tailrace.node.command;

import io.tailrace.node.script.FunctionEngine;
import io.tailrace.node.script.LoadedFunction;
import io.tailrace.node.script.LoadedLibrary;
import io.tailrace.node.script.ScriptException;
import io.tailrace.node.shard.Transaction;
import io.tailrace.node.store.Libraries;
import io.tailrace.node.store.Library;
import io.tailrace.node.store.LibraryHeader;
import io.tailrace.node.store.LibrarySet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Libraries that are to be added to those there are: looked at one by one, with Redis's errors, before any becomes data. */
final class NewLibraries {
    private static final String ENGINE = "lua";

    private record Added(byte[] code, LoadedLibrary loaded) {}

    private final FunctionEngine engine;
    private final LibrarySet there;
    private final Map<String, Added> added = new LinkedHashMap<>();
    /** Of each function the library that it is of. */
    private final Map<String, String> functions = new HashMap<>();

    NewLibraries(FunctionEngine engine, LibrarySet there) {
        this.engine = engine;
        this.there = there;
        engine.use(there);
        for (Library library : there.all()) {
            engine.of(library).functions().forEach(function -> functions.put(key(function), library.name()));
        }
    }

    private static String key(LoadedFunction function) {
        return function.name().toLowerCase(Locale.ROOT);
    }

    /** Looks at one; returns its name. */
    String add(byte[] code, boolean isReplacing) throws ScriptException {
        LibraryHeader header = header(code);
        String name = header.name();
        if (there.find(name) != null && !isReplacing) {
            throw new ScriptException("ERR Library '" + name + "' already exists");
        }
        LoadedLibrary loaded = engine.load(name, code);
        requireNewFunctions(loaded);
        requireRoom(name, code);
        added.put(name, new Added(code, loaded));
        loaded.functions().forEach(function -> functions.put(key(function), name));
        return name;
    }

    private static LibraryHeader header(byte[] code) throws ScriptException {
        try {
            LibraryHeader header = LibraryHeader.of(code);
            if (!LibraryHeader.isName(header.name())) {
                throw new ScriptException(
                        "ERR Library names can only contain letters, numbers, or underscores(_) and must"
                                + " be at least one character long");
            }
            if (!header.engine().equalsIgnoreCase(ENGINE)) {
                throw new ScriptException("ERR Engine '" + header.engine() + "' not found");
            }
            return header;
        } catch (LibraryHeader.MalformedException e) {
            throw new ScriptException("ERR " + e.getMessage());
        }
    }

    private void requireNewFunctions(LoadedLibrary loaded) throws ScriptException {
        for (LoadedFunction function : loaded.functions()) {
            String owner = functions.get(key(function));
            if (owner != null && !owner.equals(loaded.name())) {
                throw new ScriptException("ERR Function " + function.name() + " already exists");
            }
        }
    }

    private void requireRoom(String name, byte[] code) throws ScriptException {
        long bytes = there.bytes() + name.length() + code.length;
        for (Added each : added.values()) {
            bytes += each.code().length;
        }
        if (bytes > Libraries.MAX_BYTES) {
            throw new ScriptException("OOM the libraries would take more than " + (Libraries.MAX_BYTES >> 20) + " MiB");
        }
    }

    /** All libraries of a dump: first among themselves, then beside those there are. */
    void addAll(List<byte[]> codes, boolean isReplacing) throws ScriptException {
        Map<String, byte[]> byName = new LinkedHashMap<>();
        for (byte[] code : codes) {
            String name = header(code).name();
            if (byName.put(name, code) != null) {
                throw new ScriptException("ERR Library '" + name + "' already exists");
            }
        }
        for (String name : byName.keySet()) {
            if (there.find(name) != null) {
                if (!isReplacing) {
                    throw new ScriptException("ERR Library " + name + " already exists");
                }
                functions.values().removeIf(name::equals);
            }
        }
        for (byte[] code : byName.values()) {
            add(code, true);
        }
    }

    /** Makes them data, all in one record. */
    void apply(Transaction keys) {
        List<byte[]> codes = new ArrayList<>();
        added.values().forEach(each -> codes.add(each.code()));
        keys.libraries().promise(codes);
        added.forEach((name, each) -> {
            keys.libraries().load(each.code());
            engine.adopt(keys.libraries().current().find(name), each.loaded());
        });
    }
}
