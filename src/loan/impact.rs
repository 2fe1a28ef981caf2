//! What reliefs did to a loan: before, after, and what it costs whom.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use num_bigint::BigInt;

use crate::error::{Error, Result};
use crate::exact::{divide_wide, too_large};
use crate::loan::agreement::loan::Loan;
use crate::loan::plan::{Choice, Outcome, Plan, check_same_day};
use crate::loan::relief::Relief;
use crate::loan::schedule::annualised::DailyDiscount;
use crate::loan::schedule::{Instalment, Totals};
use crate::money::Money;

impl<'a> Loan<'a> {
    /// The schedule of this loan under reliefs, and what they changed.
    ///
    /// Reliefs apply in the order of their `granted_on`, each to the schedule as the earlier ones left it. With nothing due
    /// in a window the answer is [`Outcome::NothingDue`] and the schedule stays as it was.
    ///
    /// # Rounding
    ///
    /// As in [`Schedule`](crate::loan::Schedule): the interest of each period is exact, on the balance really outstanding,
    /// until it is rounded once.
    ///
    /// # Errors
    ///
    /// Names the field as the wire form spells it:
    ///
    /// * those of [`Relief::check`] and of [`Schedule::write_into`](crate::loan::Schedule::write_into);
    /// * [`ErrorCode::DatesOutOfOrder`](crate::ErrorCode::DatesOutOfOrder) for a grant before the disbursement, a
    ///   `new_date` before the last deferred row, and a new maturity that is not later than the old one;
    /// * [`ErrorCode::Contradiction`](crate::ErrorCode::Contradiction) for two reliefs of one day that choose the same
    ///   row, for rows to be caught up where none remain, and for shifted rows of a loan without a cycle;
    /// * [`ErrorCode::Missing`](crate::ErrorCode::Missing) for a `new_date` that is needed because no row is due after
    ///   the window.
    ///
    /// # Examples
    ///
    /// ```
    /// # use puhui::loan::{LoanRecord, Relief};
    /// # let record: LoanRecord = serde_json::from_str(
    /// #     r#"{"currency":"CNY","principal":"50000.00","disbursed_on":"2020-01-15","rate":{"fixed":"0.0435"},
    /// #         "day_count":"actual/360","method":"equal_instalment","instalments":36,"every":"1 month",
    /// #         "first_due_on":"2020-02-20","rounding":"half_up"}"#,
    /// # )?;
    /// // 50,000.00 at 4.35 % over 36 months from 2020-02-20; what falls due to 30 June is deferred to that day.
    /// let relief: Relief = serde_json::from_str(
    ///     r#"{"granted_on":"2020-03-01","defer":"both","due_from":"2020-01-25","due_until":"2020-06-30",
    ///         "principal_caught_up":"end_of_window","interest_meanwhile":"simple",
    ///         "interest_caught_up":"end_of_window","new_date":"2020-06-30"}"#,
    /// )?;
    /// let relieved = record.loan()?.relieve(&[relief])?;
    /// // Five instalments: 6,530.57 of principal and 948.54 of interest, and 55.65 more interest over the whole loan.
    /// assert_eq!(relieved.impact().deferred_principal.minor(), 653_057);
    /// assert_eq!(relieved.impact().deferred_interest.minor(), 94_854);
    /// assert_eq!(relieved.impact().interest_change.minor(), 5_565);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn relieve(&self, reliefs: &[Relief]) -> Result<Relieved<'a>> {
        let mut ordered: Vec<(usize, &Relief)> = reliefs.iter().enumerate().collect();
        ordered.sort_by_key(|(_, relief)| relief.granted_on);
        let mut plan = Plan::of(*self)?;
        let before = plan.instalments();
        let mut outcomes = vec![Outcome::NothingDue; reliefs.len()];
        // One relief needs no number.
        let place = |index: usize, error: Error| {
            if reliefs.len() == 1 { error } else { error.within(&format!("[{index}]")) }
        };
        let mut day = None;
        for (at, (index, relief)) in ordered.iter().enumerate() {
            relief.check().map_err(|error| place(*index, error))?;
            if day != Some(relief.granted_on) {
                day = Some(relief.granted_on);
                let mut same_day: Vec<Choice> = Vec::new();
                for (other_index, other) in ordered.iter().skip(at) {
                    if other.granted_on != relief.granted_on {
                        break;
                    }
                    let refused = |error| place(*other_index, error);
                    same_day.extend(other.rows.map(|rows| plan.chosen(rows.window)));
                    check_same_day(relief.granted_on, &same_day).map_err(refused)?;
                }
            }
            let outcome = plan.apply(relief, None).map_err(|error| place(*index, error))?;
            if let Some(slot) = outcomes.get_mut(*index) {
                *slot = outcome;
            }
        }
        let after = plan.instalments();
        let deferred = plan.deferred();
        let impact = Impact::between(&before, &after, outcomes, deferred)?;
        let granted_on = ordered.first().map_or(self.terms().disbursed_on, |(_, relief)| relief.granted_on);
        Ok(Relieved { loan: *self, before, after, impact, granted_on })
    }
}

