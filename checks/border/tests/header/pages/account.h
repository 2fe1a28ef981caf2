/*
 * ==================================================================================================
 * Accounts: what happened to a loan, and what it comes to on a day
 * ==================================================================================================
 *
 * An account is a loan and its events; each question replays them:
 *
 *     int64_t pay_off_after(const struct puhui_loan *loan, int64_t repaid_minor, struct puhui_error *error) {
 *       struct puhui_account_query query = PUHUI_ACCOUNT_QUERY_INIT;
 *       struct puhui_event repaid = PUHUI_EVENT_INIT;
 *       int64_t pay_off_minor = 0;
 *       repaid.kind = PUHUI_EVENT_REPAID;
 *       repaid.no = 1;
 *       repaid.on_ymd = 20200220;
 *       repaid.amount_minor = repaid_minor;
 *       repaid.payer = PUHUI_PAYER_BORROWER;
 *       query.as_of_ymd = 20200220;
 *       query.loan = loan;
 *       query.events = &repaid;
 *       query.event_count = 1;
 *       puhui_account_pay_off(&query, 20200220, &pay_off_minor, error);
 *       return pay_off_minor;
 *     }
 */
