/*
 * ==================================================================================================
 * Loans: what differs from one to the next, and rates that follow a benchmark
 * ==================================================================================================
 *
 * A loan is its product and its terms; later rates and a plan of its own where it has them. 50,000.00 over 36 instalments at
 * 4.35 %, of a product in a currency with two decimals:
 *
 *     struct puhui_loan new_loan(const struct puhui_product *product, struct puhui_terms *terms) {
 *       struct puhui_loan loan = PUHUI_LOAN_INIT;
 *       terms->principal_minor = 5000000;
 *       terms->rate_ppb = 43500000;
 *       terms->disbursed_on_ymd = 20200115;
 *       terms->first_due_on_ymd = 20200220;
 *       terms->instalments = 36;
 *       loan.product = product;
 *       loan.terms = terms;
 *       return loan;
 *     }
 */