/// A loan before and after its reliefs.
#[derive(Clone, Debug)]
pub struct Relieved<'a> {
    pub(crate) loan: Loan<'a>,
    before: Vec<Instalment>,
    after: Vec<Instalment>,
    impact: Impact,
    granted_on: NaiveDate,
}

/// What reliefs changed, in figures.
///
/// # Units
///
/// Minor units of the loan's currency; a change is after less before.
///
/// A flat record, the row of a report: each figure is asked for by its own name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Impact {
    /// What became of each relief, in the order they were given.
    pub outcomes: Vec<Outcome>,
    /// The change of all interest: of everything paid but fees and what was lent, so that capitalised interest counts.
    pub interest_change: Money,
    /// The change of all fees in the rows.
    pub fees_change: Money,
    /// The last due date before.
    pub last_due_before: NaiveDate,
    /// The last due date after.
    pub last_due_after: NaiveDate,
    /// The largest payment before.
    pub largest_payment_before: Money,
    /// The largest payment after.
    pub largest_payment_after: Money,
    /// The principal deferred, of all reliefs together: what is deferred twice counts twice.
    pub deferred_principal: Money,
    /// The interest deferred that stayed interest, of all reliefs together.
    pub deferred_interest: Money,
    /// The interest deferred that became principal.
    pub capitalised_interest: Money,
    /// The interest that is not owed.
    pub waived_interest: Money,
}

impl Impact {
    fn between(
        before: &[Instalment],
        after: &[Instalment],
        outcomes: Vec<Outcome>,
        deferred: crate::loan::plan::Deferred,
    ) -> Result<Impact> {
        let (old, new) = (Totals::of(before)?, Totals::of(after)?);
        let change = |field: &'static str, old: Money, new: Money| {
            Money::from_wide(i128::from(new.minor()) - i128::from(old.minor()), field)
        };
        let all_interest = |totals: &Totals| Money::sum([totals.interest, totals.principal]);
        let last = |rows: &[Instalment]| rows.last().map_or(NaiveDate::MIN, |row| row.due_on);
        let largest = |rows: &[Instalment]| rows.iter().map(|row| row.payment).max().unwrap_or_default();
        Ok(Impact {
            outcomes,
            // Capitalised interest is repaid as principal, and is interest all the same.
            interest_change: change("interest_change", all_interest(&old)?, all_interest(&new)?)?,
            fees_change: change("fees_change", old.fees, new.fees)?,
            last_due_before: last(before),
            last_due_after: last(after),
            largest_payment_before: largest(before),
            largest_payment_after: largest(after),
            deferred_principal: Money::from_wide(deferred.principal, "deferred_principal")?,
            deferred_interest: Money::from_wide(deferred.interest, "deferred_interest")?,
            capitalised_interest: Money::from_wide(deferred.capitalised, "capitalised_interest")?,
            waived_interest: Money::from_wide(deferred.waived, "waived_interest")?,
        })
    }
}

