/*
 * ==================================================================================================
 * Products: what loans of a kind share
 * ==================================================================================================
 *
 * A product is its rules, and how its loans are serviced where that is not the usual way; checked once, then used by any
 * number of loans and threads:
 *
 *     struct puhui_product *new_product(struct puhui_error *error) {
 *       struct puhui_product_rules rules = PUHUI_PRODUCT_RULES_INIT;
 *       struct puhui_product *product = NULL;
 *       memcpy(rules.currency, "CNY", 4);
 *       rules.method = PUHUI_METHOD_EQUAL_INSTALMENT;
 *       rules.day_count = PUHUI_DAY_COUNT_ACTUAL_360;
 *       rules.rounding = PUHUI_ROUNDING_HALF_UP;
 *       rules.every_count = 1;
 *       rules.every_unit = PUHUI_UNIT_MONTH;
 *       puhui_product_new(&rules, NULL, NULL, &product, error);
 *       return product;
 *     }
 */

/** The bit of a month, 1 (January) to 12, in `season_months`. */
#define PUHUI_MONTH(month) (UINT32_C(1) << ((month) - 1))
