/*
 * ==================================================================================================
 * Statistics: what a book is held against
 * ==================================================================================================
 *
 * Concentration, tolerance, the two increases, provisions; the statement on targeted loans and needs; and, for the columns that they
 * ask for, registers of statuses and lists of places by day. The NPL ratio of inclusive loans may be three points above the bank's own:
 *
 *     int is_tolerated(const struct puhui_sums *inclusive, const struct puhui_sums *all, struct puhui_error *error) {
 *       struct puhui_figures ours = PUHUI_FIGURES_INIT, own = PUHUI_FIGURES_INIT;
 *       struct puhui_tolerance tolerance = PUHUI_TOLERANCE_INIT;
 *       struct puhui_compliance found;
 *       tolerance.rule = PUHUI_TOLERANCE_CN_INCLUSIVE_2019;
 *       tolerance.base = PUHUI_TOLERANCE_BASE_OWN_RATIO;
 *       if (puhui_figures_of(inclusive, &ours, error) != PUHUI_OK || puhui_figures_of(all, &own, error) != PUHUI_OK ||
 *           puhui_tolerance_check(&tolerance, &ours.npl_ratio, &own.npl_ratio, &found, error) != PUHUI_OK)
 *         return -1;
 *       return found.held == PUHUI_HELD_YES;
 *     }
 */
