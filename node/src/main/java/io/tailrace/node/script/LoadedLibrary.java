package io.tailrace.node.script;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a library's code has registered in one engine. Owned by the engine's thread. */
public final class LoadedLibrary {
    private final String name;
    private final Map<String, LoadedFunction> functions = new LinkedHashMap<>();

    LoadedLibrary(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** Returns whether there was none of its name. */
    boolean add(LoadedFunction function) {
        return functions.putIfAbsent(function.name(), function) == null;
    }

    /** In the order in which they were registered. */
    public Collection<LoadedFunction> functions() {
        return Collections.unmodifiableCollection(functions.values());
    }
}
