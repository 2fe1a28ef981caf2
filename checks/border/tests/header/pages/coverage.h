/*
 * ==================================================================================================
 * Coverage: which villages have financial services
 * ==================================================================================================
 *
 * The basic services of China's central bank, by county; the areas and the villages left out can be asked for as well:
 *
 *     puhui_status covered(const struct puhui_village_columns *villages, const struct puhui_point_columns *points,
 *                          struct puhui_coverage_result *result, struct puhui_error *error) {
 *       struct puhui_coverage_query query = PUHUI_COVERAGE_QUERY_INIT;
 *       struct puhui_coverage_rule rule = PUHUI_COVERAGE_RULE_INIT;
 *       rule.as_of_ymd = 20201231;
 *       rule.kinds = PUHUI_POINT_KINDS_CN_BASIC;
 *       query.area = PUHUI_AREA_COUNTY;
 *       query.rule = &rule;
 *       query.village_tables = villages;
 *       query.point_tables = points;
 *       return puhui_coverage(&query, result, error);
 *     }
 */
