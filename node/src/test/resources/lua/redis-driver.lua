local function show(v)
  if type(v) == "string" then return string.format("%q", v) end
  if type(v) == "table" or type(v) == "function" or type(v) == "thread" then return type(v) end
  return tostring(v)
end
local out = {}
local function collect(...)
  for i = 1, select("#", ...) do out[i] = show((select(i, ...))) end
end
local f, e = loadstring(ARGV[1], "=c")
if f then collect(pcall(f)) else collect("no load", e) end
return table.concat(out, " ")
