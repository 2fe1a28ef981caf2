/* A loan and what happens to it, one event after the other: for the programs on accounts. */
#ifndef PUHUI_TESTS_EVENTS_H
#define PUHUI_TESTS_EVENTS_H

#include "check.h"

/* The golden loan of whole months: 50,000.00 at 4.35 %, 36 x 1,484.00 from 20 February. */
static struct puhui_terms whole_months(void) {
  struct puhui_terms terms = golden();
  terms.disbursed_on_ymd = 20200120;
  return terms;
}

/* Events, one after the other, with their numbers. */
static struct puhui_event list[32];
static size_t listed;

static struct puhui_event *happens(uint32_t kind, int32_t on_ymd, int64_t amount_minor) {
  const struct puhui_event fresh = PUHUI_EVENT_INIT;
  struct puhui_event *event = &list[listed++];
  CHECK(listed <= sizeof list / sizeof *list);
  *event = fresh;
  event->kind = kind;
  event->no = listed;
  event->on_ymd = on_ymd;
  event->amount_minor = amount_minor;
  return event;
}

static void paid(int32_t on_ymd, int64_t amount_minor) {
  happens(PUHUI_EVENT_REPAID, on_ymd, amount_minor)->payer = PUHUI_PAYER_BORROWER;
}

#endif
