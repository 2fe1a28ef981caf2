/* Lines of credit: figures that were worked out apart from the library, and the edges of the contract. */
#include <stddef.h>

#include "check.h"

LAYOUT(movement, sizeof(struct puhui_line_movement) == 16 && offsetof(struct puhui_line_movement, amount_minor) == 8);
LAYOUT(line, sizeof(void *) != 8 || (sizeof(struct puhui_credit_line) == 40 &&
                                     offsetof(struct puhui_credit_line, limit_minor) == 16 &&
                                     offsetof(struct puhui_credit_line, movement_count) == 32));
LAYOUT(position, sizeof(struct puhui_line_position) == 40 && offsetof(struct puhui_line_position, headroom_minor) == 32);

/* 100,000.00 for a year. */
static struct puhui_credit_line a_year(uint32_t revolving, const struct puhui_line_movement *movements, size_t count) {
  struct puhui_credit_line line = PUHUI_CREDIT_LINE_INIT;
  line.revolving = revolving;
  line.from_ymd = 20200115;
  line.until_ymd = 20210114;
  line.limit_minor = 10000000;
  line.movements = movements;
  line.movement_count = count;
  return line;
}

static struct puhui_line_position on(const struct puhui_credit_line *line, int32_t day) {
  struct puhui_line_position position = PUHUI_LINE_POSITION_INIT;
  struct puhui_error error = PUHUI_ERROR_INIT;
  CHECK_EQUAL(puhui_credit_line_position(line, day, &position, &error), PUHUI_OK);
  CHECK(position.on_ymd == day && position.struct_size == sizeof position);
  return position;
}

static void figures(void) {
  /* 60,000.00 are drawn, half of it is repaid, and the limit falls below what is outstanding. */
  const struct puhui_line_movement movements[3] = {
      {PUHUI_LINE_DRAWN, 20200201, 6000000},
      {PUHUI_LINE_REPAID, 20200501, 3000000},
      {PUHUI_LINE_LIMIT_CHANGED, 20200601, 2000000},
  };
  struct puhui_credit_line line = a_year(1, movements, 3);
  struct puhui_line_position position = on(&line, 20200131);
  CHECK(position.limit_minor == 10000000 && position.used_minor == 0 && position.headroom_minor == 10000000);
  position = on(&line, 20200430);
  CHECK(position.used_minor == 6000000 && position.outstanding_minor == 6000000 && position.headroom_minor == 4000000);
  position = on(&line, 20200501);
  CHECK(position.used_minor == 3000000 && position.outstanding_minor == 3000000 && position.headroom_minor == 7000000);
  position = on(&line, 20200601);
  CHECK(position.limit_minor == 2000000 && position.outstanding_minor == 3000000 && position.headroom_minor == 0);
  position = on(&line, 20210115);
  CHECK(position.limit_minor == 0 && position.outstanding_minor == 3000000 && position.headroom_minor == 0);
  /* What is repaid is not free again where the line does not revolve. */
  line = a_year(0, movements, 2);
  position = on(&line, 20200501);
  CHECK(position.used_minor == 6000000 && position.outstanding_minor == 3000000 && position.headroom_minor == 4000000);
}

static void refused(const struct puhui_credit_line *line, int32_t day, puhui_status expected, const char *field) {
  static const struct puhui_line_position nothing = PUHUI_LINE_POSITION_INIT;
  struct puhui_line_position position;
  struct puhui_error error = PUHUI_ERROR_INIT;
  memset(&position, 0xA5, sizeof position);
  position.struct_size = sizeof position;
  CHECK_EQUAL(puhui_credit_line_position(line, day, &position, &error), expected);
  told(&error, expected, field);
  CHECK(memcmp(&position, &nothing, sizeof position) == 0);
}

static void edges(void) {
  LARGER(puhui_credit_line) more;
  struct puhui_line_movement movements[2] = {{PUHUI_LINE_DRAWN, 20200501, 7000000}, {PUHUI_LINE_DRAWN, 20200410, 3000001}};
  struct puhui_credit_line line = a_year(1, movements, 2);
  struct puhui_line_position position = PUHUI_LINE_POSITION_INIT;
  struct puhui_error error = PUHUI_ERROR_INIT;

  /* In April 30,000.01 would be free; from May on they are not. */
  refused(&line, 20200601, PUHUI_ERR_LIMIT_EXCEEDED, "movements[1].amount");
  movements[1].kind = PUHUI_LINE_REPAID;
  refused(&line, 20200601, PUHUI_ERR_OUT_OF_RANGE, "movements[1].amount");
  movements[1].kind = 0;
  refused(&line, 20200601, PUHUI_ERR_UNKNOWN_CODE, "movements[1].kind");
  movements[1].kind = PUHUI_LINE_LIMIT_CHANGED + 1;
  refused(&line, 20200601, PUHUI_ERR_UNKNOWN_CODE, "movements[1].kind");
  movements[1].kind = PUHUI_LINE_LIMIT_CHANGED;
  movements[1].amount_minor = -1;
  refused(&line, 20200601, PUHUI_ERR_OUT_OF_RANGE, "movements[1].limit");
  movements[1].amount_minor = 0;
  CHECK_EQUAL(on(&line, 20200410).limit_minor, 0);
  movements[1].on_ymd = 20210115;
  refused(&line, 20200601, PUHUI_ERR_DATES_OUT_OF_ORDER, "movements[1].on");
  movements[1].on_ymd = 20200230;
  refused(&line, 20200601, PUHUI_ERR_MALFORMED, "movements[1].on");
  line = a_year(1, NULL, 1);
  refused(&line, 20200601, PUHUI_ERR_NULL, "movements");
  line = a_year(2, NULL, 0);
  refused(&line, 20200601, PUHUI_ERR_UNKNOWN_CODE, "revolving");
  line = a_year(1, NULL, 0);
  refused(&line, 20200230, PUHUI_ERR_MALFORMED, "on");
  line.until_ymd = 20200114;
  refused(&line, 20200601, PUHUI_ERR_DATES_OUT_OF_ORDER, "until");
  line.until_ymd = 20210114;
  line.limit_minor = 0;
  refused(&line, 20200601, PUHUI_ERR_OUT_OF_RANGE, "limit");
  line.limit_minor = 1;
  line.struct_size = sizeof line - 1;
  refused(&line, 20200601, PUHUI_ERR_STRUCT_SIZE, "line");
  refused(NULL, 20200601, PUHUI_ERR_NULL, "line");
  memset(&more, 0, sizeof more);
  more.known = a_year(1, NULL, 0);
  more.known.struct_size = sizeof more;
  CHECK_EQUAL(on(&more.known, 20200601).headroom_minor, 10000000);
  more.tail[0] = 1;
  refused(&more.known, 20200601, PUHUI_ERR_STRUCT_SIZE, "line");
  CHECK_EQUAL(puhui_credit_line_position(&more.known, 20200601, NULL, &error), PUHUI_ERR_NULL);
  told(&error, PUHUI_ERR_NULL, "out_position");
  position.struct_size = 7;
  CHECK_EQUAL(puhui_credit_line_position(&more.known, 20200601, &position, &error), PUHUI_ERR_STRUCT_SIZE);
  CHECK_EQUAL(position.headroom_minor, 0);
}

int main(void) {
  figures();
  edges();
  return 0;
}
