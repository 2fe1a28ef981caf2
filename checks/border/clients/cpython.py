"""A host in Python, by cffi in ABI mode: no compiler, the header as the preprocessor leaves it and the shared library.

Arguments: the library; the declarations; the constants and the starts of structs, one a line: name, then value.
"""
import re
import sys

from cffi import FFI

library, declarations, constants, starts = sys.argv[1:]

ffi = FFI()
with open(declarations) as text:
    ffi.cdef(text.read())
puhui = ffi.dlopen(library)


def table(path):
    with open(path) as text:
        return dict(line.rstrip("\n").split(" ", 1) for line in text)


code = {name: int(value) for name, value in table(constants).items()}
start_text = table(starts)


def start(kind):
    """A struct as its `_INIT` starts it."""
    words = start_text[kind].replace("{", "[").replace("}", "]").replace("((void *)0)", "ffi.NULL").replace('"', 'b"', 1)
    words = re.sub(r'(?<!b)""', 'b""', words.replace('b""', '""'))
    words = re.sub(r"\(uint32_t\)sizeof\((struct \w+)\)", r"ffi.sizeof('\1')", words)
    return ffi.new(f"struct {kind} *", eval(words, {"ffi": ffi}))


def call(function, *arguments):
    error = start("puhui_error")
    status = function(*arguments, error)
    if status != code["PUHUI_OK"]:
        sys.exit(f"status {status}: {ffi.string(error.message).decode()}")


def money(minor):
    return f"{minor // 100}.{minor % 100:02}"


def wide(value):
    return value.high * 2**64 + value.low


def show(rows, count):
    for row in rows[0:count]:
        print(row.no, row.due_on_ymd, money(row.payment_minor), money(row.interest_minor), money(row.closing_minor))


# The loan of the README.
rules = start("puhui_product_rules")
rules.currency = b"CNY"
rules.method = code["PUHUI_METHOD_EQUAL_INSTALMENT"]
rules.day_count = code["PUHUI_DAY_COUNT_ACTUAL_360"]
rules.rounding = code["PUHUI_ROUNDING_HALF_UP"]
rules.every_count = 1
rules.every_unit = code["PUHUI_UNIT_MONTH"]
made = ffi.new("struct puhui_product **")
call(puhui.puhui_product_new, rules, ffi.NULL, ffi.NULL, made)
product = ffi.gc(made[0], puhui.puhui_product_free)
terms = start("puhui_terms")
terms.principal_minor = 5_000_000
terms.rate_ppb = 43_500_000
terms.disbursed_on_ymd = 2020_01_15
terms.first_due_on_ymd = 2020_02_20
terms.instalments = 36
loan = start("puhui_loan")
loan.product = product
loan.terms = terms

rows = ffi.new("struct puhui_instalment[]", 40)
count, totals = ffi.new("size_t *"), ffi.new("struct puhui_totals *")
call(puhui.puhui_schedule, loan, rows, len(rows), count, totals)
print("schedule", count[0], money(totals.interest_minor))
show(rows, count[0])

# Its relief.
relief = start("puhui_relief")
relief.granted_on_ymd = 2020_02_01
relief.defer = code["PUHUI_DEFER_BOTH"]
relief.due_from_ymd = 2020_02_01
relief.due_until_ymd = 2020_06_30
relief.new_date_ymd = 2020_06_30
relief.principal_caught_up = code["PUHUI_PRINCIPAL_CAUGHT_UP_END_OF_WINDOW"]
relief.interest_meanwhile = code["PUHUI_INTEREST_MEANWHILE_SIMPLE"]
relief.interest_caught_up = code["PUHUI_INTEREST_CAUGHT_UP_END_OF_WINDOW"]
impact = start("puhui_impact")
result = start("puhui_relief_result")
result.after = rows
result.after_capacity = len(rows)
result.impact = impact
call(puhui.puhui_relieve, loan, relief, 1, result)
print("relief", money(impact.deferred_principal_minor), money(impact.deferred_interest_minor))
show(rows, result.after_count)

# A tally of three loans by county.
county = ffi.new("uint32_t[]", [500101, 500102, 500101])
balance = ffi.new("int64_t[]", [5_000_000, 9_000_000_000_000_000_000, 830_000])
book = start("puhui_book_columns")
book.currency = b"CNY"
book.count = 3
book.county = county
book.balance_minor = balance
dimensions = ffi.new("uint32_t[]", [code["PUHUI_DIMENSION_COUNTY"]])
measures = ffi.new("uint32_t[]", [code["PUHUI_MEASURE_BALANCE"]])
plan = start("puhui_tally_plan")
plan.as_of_ymd = 2020_03_31
plan.dimension_count = plan.measure_count = 1
plan.dimensions = dimensions
plan.measures = measures
keys, sums = ffi.new("uint32_t[]", 4), ffi.new("struct puhui_sums[]", 4)
groups = start("puhui_tally_result")
groups.keys = keys
groups.sums = sums
groups.group_capacity = len(sums)
call(puhui.puhui_tally, book, plan, 1, groups)
for key, group in zip(keys, sums[0 : groups.group_count]):
    print("tally", key, group.outstanding.loans, money(wide(group.outstanding.minor)))
