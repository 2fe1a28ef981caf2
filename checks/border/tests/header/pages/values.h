/*
 * ==================================================================================================
 * Values: the outcome of a call, the version, exact figures
 * ==================================================================================================
 *
 * Every call that can fail takes a `struct puhui_error` as its last parameter, which may be NULL, and returns a status. A
 * published figure is an exact ratio; it is rounded once, where it is printed:
 *
 *     int print_share(int64_t part, int64_t whole) {
 *       struct puhui_error error = PUHUI_ERROR_INIT;
 *       struct puhui_figure share = PUHUI_NO_FIGURE;
 *       int64_t percent_e2 = 0;
 *       puhui_figure_of(puhui_int128_of(part), puhui_int128_of(whole), 1, &share, &error);
 *       if (puhui_figure_round(&share, 4, PUHUI_ROUNDING_HALF_UP, &percent_e2, &error) != PUHUI_OK)
 *         return fprintf(stderr, "%s\n", error.message);
 *       return printf("%d.%02d %%\n", (int)(percent_e2 / 100), (int)(percent_e2 % 100));
 *     }
 */

/** The version as one number: major x 1,000,000 + minor x 1,000 + patch. */
#define PUHUI_VERSION_NUMBER \
  (PUHUI_VERSION_MAJOR * 1000000 + PUHUI_VERSION_MINOR * 1000 + PUHUI_VERSION_PATCH)

/** The bit of a code in a column that holds several: of a `PUHUI_BASIS_*`, a `PUHUI_FORBEARANCE_*`, a `PUHUI_POINT_KIND_*`. */
#define PUHUI_BIT(code) ((uint8_t)(1U << ((code) - 1)))
