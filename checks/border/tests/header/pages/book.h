/*
 * ==================================================================================================
 * Books: many loans in columns, and their statistics
 * ==================================================================================================
 *
 * A book lends its columns, a plan says what is measured and by what; sums of parts merge, figures are made of sums.
 *
 *     puhui_status balance_of(const int64_t *balance_minor, size_t count, struct puhui_sums *sums, struct puhui_error *error) {
 *       struct puhui_book_columns book = PUHUI_BOOK_COLUMNS_INIT;
 *       struct puhui_tally_plan plan = PUHUI_TALLY_PLAN_INIT;
 *       const uint32_t measure = PUHUI_MEASURE_BALANCE;
 *       struct puhui_tally_result result = PUHUI_TALLY_RESULT_INIT;
 *       memcpy(book.currency, "CNY", 4);
 *       book.count = count;
 *       book.balance_minor = balance_minor;
 *       plan.as_of_ymd = 20201231;
 *       plan.measure_count = 1;
 *       plan.measures = &measure;
 *       result.sums = sums;
 *       result.group_capacity = 1;
 *       return puhui_tally(&book, &plan, 1, &result, error);
 *     }
 */
