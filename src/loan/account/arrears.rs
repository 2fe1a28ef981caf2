//! Arrears 逾期: what fell due and is unpaid, what it costs, and how long it lasts.

use chrono::NaiveDate;

use crate::error::{Error, Result};
use crate::exact::add;
use crate::loan::account::due_instalment::{DueInstalment, DueKind, PenaltyContext, PenaltyTerms};
use crate::loan::agreement::allocation::{Owed, Part};
use crate::loan::plan::OverdueEarning;

/// What fell due, and what being late costs.
#[derive(Clone, Debug)]
pub(super) struct Arrears {
    /// What fell due, by day, and of one day by row.
    pub(super) instalments: Vec<DueInstalment>,
    /// The number of them, from the first on, that are settled: nothing of them is owed, and nothing more comes of them by itself.
    settled: usize,
    /// The stretches in which principal of those that are settled earned contract interest.
    settled_earnings: Vec<OverdueEarning>,
    /// The last due date, where what arrears cost by then is still to be billed: nothing has asked for it since.
    bill_on: Option<NaiveDate>,
    /// None where the product has no penalty.
    pub(super) penalty_terms: Option<PenaltyTerms>,
    /// What falls due with the first row after arrears were rescheduled.
    pub(super) rescheduled_charges: Option<RescheduledCharges>,
    /// When arrears were rescheduled last.
    pub(super) rescheduled_on: Option<NaiveDate>,
}

/// Fees, penalty and compound interest that were in arrears when these were rescheduled.
#[derive(Clone, Copy, Debug)]
pub(super) struct RescheduledCharges {
    pub(super) owed: Owed,
    /// Of the fees, what events charged.
    pub(super) charged_fees: i64,
}

impl RescheduledCharges {
    pub(super) fn nothing(on: NaiveDate) -> RescheduledCharges {
        RescheduledCharges { owed: Owed::nothing(on), charged_fees: 0 }
    }
}

impl Arrears {
    /// Before anything fell due.
    pub(super) fn new(penalty_terms: Option<PenaltyTerms>) -> Arrears {
        Arrears::of(Vec::new(), penalty_terms)
    }

    /// Those that were written down, with nothing rescheduled.
    pub(super) fn of(instalments: Vec<DueInstalment>, penalty_terms: Option<PenaltyTerms>) -> Arrears {
        Arrears {
            instalments,
            settled: 0,
            settled_earnings: Vec::new(),
            bill_on: None,
            penalty_terms,
            rescheduled_charges: None,
            rescheduled_on: None,
        }
    }

    /// From the first on that is not settled.
    pub(super) fn unsettled(&self) -> &[DueInstalment] {
        self.instalments.get(self.settled..).unwrap_or_default()
    }

    /// The same, each with its place.
    pub(super) fn unsettled_places(&self) -> impl Iterator<Item = (usize, &DueInstalment)> {
        (self.settled..).zip(self.unsettled())
    }

    pub(super) fn unsettled_mut(&mut self) -> &mut [DueInstalment] {
        self.instalments.get_mut(self.settled..).unwrap_or_default()
    }

    /// Passes over those that are settled from now on.
    pub(super) fn pass_settled(&mut self) -> Result<()> {
        while let Some(instalment) = self.instalments.get(self.settled) {
            if instalment.is_open() || self.unbilled_of(instalment)? != (0, 0) {
                break;
            }
            self.settled_earnings.extend_from_slice(instalment.stretches());
            self.settled += 1;
        }
        Ok(())
    }

    /// The principal of all of them that earned contract interest, or does up to a day.
    pub(super) fn overdue_earnings(&self, until: NaiveDate) -> Result<Vec<OverdueEarning>> {
        let mut earnings = self.settled_earnings.clone();
        for instalment in self.unsettled() {
            earnings.extend(instalment.overdue_earnings(until)?);
        }
        Ok(earnings)
    }

    /// Whether what they cost may be billed later as of a due date, with the same result: it costs nothing itself.
    pub(super) fn bills_later(&self) -> bool {
        self.penalty_terms.as_ref().is_none_or(PenaltyTerms::cost_nothing_themselves)
    }

    pub(super) fn bill_later(&mut self, due_on: NaiveDate) {
        self.bill_on = Some(due_on);
    }