impl Relieved<'_> {
    /// The rows as they were promised.
    #[must_use]
    pub fn before(&self) -> &[Instalment] {
        &self.before
    }

    /// The rows as the reliefs left them.
    #[must_use]
    pub fn after(&self) -> &[Instalment] {
        &self.after
    }

    /// What changed.
    #[must_use]
    pub fn impact(&self) -> &Impact {
        &self.impact
    }

    /// What the reliefs cost (below zero) or bring the lender, in the money of the day of the first grant: the payments
    /// discounted to that day at the original effective rate, after less before.
    ///
    /// The modification gain or loss of IFRS 9 (5.4.3) and CAS 22. Of interest that is waived, it is the waived interest
    /// discounted. Of a deferral whose interest is capitalised at each due date it is close to zero, but not zero: the
    /// effective rate compounds by the day and levels the whole term, the contract charges by the period. A period that is
    /// charged more days than it has (February under 30/360) or more interest than its length is worth (a long month under
    /// Actual/360) is worth a little more when more is owed in it; a first period of another length moves the effective
    /// rate itself. For monthly loans it stays within 0.1 % of the balance under every day count, which the tests hold.
    ///
    /// A late grant is no gain: what fell due before the grant, and is deferred or waived by it, is part of the carrying amount. It
    /// counts on both sides, compounded forward to the grant.
    ///
    /// # Rounding
    ///
    /// Once, by the product's rounding.
    ///
    /// # Errors
    ///
    /// Those of [`effective_rate`](crate::loan::effective_rate) for the original schedule; and [`ErrorCode::Overflow`](crate::ErrorCode)
    /// for a change that does not fit.
    pub fn present_value_change(&self) -> Result<Money> {
        let discount = DailyDiscount::of(&self.loan, &self.before)?;
        let mut change: BTreeMap<NaiveDate, i128> = BTreeMap::new();
        for (sign, rows) in [(1, &self.after), (-1, &self.before)] {
            for row in rows {
                *change.entry(row.due_on).or_default() += sign * i128::from(row.payment.minor());
            }
        }
        change.retain(|_, amount| *amount != 0);
        // In the money of the first day that changed, so that nothing is divided but the sum.
        let first = change.keys().next().copied().unwrap_or(self.granted_on).min(self.granted_on);
        let factor = |day: NaiveDate| -> Result<BigInt> {
            let days = u32::try_from(day.signed_duration_since(first).num_days());
            let days = days.map_err(|_| Error::internal("change before the first", day))?;
            Ok(discount.after(days))
        };
        let worth = change.iter().map(|(day, amount)| Ok(factor(*day)? * *amount)).sum::<Result<BigInt>>()?;
        let of_grant = factor(self.granted_on)?;
        // So far from the grant, at so high a rate, nothing is left of a unit.
        if of_grant == BigInt::ZERO {
            return Err(too_large("present_value_change"));
        }
        let rounding = self.loan.product().rules().rounding;
        let rounded = divide_wide(rounding, &worth, &of_grant);
        i64::try_from(rounded).map(Money::from_minor).map_err(|_| too_large("present_value_change"))
    }
}

/// Before and after, side by side, as a teller would show it.
impl fmt::Display for Relieved<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let currency = self.loan.product().rules().currency;
        writeln!(
            f,
            "{:<12}{:>16}{:>16}{:>16}{:>16}",
            "due on", "paid before", "balance before", "paid after", "balance after"
        )?;
        let mut days: Vec<NaiveDate> = self.before.iter().chain(&self.after).map(|row| row.due_on).collect();
        days.sort_unstable();
        days.dedup();
        let on = |rows: &[Instalment], day: NaiveDate| {
            let due = rows.iter().filter(move |row| row.due_on == day);
            let due = due.map(|row| {
                (row.payment.display(currency).to_string(), row.closing.display(currency).to_string())
            });
            due.collect::<Vec<_>>()
        };
        for day in days {
            let (old, new) = (on(&self.before, day), on(&self.after, day));
            // Several rows may fall due on one day: a roll brought them there.
            for place in 0..old.len().max(new.len()) {
                let [old, new] = [&old, &new].map(|rows| rows.get(place).cloned().unwrap_or_default());
                writeln!(f, "{day:<12}{:>16}{:>16}{:>16}{:>16}", old.0, old.1, new.0, new.1)?;
            }
        }
        let impact = &self.impact;
        writeln!(f)?;
        for (label, money) in [
            ("principal deferred", impact.deferred_principal),
            ("interest deferred", impact.deferred_interest),
            ("interest capitalised", impact.capitalised_interest),
            ("interest waived", impact.waived_interest),
            ("change in interest", impact.interest_change),
            ("change in fees", impact.fees_change),
        ] {
            writeln!(f, "{label:<24}{:>16}", money.display(currency))?;
        }
        writeln!(f, "{:<24}{:>16}", "last due date", impact.last_due_after)
    }
}
