//! The days of grace of an instalment that is not paid within them: they cost the penalty, not the contract's interest.

use chrono::NaiveDate;

use crate::error::{Error, Result};
use crate::exact::{add, subtract};
use crate::loan::account::replay::{Replay, billed_by};
use crate::loan::agreement::allocation::Part;
use crate::loan::plan::OverdueEarning;

impl Replay<'_> {
    /// Gives back the contract interest of principal in its days of grace that was billed with other instalments, or with a
    /// settlement after the last one: the days pay the penalty now. What of it was paid is credit.
    pub(super) fn give_back_interest(&mut self, day: NaiveDate, part: OverdueEarning) -> Result<()> {
        // The plan without it, and with it.
        self.set_overdue_earnings(day)?;
        let mut before = self.plan.clone();
        before.add_overdue_earning(part);
        let mut given_back = Vec::new();
        for (row, was) in self.plan.give_back(&before, part)?.iter().enumerate() {
            let is = self.plan.row(row).ok_or_else(|| Error::internal("billed row", row))?;
            let [was, is] = [billed_by(was)?, billed_by(is)?];
            for of in [Part::Interest, Part::Principal] {
                let less = subtract(was.part(of).minor(), is.part(of).minor())?;
                let place = self.arrears.instalments.iter().position(|due| due.row == Some(row));
                given_back.push((place.ok_or_else(|| Error::internal("due instalment", row))?, of, less));
            }
        }
        let mut since = self.plan.frozen_to(self.plan.next_to_bill());
        for (place, settlement) in self.arrears.instalments.iter().enumerate() {
            if !settlement.counts() || settlement.is_instalment() {
                continue;
            }
            let settled_on = settlement.due_on();
            let billed = before.earned(self.plan.next_to_bill(), settled_on, since)?;
            let interest = subtract(billed, self.plan.earned(self.plan.next_to_bill(), settled_on, since)?)?;
            self.totals.interest.after_end = subtract(self.totals.interest.after_end, interest)?;
            given_back.push((place, Part::Interest, interest));
            since = settled_on;
        }
        for (place, of, less) in given_back.into_iter().filter(|(_, _, less)| *less != 0) {
            let paid = self.arrears.at(place)?.take_back(of, less)?;
            let total = match of {
                Part::Principal => &mut self.totals.principal_repaid,
                _ => &mut self.totals.interest.paid,
            };
            *total = subtract(*total, paid)?;
            self.credit = add(self.credit, paid)?;
        }
        self.use_credit(day)
    }
}