    /// The due date that is still to be billed, which is so from now on.
    pub(super) fn take_bill(&mut self) -> Option<NaiveDate> {
        self.bill_on.take()
    }

    /// What fell due of a row. What fell due on its day by itself joins it.
    pub(super) fn of_row(&mut self, due_on: NaiveDate, row: usize) -> Result<&mut DueInstalment> {
        let first = self.instalments.partition_point(|instalment| instalment.due_on() < due_on);
        let end = self.instalments.partition_point(|instalment| instalment.due_on() <= due_on);
        let is_it = |instalment: &DueInstalment| instalment.row.is_none_or(|of| of == row);
        let of_day = self.instalments.get(first..end).unwrap_or_default();
        let at = first + of_day.iter().position(is_it).unwrap_or(of_day.len());
        if at == end {
            self.instalments.insert(at, DueInstalment::new(due_on, DueKind::Instalment));
        }
        let instalment = self.at(at)?;
        (instalment.kind, instalment.row) = (DueKind::Instalment, Some(row));
        Ok(instalment)
    }

    /// What fell due on a day, of its first row where there is one, and is of a kind from now on; a new one where there is none.
    pub(super) fn due_on(&mut self, due_on: NaiveDate, kind: DueKind) -> Result<&mut DueInstalment> {
        let at = self.instalments.partition_point(|instalment| instalment.due_on() < due_on);
        match self.instalments.get_mut(at).filter(|instalment| instalment.due_on() == due_on) {
            Some(instalment) => instalment.kind = instalment.kind.max(kind),
            None => self.instalments.insert(at, DueInstalment::new(due_on, kind)),
        }
        self.at(at)
    }

    pub(super) fn at(&mut self, at: usize) -> Result<&mut DueInstalment> {
        // What becomes of it may be owed again.
        if at < self.settled {
            self.settled = at;
            let settled = self.instalments.iter().take(at);
            self.settled_earnings = settled.flat_map(DueInstalment::stretches).copied().collect();
        }
        self.instalments.get_mut(at).ok_or_else(|| Error::internal("due instalment", at))
    }

    /// What of a part was billed and is unpaid, what waits for the first row after a rescheduling included.
    pub(super) fn unpaid(&self, part: Part) -> Result<i64> {
        let charges = self.rescheduled_charges.as_ref().map_or(0, |charges| charges.owed.part(part).minor());
        self.unsettled().iter().try_fold(charges, |unpaid, instalment| add(unpaid, instalment.unpaid(part)?))
    }

    /// Penalty and compound interest that an instalment has cost and that are not billed.
    pub(super) fn unbilled_of(&self, instalment: &DueInstalment) -> Result<(i64, i64)> {
        match &self.penalty_terms {
            Some(terms) => instalment.unbilled(terms),
            None => Ok((0, 0)),
        }
    }

    /// The same of all of them.
    pub(super) fn unbilled(&self) -> Result<(i64, i64)> {
        let (mut penalty, mut compound) = (0, 0);
        for instalment in self.unsettled() {
            let (of_penalty, of_compound) = self.unbilled_of(instalment)?;
            (penalty, compound) = (add(penalty, of_penalty)?, add(compound, of_compound)?);
        }
        Ok((penalty, compound))
    }

    /// Counts what they cost up to a day.
    pub(super) fn accrue(&mut self, context: PenaltyContext<'_>, day: NaiveDate) -> Result<()> {
        let Arrears { instalments, settled, penalty_terms: Some(terms), .. } = self else { return Ok(()) };
        let mut unsettled = instalments.iter_mut().skip(*settled);
        unsettled.try_for_each(|instalment| instalment.accrue(terms, context, day))
    }

    /// Bills what all of them have cost, and returns it.
    pub(super) fn bill_penalties(&mut self) -> Result<i64> {
        (self.settled..self.instalments.len()).try_fold(0, |billed, at| add(billed, self.bill_penalty(at)?))
    }

    /// Bills what an instalment has cost, and returns it.
    pub(super) fn bill_penalty(&mut self, at: usize) -> Result<i64> {
        let Some(terms) = &self.penalty_terms else { return Ok(0) };
        let instalment = self.instalments.get_mut(at).ok_or_else(|| Error::internal("due instalment", at))?;
        let (penalty, compound) = instalment.bill_penalty(terms)?;
        add(penalty, compound)
    }

