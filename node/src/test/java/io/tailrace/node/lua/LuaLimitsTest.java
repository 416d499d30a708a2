package io.tailrace.node.lua;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no script can do: run forever, take more memory than it may, or end the thread that runs it. */
@Timeout(300)
class LuaLimitsTest {
    private static final int MEGABYTE = 1 << 20;
    private static final int LIMIT = 12 * MEGABYTE;
    private static final int STEPS = 100_000;
    private static final int SMALL_STACK_BYTES = 512 << 10;

    private final LuaRuntime runtime = StandardLibraries.newRuntime(LIMIT, () -> 0);

    private Object[] run(String script) {
        return runtime.call(Chunks.load(runtime, script.getBytes(StandardCharsets.ISO_8859_1), "@user_script"));
    }

    private void shouldStillWork() {
        assertEquals(3.0, run("local t = {1, 2} return t[1] + t[2]")[0]);
        assertEquals(CoroutineState.RUNNING, runtime.main().state);
        assertEquals(0, runtime.main().depth);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "while true do end",
                "repeat until false",
                "for i = 1, math.huge do end",
                "local function f() return f() end f()",
                "while true do pcall(function() while true do end end) end",
                "while true do xpcall(function() while true do end end, function() while true do end end) end",
                "local co = coroutine.wrap(function() while true do end end) while true do pcall(co) end",
                "while true do coroutine.resume(coroutine.create(function() while true do end end)) end",
                "setmetatable({}, {__index = function() while true do end end}).x = nil "
                        + "return setmetatable({}, {__index = function() while true do end end}).x",
                "table.sort({3, 2, 1}, function() while true do end end)",
                "string.gsub('abc', '.', function() while true do end end)",
                "string.find(string.rep('a', 40), string.rep('a?', 40) .. string.rep('a', 40))",
                "string.find(string.rep('a', 100000), '.-.-.-b')",
                "string.rep('ab', 100000):gsub('(.-)(.-)(.-)x', '')",
                "for i in next, setmetatable({}, {}) do end while true do pcall(error) end",
                "load(function() return '     ' end)",
                "while true do string.format('%s', 'x') end",
                "local t = {} for i = 1, 1e5 do t[i] = i end while true do table.concat(t) end",
                "local t = {} for i = 1, 1e5 do t[i] = i end while true do table.insert(t, 1, 1) table.remove(t, 1) end",
                "local s = string.rep('[', 500) .. string.rep(']', 500) while true do cjson.decode(s) end",
                "for i = 1, 1e9 do for w in string.gmatch('abc', '%a') do end end",
                "return tostring(setmetatable({}, {__tostring = function() while true do end end}))"
            })
    void shouldEndScriptsThatRunForEver(String script) {
        runtime.budget().hook(STEPS, t -> {
            throw new LuaAbort("Script killed");
        });
        try {
            LuaAbort abort = assertThrows(LuaAbort.class, () -> {
                run(script);
                throw new AssertionError("ended by itself: " + script);
            });
            assertEquals("Script killed", abort.value());
        } catch (AssertionError e) {
            assertTrue(script.startsWith("load("), () -> String.valueOf(e));
        }
        runtime.budget().noHook();
        shouldStillWork();
    }

    @Test
    void shouldAskTheHookAgainAndAgainAndLetErrorsBeCaught() {
        int[] asked = {0};
        runtime.budget().hook(1000, t -> asked[0]++);
        run("for i = 1, 100000 do end");
        assertTrue(asked[0] >= 99 && asked[0] <= 101, () -> asked[0] + " times");
        runtime.budget().hook(1000, t -> {
            throw new LuaError("soft");
        });
        Object[] results = run("return pcall(function() while true do end end)");
        assertEquals("soft", results[1].toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "return string.rep('x', 1e9)",
                "return string.rep('x', 2^31 - 1)",
                "local s = 'x' while true do s = s .. s end",
                "local t = {} for i = 1, 1e9 do t[i] = i end",
                "local t = {} for i = 1, 1e9 do t['k' .. i] = i end",
                "local t = {} for i = 1, 1e9 do t[i] = {} end",
                "local t = {} for i = 1, 1e9 do t[i] = function() return i end end",
                "local t = {} for i = 1, 1e9 do t[i] = coroutine.create(function() end) end",
                "local t = {} for i = 1, 1e9 do t = {t} end",
                "local t = {} local s = string.rep('x', 1e6) for i = 1, 1e9 do t[i] = s end return table.concat(t)",
                "local s = string.rep('x', 1e6) local t = {} for i = 1, 1e9 do t[i] = s .. i end",
                "local s = string.rep('x', 1e6) return s:gsub('x', s)",
                "local s = string.rep('x', 1e6) return s:rep(1e6)",
                "local s = string.rep('x', 1e6) local t = {} for i = 1, 80 do t[i] = s end "
                        + "return string.format(string.rep('%s', 80), unpack(t))",
                "local t = {} for i = 1, 7 do t[i] = string.rep('x', 1e6) end return cjson.encode(t)",
                "return cmsgpack.unpack('\\221\\255\\255\\255\\255' .. string.rep('\\144', 1e6))",
                "local t = {} for i = 1, 4 do t[i] = string.rep('x', 1e6) end return cmsgpack.pack(unpack(t)) .. cmsgpack.pack(unpack(t))",
                "local t = table.concat({string.rep('x', 4e6)}) return t .. t:upper() .. t:lower() .. t:reverse()",
                "local t = {} for i = 1, 1e9 do t[i * 1.5] = i end",
                "local t = {} for i = 1, 1e9 do t[i] = newproxy(true) end",
                "local t = {} for i = 1, 1e9 do t[i] = loadstring('return ' .. i) end",
                "load(function() return string.rep(' ', 1e6) end)"
            })
    void shouldRefuseMoreMemoryThanAllowed(String script) {
        Object[] results = run("local function f() " + script + " end local r = {pcall(f)} return r[1], r[2], r[3]");
        boolean isCaughtByLoad = script.startsWith("load(");
        assertEquals(isCaughtByLoad, results[0], script);
        if (!isCaughtByLoad) {
            assertEquals("not enough memory", results[1].toString(), script);
        }
        runtime.memory().collect();
        assertTrue(runtime.memory().used() < LIMIT, "used " + runtime.memory().used());
        shouldStillWork();
    }

    @Test
    void shouldForgetWhatAScriptHasDropped() {
        run("for i = 1, 300 do local s = string.rep('x', 1e6) end");
        run("for i = 1, 50000 do local t = {i, tostring(i)} end");
        run("local t = {} for i = 1, 1e5 do t['k' .. i % 100] = {} end");
        shouldStillWork();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "local function f() return 1 + f() end f()",
                "local function f() return pcall(f) end return f()",
                "local function f() return f, tostring(setmetatable({}, {__tostring = f})) end f()",
                "local t t = setmetatable({}, {__index = function(_, k) return t[k + 1] end}) return t[1]",
                "local function f() table.sort({2, 1}, f) end f()",
                "local function f() string.gsub('a', 'a', f) end f()",
                "local function r() return coroutine.wrap(r)() end r()",
                "local function r() coroutine.resume(coroutine.create(r)) end r()",
                "local function f() local ok, e = xpcall(f, f) return ok end f()",
                "local t = {} for i = 1, 20000 do t = {t} end cjson.encode_max_depth(1e9) cjson.encode(t)",
                "cjson.decode_max_depth(1e9) cjson.decode(string.rep('[', 1e5))",
                "cmsgpack.unpack(string.rep('\\145', 1e5))",
                "string.find(string.rep('a', 5000), string.rep('a?', 5000))",
                "string.find('a', string.rep('(', 5000))",
                "string.match(string.rep('a', 100000), '(.-)*' .. string.rep('a*', 3000))",
                "loadstring('return ' .. string.rep('(', 1e5))",
                "loadstring('x = ' .. string.rep('{', 1e5))",
                "loadstring(string.rep('do ', 1e5))",
                "loadstring(string.rep('a.b,', 1e4) .. 'c = 1')",
                "loadstring('x = ' .. string.rep('a..', 1e4) .. 'b')",
                "loadstring('x = ' .. string.rep('-', 1e4) .. '1')",
                "loadstring(string.rep('f(', 1e4))",
                "loadstring(string.rep('if x then ', 1e4))",
                "loadstring(string.rep('function f() ', 1e4))",
                "local t = {} for i = 1, 7000 do t[i] = i end return (function(...) return select('#', ...) end)(unpack(t))",
                "local function f(...) return f(1, ...) end f()",
                "local s = string.rep('x = 1 ', 1e5) loadstring(s)"
            })
    void shouldSurviveDeepNestingOnASmallStack(String script) throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        runtime.budget().hook(100 * STEPS, t -> {
            throw new LuaAbort("steps");
        });
        Thread thread = new Thread(
                null,
                () -> {
                    try {
                        run("return pcall(function() " + script + " end)");
                        shouldStillWork();
                    } catch (LuaAbort e) {
                        shouldStillWork();
                    } catch (Throwable e) {
                        failure.set(e);
                    }
                },
                "small stack",
                SMALL_STACK_BYTES);
        thread.start();
        thread.join();
        if (failure.get() != null) {
            throw new AssertionError(script, failure.get());
        }
    }

    @Test
    void shouldGiveTheErrorOfARecursionWithoutEnd() {
        Object[] results = run("local function f() return 1 + f() end return pcall(f)");
        assertEquals("user_script:1: stack overflow", results[1].toString());
        results = run("local function f() return tostring(setmetatable({}, {__tostring = f})) end return pcall(f)");
        assertEquals("C stack overflow", results[1].toString());
    }

    @Test
    void shouldRaiseErrorsToTheHost() {
        LuaError error = assertThrows(LuaError.class, () -> run("error({code = 7})"));
        assertEquals(7.0, assertInstanceOf(LuaTable.class, error.value()).get("code"));
        assertEquals(
                "user_script:1: x",
                assertThrows(LuaError.class, () -> run("error('x')")).getMessage());
        shouldStillWork();
    }

    @Test
    void shouldTellAHandlerWhereTheErrorIs() {
        LuaThread t = runtime.main();
        StringBuilder told = new StringBuilder();
        t.push(Chunks.load(
                runtime, "local x = {}\nlocal y = x.z.w\n".getBytes(StandardCharsets.ISO_8859_1), "@user_script"));
        boolean ok = t.protectedCall(0, 0, HostFunction.of("handler", handler -> {
            told.append(handler.sourceAt(1)).append(':').append(handler.lineAt(1));
            return handler.result(handler.arg(1));
        }));
        assertTrue(!ok);
        assertEquals("@user_script:2", told.toString());
        assertEquals(
                "user_script:2: attempt to index field 'z' (a nil value)",
                t.pop().toString());
    }

    @Test
    void shouldKeepScriptsFromChangingWhatIsShared() {
        LuaSandbox.protect(runtime);
        assertEquals(
                "user_script:1: Attempt to modify a readonly table",
                assertThrows(LuaError.class, () -> run("x = 1")).getMessage());
        assertEquals(
                "user_script:1: Script attempted to access nonexistent global variable 'os'",
                assertThrows(LuaError.class, () -> run("return os")).getMessage());
        runtime.globals().put("KEYS", runtime.newTable(0, 0));
        assertEquals(0.0, run("return #KEYS")[0]);
    }
}
