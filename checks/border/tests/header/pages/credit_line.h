/*
 * ==================================================================================================
 * Lines of credit: what of a limit is used, and what is free
 * ==================================================================================================
 *
 * A line is its limit and what was drawn and repaid under it:
 *
 *     int64_t free_after(int64_t limit_minor, int64_t drawn_minor) {
 *       const struct puhui_line_movement drawn = {PUHUI_LINE_DRAWN, 20200301, drawn_minor};
 *       struct puhui_credit_line line = PUHUI_CREDIT_LINE_INIT;
 *       struct puhui_line_position position = PUHUI_LINE_POSITION_INIT;
 *       line.from_ymd = 20200101;
 *       line.until_ymd = 20201231;
 *       line.limit_minor = limit_minor;
 *       line.movements = &drawn;
 *       line.movement_count = 1;
 *       puhui_credit_line_position(&line, 20200301, &position, NULL);
 *       return position.headroom_minor;
 *     }
 */
