-- A host in LuaJIT, by its ffi: the header as the preprocessor leaves it and the shared library.
--
-- Arguments: the library; the declarations; the constants and the starts of structs, one a line: name, then value.
local ffi = require("ffi")
local library, declarations, constants, starts = ...

ffi.cdef(io.open(declarations):read("*a"))
local puhui = ffi.load(library)

local function table_of(path)
  local found = {}
  for line in io.lines(path) do
    local name, value = line:match("^(%S+) (.*)$")
    found[name] = value
  end
  return found
end

local code, start_text = {}, table_of(starts)
for name, value in pairs(table_of(constants)) do code[name] = tonumber(value) end

-- A struct as its `_INIT` starts it: braces mean the same in both languages.
local function start(kind)
  local words = start_text[kind]:gsub("%(uint32_t%)sizeof(%b())", function(of) return 'ffi.sizeof("' .. of:sub(2, -2) .. '")' end)
  words = words:gsub("%(%(void %*%)0%)", 'ffi.cast("void *", 0)')
  local values = setfenv(assert(loadstring("return " .. words)), { ffi = ffi })()
  return ffi.new("struct " .. kind, values)
end

local function call(name, ...)
  local arguments, count = { ... }, select("#", ...)
  local failure = start("puhui_error")
  arguments[count + 1] = failure
  local status = puhui[name](unpack(arguments, 1, count + 1))
  if status ~= code.PUHUI_OK then error(("status %d: %s"):format(status, ffi.string(failure.message))) end
end

local function digits(number) return (tostring(number):gsub("U?LL$", "")) end

-- Whole 64-bit numbers: those of Lua are doubles.
local function money(minor)
  return ("%s.%02d"):format(digits(minor / 100), tonumber(minor % 100))
end

local function show(rows, count)
  for i = 0, count - 1 do
    local row = rows[i]
    print(row.no .. " " .. row.due_on_ymd .. " " .. money(row.payment_minor) .. " " .. money(row.interest_minor) .. " "
      .. money(row.closing_minor))
  end
end

-- The loan of the README.
local rules = start("puhui_product_rules")
rules.currency = "CNY"
rules.method = code.PUHUI_METHOD_EQUAL_INSTALMENT
rules.day_count = code.PUHUI_DAY_COUNT_ACTUAL_360
rules.rounding = code.PUHUI_ROUNDING_HALF_UP
rules.every_count = 1
rules.every_unit = code.PUHUI_UNIT_MONTH
local made = ffi.new("struct puhui_product *[1]")
call("puhui_product_new", rules, nil, nil, made)
local product = ffi.gc(made[0], puhui.puhui_product_free)
local terms = start("puhui_terms")
terms.principal_minor = 5000000
terms.rate_ppb = 43500000
terms.disbursed_on_ymd = 20200115
terms.first_due_on_ymd = 20200220
terms.instalments = 36
local loan = start("puhui_loan")
loan.product = product
loan.terms = terms

local rows = ffi.new("struct puhui_instalment[40]")
local count, totals = ffi.new("size_t[1]"), ffi.new("struct puhui_totals")
call("puhui_schedule", loan, rows, 40, count, totals)
print("schedule " .. digits(count[0]) .. " " .. money(totals.interest_minor))
show(rows, tonumber(count[0]))

-- Its relief.
local relief = start("puhui_relief")
relief.granted_on_ymd = 20200201
relief.defer = code.PUHUI_DEFER_BOTH
relief.due_from_ymd = 20200201
relief.due_until_ymd = 20200630
relief.new_date_ymd = 20200630
relief.principal_caught_up = code.PUHUI_PRINCIPAL_CAUGHT_UP_END_OF_WINDOW
relief.interest_meanwhile = code.PUHUI_INTEREST_MEANWHILE_SIMPLE
relief.interest_caught_up = code.PUHUI_INTEREST_CAUGHT_UP_END_OF_WINDOW
local impact = start("puhui_impact")
local result = start("puhui_relief_result")
result.after = rows
result.after_capacity = 40
result.impact = impact
call("puhui_relieve", loan, relief, 1, result)
print("relief " .. money(impact.deferred_principal_minor) .. " " .. money(impact.deferred_interest_minor))
show(rows, tonumber(result.after_count))

-- A tally of three loans by county.
local county = ffi.new("uint32_t[3]", 500101, 500102, 500101)
local balance = ffi.new("int64_t[3]", 5000000, 9000000000000000000LL, 830000)
local book = start("puhui_book_columns")
book.currency = "CNY"
book.count = 3
book.county = county
book.balance_minor = balance
local dimensions = ffi.new("uint32_t[1]", code.PUHUI_DIMENSION_COUNTY)
local measures = ffi.new("uint32_t[1]", code.PUHUI_MEASURE_BALANCE)
local plan = start("puhui_tally_plan")
plan.as_of_ymd = 20200331
plan.dimension_count, plan.measure_count = 1, 1
plan.dimensions = dimensions
plan.measures = measures
local keys, sums = ffi.new("uint32_t[4]"), ffi.new("struct puhui_sums[4]")
local groups = start("puhui_tally_result")
groups.keys = keys
groups.sums = sums
groups.group_capacity = 4
call("puhui_tally", book, plan, 1, groups)
for i = 0, tonumber(groups.group_count) - 1 do
  local held = sums[i].outstanding
  assert(held.minor.high == 0)
  print("tally " .. keys[i] .. " " .. digits(held.loans) .. " " .. money(held.minor.low))
end
