-- Runs each line of a text as a chunk of its own and prints what it returns or raises. The same in every Lua.
local function show(v)
  if type(v) == "string" then return string.format("%q", v) end
  if type(v) == "table" or type(v) == "function" or type(v) == "thread" or type(v) == "userdata" then return type(v) end
  return tostring(v)
end
function run_lines(text)
  for line in string.gmatch(text, "[^\n]+") do
    if string.sub(line, 1, 2) ~= "--" then
      local out = {}
      local function collect(...)
        for i = 1, select("#", ...) do out[i] = show((select(i, ...))) end
      end
      local f, e = loadstring(line, "=c")
      if f then
        setfenv(f, setmetatable({}, {__index = _G}))
        collect(pcall(f))
      else
        collect("no load", e)
      end
      print((string.gsub(table.concat(out, " "), "\\\n", "\\n")))
    end
  end
end
