package io.tailrace.node.script;

import io.tailrace.node.lua.LuaAbort;
import io.tailrace.node.lua.LuaClosure;
import io.tailrace.node.lua.LuaError;
import io.tailrace.node.lua.LuaTable;
import io.tailrace.node.store.Library;
import io.tailrace.node.store.LibraryHeader;
import io.tailrace.node.store.LibrarySet;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The function libraries of the node as one shard's engine has them: it runs the code of each that it doesn't know, when it is asked
 * for functions next. Owned by the shard's thread.
 */
public final class FunctionEngine {
    private static final Logger LOG = LoggerFactory.getLogger(FunctionEngine.class);
    private static final String CHUNK = "@user_function";
    private static final long LOAD_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final LuaWorld world;
    private final LongSupplier clockNanos;
    private final Registration registration = new Registration();
    /** What functions see of globals, and what a library sees while it is loaded. */
    private final LuaTable all;

    private final LuaTable whileLoading;
    private LibrarySet known = LibrarySet.EMPTY;
    private Map<Library, LoadedLibrary> loaded = new IdentityHashMap<>();
    private final Map<String, LoadedFunction> functions = new HashMap<>();
    private long loadBegan;

    FunctionEngine(LuaWorld world, LongSupplier clockNanos) {
        this.world = world;
        this.clockNanos = clockNanos;
        all = LuaSetup.putAside(world.runtime());
        LuaSetup.failOnUnknown(world.runtime(), all);
        LuaSetup.protect(all);
        LuaTable redis = world.runtime().newTable(0, 8);
        RedisTable.add(redis, "register_function", registration::call);
        world.redis().addLog(redis);
        LuaSetup.failOnUnknown(world.runtime(), redis);
        whileLoading = world.runtime().newTable(0, 1);
        whileLoading.put("redis", redis);
        LuaSetup.failOnUnknown(world.runtime(), whileLoading);
        LuaSetup.protect(whileLoading);
        LuaSetup.protect(world.runtime().globals());
    }

    LuaWorld world() {
        return world;
    }

    /** Whether a load takes too long: asked after every interval. */
    void onInterval() {
        if (clockNanos.getAsLong() - loadBegan > LOAD_NANOS) {
            throw new LuaAbort("FUNCTION LOAD timeout");
        }
    }

    /** Runs a library's code, which registers its functions; nothing else is changed. */
    public LoadedLibrary load(String name, byte[] code) throws ScriptException {
        int from = LibraryHeader.length(code);
        LoadedLibrary library = new LoadedLibrary(name);
        LuaClosure chunk;
        try {
            chunk = world.load(Arrays.copyOfRange(code, from, code.length), CHUNK);
        } catch (LuaError e) {
            throw new ScriptException("ERR Error compiling function: " + LuaErrors.plain(e.value()));
        }
        loadBegan = clockNanos.getAsLong();
        world.onInterval(this::onInterval);
        registration.begin(library);
        LuaSetup.show(world.runtime(), whileLoading);
        try {
            if (!world.call(chunk)) {
                throw new ScriptException("ERR Error registering functions: " + LuaErrors.message(world.result()));
            }
        } catch (LuaAbort e) {
            throw new ScriptException("ERR Error registering functions: ERR " + e.getMessage());
        } finally {
            world.result();
            registration.end();
            LuaSetup.show(world.runtime(), all);
            world.onInterval(() -> {});
        }
        if (library.functions().isEmpty()) {
            throw new ScriptException("ERR No functions registered");
        }
        return library;
    }

    /** Keeps what was loaded for a library that has become data. */
    public void adopt(Library library, LoadedLibrary itsFunctions) {
        loaded.put(library, itsFunctions);
    }

    /** Makes sure of the functions of these libraries, and of no others. */
    public void use(LibrarySet libraries) {
        if (libraries == known) {
            return;
        }
        Map<Library, LoadedLibrary> next = new IdentityHashMap<>();
        functions.clear();
        for (Library library : libraries.all()) {
            LoadedLibrary itsFunctions = loaded.get(library);
            if (itsFunctions == null) {
                itsFunctions = loadKnown(library);
            }
            next.put(library, itsFunctions);
            for (LoadedFunction function : itsFunctions.functions()) {
                functions.putIfAbsent(function.name().toLowerCase(Locale.ROOT), function);
            }
        }
        loaded = next;
        known = libraries;
    }

    private LoadedLibrary loadKnown(Library library) {
        try {
            return load(library.name(), library.code());
        } catch (ScriptException e) {
            LOG.error("library={}: its functions can't be called: {}", library.name(), e.getMessage());
            return new LoadedLibrary(library.name());
        }
    }

    /** The function of a name in any case, or null. */
    public LoadedFunction find(String name) {
        return functions.get(name.toLowerCase(Locale.ROOT));
    }

    /** How many there are. */
    public int count() {
        int count = 0;
        for (LoadedLibrary library : loaded.values()) {
            count += library.functions().size();
        }
        return count;
    }

    /** What a library of those in use has registered. */
    public LoadedLibrary of(Library library) {
        return loaded.get(library);
    }
}
