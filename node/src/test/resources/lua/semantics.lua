return 1+1, 7-10, 3*4, 7/2, 7%3, -7%3, 7%-3, 2^10, -2^2, 7.5%2, -0.5%1
return 1/0, -1/0, 0/0, -(0/0), 1%0, 0%0, 1%(1/0), -1%(1/0), math.huge-math.huge
return 0, -0, 0*-1, 1/(-0), 1/(0*-1), tostring(-0)
return 1e15, 1e14, 123456789012345, 99999999999999, 100000000000000, 2^53, 2^63, 1e100, 1e-5, 1e-4, 0.1, 1/3, 2/3, 1e300*1e10
return 123.456e-7, 5e-324, 1.7976931348623157e308, 0.1+0.2, 100/3, 1e21, 12345.678901234567, 0.000123456789012345
return 3 == 3.0, "3" == 3, "a" == "a", nil == false, 0 == -0, 0/0 == 0/0
return 1 < 2, 2 <= 2, "a" < "b", "a" < "B", "" < "a", "a\0b" < "a\0c", "\200" < "\100", "10" < "9"
return 1 < "2"
return {} < {}
return {} < 1
return nil < 1
return "a" < 1
return true < false
return 2 > "1"
return print < print
return not nil, not 0, not "", not false
return 1 and 2, nil and 1, false or nil, nil or 5, false and error("x"), 1 or error("x")
return "10"+5, "0x10"+0, " 10 "*2, "1e1"-1, -"2", "3"^"2", "7"%"4"
return "abc"+1
return 1+"abc"
return {}+1
return 1+nil
local t = {} return t.x+1
local t = {x={}} return t.x.y+1
local t = {x={}} return 1+t.x.y
local t return t.x
local t return t[1]
local t return t:foo()
local t = {} return t:foo()
local t = {} return t.foo.bar
local t = {} t.foo.bar = 1
local t = {} t.a.b.c.d = 1
x.y = 1
return x.y
return x.y.z
x()
return x()
return (x)()
return x:y()
local a = {} a.b()
local a = {} a.b.c()
local a = {} a['b']()
local a = {} a[1]()
local a = {} local k = "b" a[k]()
local a = {b={}} a.b:c()
local a = 5 a()
local a = 5 local function f() a() end f()
local a = 5 local function f() return a.b.c end f()
local a = 5 local function f() a.b = 1 end f()
local function f() return upv.x end local upv f()
return ("x")()
return (1)()
return (nil)()
return (function() end)()()
return ({})()
return #nil
return #5
local a return #a
return #x
local t={} return #t.x
return -{}
return -nil
return -"abc"
return -x
local t={} return -t.y
return "a".."b", 1 ..2, "x"..1.5, 1e15 .."", -0 ..""
return "a"..nil
return nil.."a"
return {}.."a"
local a = {} return "x"..a
local a return a.."x"
return "x"..y
return "x"..1 .."y"..{} .."z"
local t = {} return "x"..t.name
return 1 ..{}
return "a".."b"..nil.."c"
return #"abc", #"", #{1,2,3}, #{1,2,nil,4}, #{nil,nil,3}, #{n=1}, #{1,nil}, #{nil}, #{nil,2}
return select("#"), select("#", nil), select("#", nil, nil), select(2, "a", "b", "c"), (select(-1, 1, 2, 3))
return select(0)
return select(-5, 1)
return select(5, 1), "end"
return unpack({1,2,3}), unpack({1,2,3}, 2), unpack({1,2,3}, 2, 3), unpack({}, 1, 3)
return unpack({1,nil,3})
return unpack({}, 1, 10000)
return unpack({}, 1, 1e8)
return type(nil), type(1), type(""), type({}), type(print), type(true), type(coroutine.create(function() end)), type(newproxy())
return type()
local function f(...) return ... end return f(), (f(1,2)), f(1,2), {f(1,2,nil)}[1]
local function f(...) return ... end return (f(1,2)), f(1,nil,3)
local function f(...) local a, b, c = ... return c, b, a end return f(1,2)
local function f(a, ...) return select("#", ...), a end return f(), f(nil), f(1,2,3)
local function f(...) return arg.n, arg[1], arg[2] end return f(5,6)
local function f(...) local x = ... return arg end return f(5,6)
local function f(a, b, ...) return a, b, arg.n end return f(1), f(1,2,3)
local t = {(function(...) return ... end)(1,2,3)} return #t
local t = {(function(...) return ... end)(1,2,3), 10} return #t, t[2]
local t = {1, 2, (function() return 3, 4 end)()} return #t
local t = {f = 1, ["g"] = 2, [3] = 4, 5; 6} return t.f, t.g, t[1], t[2], t[3]
local a, b, c = 1, 2 return a, b, c
local a, b = (function() return 1, 2, 3 end)() return a, b
local a, b = ((function() return 1, 2, 3 end)()) return a, b
local a, b = 1, 2; a, b = b, a return a, b
local i, t = 1, {} i, t[i] = i+1, 20 return i, t[1], t[2]
local t = {1,2} local i = 1 i, t[i], t = 2, 10, nil return i, t
local a = {} local b = a a.x, a = 1, 2 return b.x, a
do local a = 1 do local a = 2 end return a end
for i = 1, 3 do local j = i end return i, j
local s = 0 for i = 1, 10 do s = s + i end return s
local s = "" for i = 10, 1, -3 do s = s .. i .. "," end return s
local s = "" for i = 1, 2, 0.25 do s = s .. i .. "," end return s
for i = 1, 0 do return "no" end return "yes"
for i = "1", "3" do return i, type(i) end
for i = 1, {} do end
for i = {}, 1 do end
for i = 1, 10, {} do end
for i = nil, 1 do end
for i = 1, 10, "x" do end
for i = 1, math.huge do if i > 5 then return i end end
for i = 3, 1 do end return "none"
local n = 0 for i = 1, 3 do i = i * 2 n = n + i end return n
local t = {} for i = 1, 3 do t[i] = function() i = i + 1 return i end end return t[1](), t[1](), t[2]()
local t = {} local i = 1 while i <= 3 do local j = i t[i] = function() j = j + 1 return j end i = i + 1 end return t[1](), t[1](), t[3]()
local t = {} local i = 0 repeat local j = i t[#t+1] = function() return j end i = i + 1 until j >= 2 return #t, t[1](), t[3]()
local a = 0 while true do a = a + 1 if a > 5 then break end end return a
local a = 0 repeat a = a + 1 if a == 3 then break end until false return a
for k, v in next, {10} do return k, v end
for k, v in pairs({a=1}) do return k, v end
for i, v in ipairs({1,2,nil,4}) do x = i end return x
for a in 5 do end
for a in nil do end
for a in {} do end
for a in x do end
local function iter(s, c) if c < s then return c + 1, c * 2 end end local r = "" for i, j in iter, 3, 0 do r = r .. i .. j end return r
local function f(n) if n == 0 then return "done" end return f(n - 1) end return f(100000)
local function f() return f() + 1 end return f()
local function f() local a, b, c, d, e = 1 return 1 + f() end return select(2, pcall(f))
local function f(n) return n == 0 and 0 or 1 + f(n - 1) end return f(10000)
local t = setmetatable({}, {__index = function(t, k) return k .. "!" end}) return t.a, t[1], rawget(t, "a")
local t = setmetatable({}, {__index = {x = 1}}) return t.x, t.y
local t = setmetatable({}, {__index = setmetatable({}, {__index = {z = 3}})}) return t.z
local l = {} local t = setmetatable({}, {__newindex = function(t, k, v) rawset(t, k, v * 2) end}) t.a = 5 return t.a
local b = {} local t = setmetatable({}, {__newindex = b}) t.a = 5 return rawget(t, "a"), b.a
local t = setmetatable({a = 1}, {__newindex = function() error("no") end}) t.a = 2 return t.a
local t = setmetatable({}, {__newindex = function() error("no") end}) t.a = 2
local t = setmetatable({}, {__newindex = 5}) t.a = 2
local t = setmetatable({}, {__index = 5}) return t.a
local t = setmetatable({}, {__index = "abc"}) return t.len
local t = {} setmetatable(t, {__index = t}) return t.a
local t = setmetatable({}, {__call = function(self, a, b) return a, b, self == nil end}) return t(1, 2)
local t = setmetatable({}, {__call = 5}) return t()
local t = setmetatable({}, {__call = setmetatable({}, {__call = function() end})}) return t()
local mt = {__add = function(a, b) return "add" end, __sub = function() return "sub" end, __mul = function() return "mul" end, __div = function() return "div" end, __mod = function() return "mod" end, __pow = function() return "pow" end, __unm = function() return "unm" end} local t = setmetatable({}, mt) return t+1, 1-t, t*t, t/"x", nil, t%2, 2^t, -t
local mt = {__concat = function(a, b) return (type(a) == "table" and "T" or a) .. "|" .. (type(b) == "table" and "T" or b) end} local t = setmetatable({}, mt) return t.."a", "a"..t, 1 ..t, t..t, "a".."b"..t, t.."a".."b", 1 ..2 ..t..3
local mt = {__eq = function(a, b) return true end} local a, b = setmetatable({}, mt), setmetatable({}, mt) return a == b, a ~= b, a == 1, a == {}, rawequal(a, b)
local a, b = setmetatable({}, {__eq = function() return true end}), setmetatable({}, {__eq = function() return true end}) return a == b
local mt = {__lt = function(a, b) return a.v < b.v end} local a, b = setmetatable({v=1}, mt), setmetatable({v=2}, mt) return a < b, a > b, a <= b, a >= b
local mt = {__le = function(a, b) return a.v <= b.v end} local a, b = setmetatable({v=1}, mt), setmetatable({v=2}, mt) return a <= b, pcall(function() return a < b end)
local mt = {__lt = function() return 1 end} return setmetatable({}, mt) < setmetatable({}, mt), pcall(function() return setmetatable({}, mt) < 1 end)
local t = setmetatable({1,2,3}, {__len = function() return 10 end}) return #t
local p = newproxy(true) getmetatable(p).__len = function() return 7 end return #p
local p = newproxy(true) getmetatable(p).__index = function(_, k) return k end return p.abc, p[1]
local p = newproxy(true) return p.abc
local p = newproxy() return p.abc
local p = newproxy(true) local q = newproxy(p) return getmetatable(p) == getmetatable(q)
return newproxy({})
return newproxy(setmetatable({}, {}))
return newproxy(1)
return tostring(setmetatable({}, {__tostring = function() return "me" end}))
return tostring(setmetatable({}, {__tostring = function() return 5 end}))
return tostring(setmetatable({}, {__tostring = 5}))
return getmetatable(setmetatable({}, {__metatable = "locked"}))
return setmetatable(setmetatable({}, {__metatable = "locked"}), {})
return setmetatable({}, 5)
return setmetatable({})
return setmetatable(5, {})
return getmetatable("").__index == string, ("x"):upper(), ("%d"):format(5), #("abc"):rep(3)
return ("abc").foo
return ("abc").len
return ("abc")[1]
("abc").x = 1
local s = "abc" s.x = 1
local s = "abc" return s:nope()
return (5).x
return (true).x
return (5):x()
return pcall(error), pcall(error, nil), pcall(error, "msg"), pcall(error, "msg", 0), pcall(error, {}), pcall(error, 5)
return pcall(error, "msg", 1), pcall(error, "msg", 2), pcall(error, "msg", 3)
local function f() error("in f") end return pcall(f)
local function f() error("in f", 2) end local function g() f() end return pcall(g)
local function f() error("in f", 0) end return pcall(f)
local function f() error({code = 5}) end local ok, e = pcall(f) return ok, type(e), e.code
local function f() error() end return pcall(f)
return pcall()
return pcall(5)
return pcall(nil)
return pcall(pcall)
return pcall(pcall, error, "x")
return select("#", pcall(function() return nil, nil end))
return xpcall(function() error("x") end, function(m) return "H:" .. m end)
return xpcall(function() return 1, 2 end, print)
return xpcall(function() error("x") end)
return xpcall(function() error("x") end, 5)
return xpcall(function() error("x") end, function(m) error("y") end)
return xpcall(function() local x = nil + 1 end, function(m) return m end)
return xpcall(error, function(m) return type(m) end)
return xpcall(5, function(m) return m end)
return assert(1, 2, 3), pcall(assert, false), pcall(assert, nil, "m"), pcall(assert), pcall(assert, false, {}), pcall(assert, false, 5)
return tostring(), 1
return tostring(nil), tostring(true), tostring(12), tostring("x")
return tonumber("10"), tonumber("  10  "), tonumber("10x"), tonumber(""), tonumber(" "), tonumber("1e"), tonumber("1e5"), tonumber(".5"), tonumber("5."), tonumber("."), tonumber("0x"), tonumber("0xff"), tonumber("0xFg")
return tonumber("1 2"), tonumber("1\0"), tonumber("\t1\n"), tonumber("+5"), tonumber("-5"), tonumber("--5"), tonumber("- 5"), tonumber("1e+5"), tonumber("1e-5"), tonumber("1E5")
return tonumber("inf"), tonumber("nan"), tonumber("-inf"), tonumber("infinity"), tonumber("infx"), tonumber("0x1p4"), tonumber("0x.8"), tonumber("1e400"), tonumber("-nan")
return tonumber("10", 2), tonumber("ff", 16), tonumber("0xff", 16), tonumber("zz", 36), tonumber("8", 8), tonumber("7", 8), tonumber("-10", 2), tonumber(" 11 ", 2), tonumber("1.5", 16), tonumber("", 2), tonumber("99999999999999999999", 16), tonumber("g", 16)
return tonumber("10", 1)
return tonumber("10", 37)
return tonumber({}), tonumber(nil), tonumber(true)
return tonumber()
return tonumber({}, 10)
return tonumber({}, 16)
return tonumber(10, 16), tonumber(1.5, 10), tonumber("10", 10)
return rawget({5}, 1), rawset({}, 1, 2)[1], rawequal("a", "a"), rawequal({}, {})
return rawget(1, 2)
return rawset({}, nil, 1)
return rawset({}, 0/0, 1)
return rawequal(1)
local t = {} t[nil] = 1
local t = {} t[0/0] = 1
local t = {} return t[nil], t[0/0]
local t = {[1]=1, [1.5]=2, ["1"]=3, [true]=4} return t[1], t[1.5], t["1"], t[true], t[1.0]
local t = {} t[1e300] = 5 t[-1] = 6 t[2^53] = 7 return t[1e300], t[-1], t[2^53]
local t = {} t[-0] = 1 return t[0], next(t)
return next({}), next({1}), next({a=1}), next({1}, 1)
return next({}, 1)
return next({}, "x")
return next(nil)
local t = {1,2,3} for k in pairs(t) do t[k] = nil end return next(t)
local t = {a=1,b=2,c=3} for k in pairs(t) do t[k] = nil end return next(t)
return loadstring("return 1 +")
return loadstring("x =")
return loadstring("x = = 2")
return loadstring("for i")
return loadstring("for i = 1 do end")
return loadstring("if x then")
return loadstring("while true do")
return loadstring("function f(")
return loadstring("function f(a,) end")
return loadstring("local function end")
return loadstring("return return")
return loadstring("break")
return loadstring("x")
return loadstring("x.y")
return loadstring("f() = 1")
return loadstring("(x) = 1")
return loadstring("'abc")
return loadstring("\"abc\ndef\"")
return loadstring("[[abc")
return loadstring("--[[abc")
return loadstring("x = [==[ abc ]=]")
return loadstring("x = [=abc")
return loadstring("x = 3x")
return loadstring("x = 0x")
return loadstring("x = 1e")
return loadstring("x = 1..2")
return loadstring("x = '\\300'")
return loadstring("x = '\\xff' return x")()
return loadstring("return '\\65\\066\\0067'")()
return loadstring("return '\\a\\b\\f\\n\\r\\t\\v\\\\\\'\\\"\\q'")()
return loadstring("return 'a\\\nb'")()
return loadstring("return [[\nabc\n]]")()
return loadstring("return [==[a]]b]=]c]==]")()
return loadstring("x = @")
return loadstring("x = $y")
return loadstring("x = 5 5")
return loadstring("x = }")
return loadstring("x = {1, 2")
return loadstring("x = {1 2}")
return loadstring("\n\n\nx = (1\n\n")
return loadstring("f\n(1)")
return loadstring("local a <const> = 1")
return loadstring("goto x")
return loadstring("return 1 // 2")
return loadstring("return 1 & 2")
return loadstring("return ~1")
return loadstring("return a ~= b"), loadstring("return !a")
return loadstring("return ...")(1, 2)
return loadstring("function f() return ... end")
return loadstring("local x = 1; return x;")(), loadstring(";")
return loadstring("return 1;;")
return loadstring("return function() return 1 end end")
return loadstring("until x")
return loadstring("end")
return loadstring("else")
return loadstring("x, y")
return loadstring("x, y = ")
return loadstring("local x, = 1")
return loadstring("local 1 = 1")
return loadstring("a.1 = 2")
return loadstring("a:b = 2")
return loadstring("a:b")
return loadstring("for a, b, c = 1, 2 do end")
return loadstring("for a b in c do end")
return loadstring("return -- comment\n5")()
return loadstring("--[==[ x\n]==] return 5")()
return loadstring("return \0")
return loadstring("return 'a\0b'")()
return loadstring("x = 'a\0b")
return loadstring("x = \1")
return loadstring("x = \200")
return loadstring("x=", "@file.lua")
return loadstring("x=", "=name")
return loadstring("x=", "some text")
return loadstring("x=", "line one\nline two")
return loadstring("x=", "@" .. string.rep("long", 40))
return loadstring("x=", "=" .. string.rep("long", 40))
return loadstring("x=", string.rep("long", 40))
return pcall(loadstring("error('x')", "@" .. string.rep("long", 40)))
return pcall(loadstring("error('x')", string.rep("long", 40)))
return pcall(loadstring("error('x')", "=" .. string.rep("long", 40)))
return pcall(loadstring("\n\nerror('x')"))
return pcall(loadstring("local a = 1\nlocal b = a.x.y\n"))
return pcall(loadstring("f(\n1,\n2)"))
return pcall(loadstring("local t = {}\nt\n.x\n.y\n()"))
return pcall(loadstring("return 1 +\n{}\n+ 2"))
return pcall(loadstring("local x = 'a' ..\n'b' ..\n{}"))
return loadstring(string.rep("(", 300) .. "1" .. string.rep(")", 300))
return loadstring("return " .. string.rep("(", 190) .. "1" .. string.rep(")", 190))
return loadstring("return " .. string.rep("-", 300) .. "1")
return loadstring("return " .. string.rep("{", 300) .. string.rep("}", 300))
return loadstring(string.rep("do ", 300) .. string.rep(" end", 300))
return loadstring("return " .. string.rep("a.", 1000) .. "b")
return loadstring("local x = " .. string.rep("1 + ", 1000) .. "1 return x")()
return loadstring("return " .. string.rep("'a' .. ", 300) .. "'b'")
return loadstring("return " .. string.rep("'a' .. ", 100) .. "'b'")()
return loadstring("local " .. string.rep("a,", 199) .. "a")
return loadstring("local " .. string.rep("a,", 200) .. "a")
return loadstring("function f() local " .. string.rep("a,", 200) .. "a end")
local s = "" for i = 1, 61 do s = s .. "local a" .. i .. "\n" end s = s .. "return function() return a1" for i = 2, 61 do s = s .. "+a" .. i end return loadstring(s .. " end")
local s = "" for i = 1, 60 do s = s .. "local a" .. i .. "=" .. i .. "\n" end s = s .. "return function() return a1" for i = 2, 60 do s = s .. "+a" .. i end return loadstring(s .. " end")()()
local s = "return " for i = 1, 300 do s = s .. "f(" end return loadstring(s)
local s = "x = {" for i = 1, 600 do s = s .. i .. "," end return #(function() local f = loadstring(s .. "} return x") return f() end)()
local s = "local t = {" for i = 1, 300 do s = s .. "k" .. i .. "=" .. i .. "," end return loadstring(s .. "} return t.k1 + t.k300")()
local s = string.rep("x,", 250) return loadstring("f(" .. s .. "x)")
local s = string.rep("a,", 150) return loadstring(s .. "a = 1")
return load(function() return nil end)
local n = 0 return load(function() n = n + 1 return ({"return ", "1 + ", "2"})[n] end)()
return load(function() return {} end)
return load(function() error("rd") end)
return load(5)
return load("return 1")
return loadstring(5)
return loadstring()
return loadstring({})
local f = loadstring("x = 5 return x") setfenv(f, {}) return f(), x
local e = {} local function f() y = 1 return getfenv(1) == e end setfenv(f, e) return f(), e.y
return getfenv(print) == _G, getfenv(0) == _G, pcall(getfenv, 100)
return pcall(getfenv, -1)
return pcall(setfenv, print, {})
return pcall(setfenv, 1)
return pcall(setfenv, {}, {})
local function f() return getfenv(2) end return type(f())
local function f() setfenv(2, {z = 9}) end local function g() f() return z end return g()
return collectgarbage("count") > 0, collectgarbage(), collectgarbage("collect"), collectgarbage("stop"), collectgarbage("restart")
return pcall(collectgarbage, "nope")
return gcinfo() > 0
return ipairs({}), pairs({})
return ipairs()
return pairs(nil)
return pcall(ipairs), pcall(pairs, 5)
local t = {} t.a = 1 t.b = 2 t.c = 3 t.d = 4 local r = "" for k, v in pairs(t) do r = r .. k .. v end return r
local t = {x=1, y=2, z=3, 10, 20, 30} local r = "" for k, v in pairs(t) do r = r .. k .. "=" .. v .. " " end return r
local t = {} for i = 1, 20 do t["key" .. i] = i end local r = "" for k, v in pairs(t) do r = r .. k .. " " end return r
local t = {} for i = 20, 1, -1 do t[i] = i end local r = "" for k, v in pairs(t) do r = r .. k .. " " end return r
local t = {} for i = 1, 200, 7 do t[i] = i end local r = "" for k, v in pairs(t) do r = r .. k .. " " end return r
local t = {} for i = 1, 10 do t[i * 1.5] = i t[-i] = i end local r = "" for k, v in pairs(t) do r = r .. k .. " " end return r
local t = {[true]=1, [false]=2, a=3, [1]=4, [2.5]=5} local r = "" for k, v in pairs(t) do r = r .. tostring(k) .. " " end return r
local t = {} for i = 1, 50 do t[i] = i end for i = 1, 45 do t[i] = nil end t.x = 1 t[100] = 1 local r = "" for k in pairs(t) do r = r .. k .. " " end return r, #t
local t = {} for w in ("the quick brown fox jumps over the lazy dog again and again until it is tired"):gmatch("%a+") do t[w] = (t[w] or 0) + 1 end local r = "" for k, v in pairs(t) do r = r .. k .. v .. " " end return r
local t = {1,2,3,nil,5} return #t
local t = {1,2,3,nil,5,nil} return #t
local t = {} t[1]=1 t[2]=2 t[4]=4 return #t
local t = {} for i = 1, 10 do t[i] = i end t[5] = nil return #t
local t = {} for i = 1, 10 do t[i] = i end t[10] = nil t[9] = nil return #t
local t = {n = 3, 1, nil, 3} return #t
local t = {nil, nil, 3, nil} return #t
local t = {f = 1} t[3] = 1 t[2] = 1 t[1] = 1 return #t
local function f(a, b) return a, b end return f(1, 2, 3), f(1)
local function f() end return f(), (f()), #{f()}, #{f(), f()}, #{(f())}
local s = 0 for i = 1, 5 do if i % 2 == 0 then s = s + i elseif i == 3 then s = s + 100 else s = s - 1 end end return s
local x = 5 local function f() x = x + 1 return x end return f(), f(), x
local function counter() local c = 0 return function() c = c + 1 return c end, function() return c end end local inc, get = counter() inc() inc() return get()
local a = {} function a.b(x) return x end function a:c(x) return self == a, x end return a.b(1), a:c(2)
local a = {b = {c = {}}} function a.b.c.d(x) return x end function a.b.c:e() return self == a.b.c end return a.b.c.d(7), a.b.c:e()
return (function(a, b) a = a or 5 b = b or 6 return a + b end)(1)
local x = nil and nil or "d" local y = (1 and 2) and 3 local z = not (1 and nil) return x, y, z
local a, b = 1, 2 return a == 1 and b == 2, a == 2 or b == 2, not (a == b), a ~= b and "ne" or "eq"
local t = {} t[1], t[2], t[3] = (function() return 1, 2 end)() return t[1], t[2], t[3]
return 2^-1, -2^0.5, 2^0.5, 10^2, 10^-2, 8^(1/3)
return 1 .. "", 1.0 .. "", 1e3 .. "", 0x10 .. "", .5 .. ""
return 5 % 3.5, -5 % 3.5, 5 % -3.5, 5.25 % 1, 1e308 % 3
return 1 == 1.0000000000001, 1e308 * 10 == math.huge, -1e308 * 10 == -math.huge
return "abc" == "ab" .. "c", ("x"):rep(100) == ("x"):rep(100)
local r = {} for w, n in string.gmatch("a=1,b=2", "(%w+)=(%w+)") do r[#r+1] = w .. n end return table.concat(r, ";")
return os.clock() >= 0, type(os.clock())
return _VERSION, _G._G == _G
