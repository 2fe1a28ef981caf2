/*
 * ==================================================================================================
 * Reliefs: instalments deferred, waived or moved
 * ==================================================================================================
 *
 * The principal that is due in three months is deferred, the interest paid; the maturity stays:
 *
 *     puhui_status defer_principal(const struct puhui_loan *loan, struct puhui_impact *impact, struct puhui_error *error) {
 *       struct puhui_relief relief = PUHUI_RELIEF_INIT;
 *       struct puhui_relief_result result = PUHUI_RELIEF_RESULT_INIT;
 *       relief.granted_on_ymd = 20200301;
 *       relief.defer = PUHUI_DEFER_PRINCIPAL;
 *       relief.due_from_ymd = 20200320;
 *       relief.due_until_ymd = 20200531;
 *       relief.principal_caught_up = PUHUI_PRINCIPAL_CAUGHT_UP_OVER_REMAINING;
 *       relief.interest_meanwhile = PUHUI_INTEREST_MEANWHILE_PAID;
 *       result.impact = impact;
 *       return puhui_relieve(loan, &relief, 1, &result, error);
 *     }
 */