    /// The charges that were rescheduled fall due on a day: with a row, or by themselves.
    pub(super) fn bill_rescheduled(&mut self, day: NaiveDate, row: Option<usize>) -> Result<()> {
        let Some(charges) = self.rescheduled_charges.take() else { return Ok(()) };
        let instalment = match row {
            Some(row) => self.of_row(day, row)?,
            None => self.due_on(day, DueKind::Charge)?,
        };
        for part in [Part::Fee, Part::Penalty, Part::Compound] {
            instalment.bill(part, charges.owed.part(part).minor())?;
        }
        instalment.charged_fees = add(instalment.charged_fees, charges.charged_fees)?;
        Ok(())
    }
}

/// The days past due 逾期天数 at the end of a day, of an instalment that is short since `due_on`, its due date after any roll.
///
/// Zero on the due date and within `grace_days` days 宽限期 after it; past them the count runs from the due date. A day of an
/// excluded window, whose first and last day are both in it, does not count; where windows overlap it is left out once.
pub(super) fn days_past_due(
    due_on: NaiveDate,
    on: NaiveDate,
    grace_days: u16,
    excluded: &[(NaiveDate, NaiveDate)],
) -> Result<u32> {
    let days_between = |from: NaiveDate, to: NaiveDate| to.signed_duration_since(from).num_days();
    let mut days = days_between(due_on, on).max(0);
    let mut windows = excluded.to_vec();
    windows.sort_unstable();
    // The last day that a window took out already: none before the first that counts.
    let mut taken_to = due_on;
    for (first, last) in windows {
        let last = last.min(on);
        let before = first.pred_opt().map_or(taken_to, |before| before.max(taken_to));
        if last > before {
            days -= days_between(before, last);
            taken_to = last;
        }
    }
    let Ok(days) = u32::try_from(days) else {
        return Err(Error::internal("days_past_due", format_args!("{days} from {due_on} to {on}")));
    };
    Ok(if days > u32::from(grace_days) { days } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::parse_date;

    fn day(text: &str) -> NaiveDate {
        parse_date(text, "day").unwrap()
    }

    fn past_due(on: &str, grace_days: u16, excluded: &[(&str, &str)]) -> u32 {
        let excluded: Vec<_> = excluded.iter().map(|&(first, last)| (day(first), day(last))).collect();
        days_past_due(day("2020-03-20"), day(on), grace_days, &excluded).unwrap()
    }

    #[test]
    fn the_count_runs_from_the_due_date() {
        let on = |day| past_due(day, 0, &[]);
        assert_eq!((on("2020-03-19"), on("2020-03-20"), on("2020-03-21")), (0, 0, 1));
        assert_eq!((on("2020-06-18"), on("2020-06-19")), (90, 91));
        // Three days of grace: on the fourth the count is four.
        assert_eq!((past_due("2020-03-23", 3, &[]), past_due("2020-03-24", 3, &[])), (0, 4));
    }

    #[test]
    fn a_day_of_an_excluded_window_is_left_out_once() {
        // 1 to 10 April, ten of the 31 days to 20 April; the due date and what comes after the day never counted.
        assert_eq!(past_due("2020-04-20", 0, &[("2020-04-01", "2020-04-10")]), 21);
        assert_eq!(
            past_due("2020-04-20", 0, &[("2020-03-01", "2020-03-20"), ("2020-04-21", "2020-05-01")]),
            31
        );
        // 1 to 15 April in three windows.
        let overlapping =
            [("2020-04-08", "2020-04-15"), ("2020-04-01", "2020-04-10"), ("2020-04-02", "2020-04-03")];
        assert_eq!(past_due("2020-04-20", 0, &overlapping), 16);
        // Inside the window the count stays; with 20 of the days left out, the other 11 are within the grace.
        assert_eq!(past_due("2020-04-05", 0, &[("2020-04-01", "2020-04-10")]), 11);
        assert_eq!(past_due("2020-04-20", 15, &[("2020-04-01", "2020-04-20")]), 0);
        assert_eq!(past_due("2020-06-30", 0, &[("2020-03-01", "2020-12-31")]), 0);
    }
}
