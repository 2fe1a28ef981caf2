/*
 * ==================================================================================================
 * Schedules: the instalments of a loan, and what they come to
 * ==================================================================================================
 *
 * A call without rows says how many there are; a batch does the same for columns of loans:
 *
 *     size_t instalments_of(const struct puhui_loan *loan, struct puhui_instalment *rows, size_t capacity,
 *                           int64_t *interest_minor) {
 *       struct puhui_totals totals;
 *       size_t count = 0;
 *       if (puhui_schedule(loan, rows, capacity, &count, &totals, NULL) != PUHUI_OK) return 0;
 *       *interest_minor = totals.interest_minor;
 *       return count;
 *     }
 */
