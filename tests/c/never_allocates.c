/* The calls that docs/ABI.md lists as never asking for memory while they succeed: each is called with the counter before and after.
   tests/c/batch.c and tests/c/roll.c do it for schedules, batches and quiet days.
 *
 * Link with: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc,--wrap=posix_memalign
 */
#include "allocations.h"
#include "check.h"

#define LOANS 1000

static int64_t balance_minor[LOANS], rate_ppb[LOANS];
static uint32_t county[LOANS];
static int32_t disbursed_on_ymd[LOANS];
static uint8_t loan_class[LOANS];

/* The call succeeds, and asks for nothing. */
#define NOTHING(call)                    \
  do {                                   \
    const size_t before = allocations;   \
    CHECK_EQUAL(call, PUHUI_OK);         \
    CHECK_EQUAL(allocations, before);    \
  } while (0)

static void figures(void) {
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_figure one, other, figure;
  struct puhui_sums sums;
  struct puhui_figures of_sums = PUHUI_FIGURES_INIT;
  struct puhui_area_coverage area;
  struct puhui_area_figures of_area = PUHUI_AREA_FIGURES_INIT;
  struct puhui_growth growth, whole;
  int64_t units = 0;
  memset(&sums, 0, sizeof sums);
  memset(&area, 0, sizeof area);
  memset(&growth, 0, sizeof growth);
  NOTHING(puhui_figure_of(puhui_int128_of(12), puhui_int128_of(4600), 1, &one, &error));
  NOTHING(puhui_figure_of(puhui_int128_of(13), puhui_int128_of(4700), 1, &other, &error));
  NOTHING(puhui_figure_above(&one, &other, &figure, &error));
  NOTHING(puhui_figure_round(&figure, 9, PUHUI_ROUNDING_HALF_UP, &units, &error));
  NOTHING(puhui_int128_to_int64(puhui_int128_of(-7), &units, &error));
  sums.loans = sums.outstanding.loans = 3;
  sums.outstanding.minor = puhui_int128_of(700);
  sums.balance_minor_ppb = puhui_int128_of(700 * (int64_t)43500000);
  NOTHING(puhui_figures_of(&sums, &of_sums, &error));
  area.villages = 9;
  area.covered = 7;
  area.has_people = 1;
  area.people = 12345;
  NOTHING(puhui_area_figures_of(&area, PUHUI_POINT_KIND_AGENT, &of_area, &error));
  growth.now = puhui_int128_of(120);
  growth.base = puhui_int128_of(100);
  growth.has_base = 1;
  whole = growth;
  whole.now = puhui_int128_of(150);
  NOTHING(puhui_growth_rate(&growth, &figure, &error));
  NOTHING(puhui_growth_points_above(&growth, &whole, &figure, &error));
  NOTHING(puhui_growth_contribution(&growth, &whole, &figure, &error));
  NOTHING(puhui_growth_share_of_increment(&growth, &whole, &figure, &error));
}

static void books_and_days(void) {
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_book_columns book = PUHUI_BOOK_COLUMNS_INIT;
  puhui_calendar *calendar = NULL;
  puhui_benchmark *lpr = NULL;
  int32_t rolled = 0;
  int64_t value = 0;
  uint32_t provisional = 0;
  size_t i, before;
  for (i = 0; i < LOANS; i++) {
    balance_minor[i] = 100 + (int64_t)i;
    rate_ppb[i] = 43500000;
    county[i] = 500101 + (uint32_t)i % 38;
    disbursed_on_ymd[i] = 20200101 + (int32_t)(i % 28);
    loan_class[i] = (uint8_t)(i % 6);
  }
  book.count = LOANS;
  memcpy(book.currency, "CNY", 4);
  book.balance_minor = balance_minor;
  book.rate_ppb = rate_ppb;
  book.county = county;
  book.disbursed_on_ymd = disbursed_on_ymd;
  book.loan_class = loan_class;
  NOTHING(puhui_book_check(&book, &error));
  CHECK(puhui_calendar_cn(&calendar, &error) == PUHUI_OK);
  CHECK(puhui_benchmark_built_in("lpr_5y", &lpr, &error) == PUHUI_OK);
  CHECK(allocations > 0); /* The counter counts: a handle is one. */
  NOTHING(puhui_calendar_roll(calendar, 20200625, PUHUI_ROLL_FOLLOWING, &rolled, &provisional, &error));
  NOTHING(puhui_benchmark_value_on(lpr, 20200101, 20200101, &value, &error));
  before = allocations;
  CHECK(puhui_status_message(PUHUI_ERR_OVERFLOW)[0] != 0 && puhui_version_number() == PUHUI_VERSION_NUMBER);
  puhui_calendar_free(calendar);
  puhui_benchmark_free(lpr);
  CHECK_EQUAL(allocations, before);
}

int main(void) {
  figures();
  books_and_days();
  return 0;
}
