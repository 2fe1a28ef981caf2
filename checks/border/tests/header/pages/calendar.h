/*
 * ==================================================================================================
 * Calendars: business days
 * ==================================================================================================
 *
 * A calendar rolls the due dates of a product. It is a handle:
 *
 *     int32_t next_business_day(int32_t date_ymd) {
 *       struct puhui_calendar *calendar = NULL;
 *       int32_t rolled_on_ymd = 0;
 *       if (puhui_calendar_cn(&calendar, NULL) != PUHUI_OK) return 0;
 *       puhui_calendar_roll(calendar, date_ymd, PUHUI_ROLL_FOLLOWING, &rolled_on_ymd, NULL, NULL);
 *       puhui_calendar_free(calendar);
 *       return rolled_on_ymd;
 *     }
 */
