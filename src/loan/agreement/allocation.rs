//! The order in which a payment settles what is owed (还款顺序).

use chrono::NaiveDate;

use crate::error::{Error, ErrorCode, Result};
use crate::money::Money;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// A part of what is owed.
    pub enum Part("part", PUHUI_PART) {
        /// Fees 费用.
        Fee = "fee",
        /// Penalty interest 罚息.
        Penalty = "penalty",
        /// Compound interest 复利.
        Compound = "compound",
        /// Interest 利息.
        Interest = "interest",
        /// Principal 本金.
        Principal = "principal",
    }
}

vocabulary! {
    /// What a payment goes through first: instalments, or parts.
    pub enum AllocateBy("allocate_by", PUHUI_ALLOCATE_BY) {
        /// Instalment by instalment, the oldest first, each in the order of the parts.
        Instalment = "instalment",
        /// Part by part, each over the instalments, the oldest first.
        Part = "part",
    }
}

/// The order in which a payment settles what is owed.
///
/// # Examples
///
/// Of two instalments, each owing 10.00 of interest and 90.00 of principal, 120.00 settle the first and 20.00 of the
/// second; part by part they settle all interest first. A loan that is no longer accrued may have its principal paid first.
///
/// ```
/// use puhui::loan::{AllocateBy, AllocationOrder, Owed, Part};
/// use puhui::{Money, parse_date};
///
/// let due = |day| -> Result<Owed, puhui::Error> {
///     let mut owed = Owed::nothing(parse_date(day, "due_on")?);
///     owed.interest = Money::from_minor(1_000);
///     owed.principal = Money::from_minor(9_000);
///     Ok(owed)
/// };
/// let owed = [due("2020-02-20")?, due("2020-03-20")?];
/// let mut settled = owed;
/// let parts = [Part::Fee, Part::Penalty, Part::Compound, Part::Interest, Part::Principal];
///
/// let by_instalment = AllocationOrder::new(parts, AllocateBy::Instalment)?;
/// assert_eq!(by_instalment.settle(&owed, Money::from_minor(12_000), &mut settled)?, Money::ZERO);
/// assert_eq!((settled[1].interest.minor(), settled[1].principal.minor()), (1_000, 1_000));
///
/// let by_part = AllocationOrder::new(parts, AllocateBy::Part)?;
/// by_part.settle(&owed, Money::from_minor(12_000), &mut settled)?;
/// assert_eq!((settled[0].principal.minor(), settled[1].principal.minor()), (9_000, 1_000));
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AllocationOrder {
    parts: [Part; 5],
    by: AllocateBy,
}

impl Default for AllocationOrder {
    /// Fee, penalty, compound interest, interest, principal, the oldest instalment first.
    fn default() -> AllocationOrder {
        AllocationOrder {
            parts: [Part::Fee, Part::Penalty, Part::Compound, Part::Interest, Part::Principal],
            by: AllocateBy::Instalment,
        }
    }
}

/// What one instalment owes, or what of it a payment settles. In minor units of the loan's currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owed {
    /// The day it fell due.
    pub due_on: NaiveDate,
    /// Fees.
    pub fee: Money,
    /// Penalty interest.
    pub penalty: Money,
    /// Compound interest.
    pub compound: Money,
    /// Interest.
    pub interest: Money,
    /// Principal.
    pub principal: Money,
}

impl Owed {
    /// An instalment that owes nothing.
    #[must_use]
    pub fn nothing(due_on: NaiveDate) -> Owed {
        let [fee, penalty, compound, interest, principal] = [Money::ZERO; 5];
        Owed { due_on, fee, penalty, compound, interest, principal }
    }

    /// One part of it.
    #[must_use]
    pub fn part(&self, part: Part) -> Money {
        match part {
            Part::Fee => self.fee,
            Part::Penalty => self.penalty,
            Part::Compound => self.compound,
            Part::Interest => self.interest,
            Part::Principal => self.principal,
        }
    }

    pub(crate) fn part_mut(&mut self, part: Part) -> &mut Money {
        match part {
            Part::Fee => &mut self.fee,
            Part::Penalty => &mut self.penalty,
            Part::Compound => &mut self.compound,
            Part::Interest => &mut self.interest,
            Part::Principal => &mut self.principal,
        }
    }

    /// All parts of it.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if the sum does not fit.
    pub fn total(&self) -> Result<Money> {
        Money::sum(Part::ALL.iter().map(|&part| self.part(part)))
    }
}

impl AllocationOrder {
    /// An order of the parts.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Contradiction`] if a part is named twice, so that another is not named at all.
    pub fn new(parts: [Part; 5], by: AllocateBy) -> Result<AllocationOrder> {
        match Part::ALL.iter().find(|part| !parts.contains(part)) {
            Some(part) => Err(Error::new(
                ErrorCode::Contradiction,
                "allocation",
                format!("no {part}"),
                "each part once",
            )),
            None => Ok(AllocationOrder { parts, by }),
        }
    }

    /// The parts, the first to be settled first.
    #[must_use]
    pub fn parts(&self) -> [Part; 5] {
        self.parts
    }

    /// Whether instalments or parts go first.
    #[must_use]
    pub fn by(&self) -> AllocateBy {
        self.by
    }

    /// Settles what is owed, the oldest instalment first, with a payment, and returns what is left of it.
    ///
    /// `settled` becomes what each instalment was paid, part by part: never more than it owed, in all never more than the
    /// payment. Allocates nothing.
    ///
    /// # Errors
    ///
    /// Nothing is written then:
    ///
    /// * [`ErrorCode::OutOfRange`] for a payment that is not above zero, or a part owed below it.
    /// * [`ErrorCode::DatesOutOfOrder`] for instalments whose dates fall.
    /// * [`ErrorCode::BufferTooSmall`] for a `settled` of another length than `owed`.
    pub fn settle(&self, owed: &[Owed], payment: Money, settled: &mut [Owed]) -> Result<Money> {
        check(owed, payment, settled.len())?;
        for (slot, owed) in settled.iter_mut().zip(owed) {
            *slot = Owed::nothing(owed.due_on);
        }
        let mut left = payment;
        let mut pay = |owed: &Owed, slot: &mut Owed, part: Part| {
            let paid = owed.part(part).min(left);
            *slot.part_mut(part) = paid;
            // Between zero and what is left, so the difference fits.
            left = Money::from_minor(left.minor() - paid.minor());
        };
        match self.by {
            AllocateBy::Instalment => {
                for (owed, slot) in owed.iter().zip(settled.iter_mut()) {
                    self.parts.iter().for_each(|&part| pay(owed, slot, part));
                }
            }
            AllocateBy::Part => {
                for &part in &self.parts {
                    owed.iter().zip(settled.iter_mut()).for_each(|(owed, slot)| pay(owed, slot, part));
                }
            }
        }
        Ok(left)
    }
}

fn check(owed: &[Owed], payment: Money, settled: usize) -> Result<()> {
    if payment <= Money::ZERO {
        return Err(Error::new(ErrorCode::OutOfRange, "payment", payment.minor(), "above 0 minor units"));
    }
    if settled != owed.len() {
        let bound = format!("{} rows, one for each that is owed", owed.len());
        return Err(Error::new(ErrorCode::BufferTooSmall, "settled", settled, bound));
    }
    for (index, row) in owed.iter().enumerate() {
        if let Some(part) = Part::ALL.iter().find(|&&part| row.part(part) < Money::ZERO) {
            let field = format!("owed[{index}].{part}");
            let bound = "0 minor units or more";
            return Err(Error::new(ErrorCode::OutOfRange, field, row.part(*part).minor(), bound));
        }
    }
    if let Some(index) = owed.windows(2).position(|pair| pair[1].due_on < pair[0].due_on) {
        let (before, row) = (owed[index].due_on, owed[index + 1].due_on);
        let field = format!("owed[{}].due_on", index + 1);
        return Err(Error::new(ErrorCode::DatesOutOfOrder, field, row, format!("{before} or later")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::parse_ymd;

    const PERFORMING: [Part; 5] = [Part::Fee, Part::Penalty, Part::Compound, Part::Interest, Part::Principal];
    const PRINCIPAL_FIRST: [Part; 5] =
        [Part::Principal, Part::Interest, Part::Penalty, Part::Compound, Part::Fee];

    fn owed(ymd: i32, [fee, penalty, compound, interest, principal]: [i64; 5]) -> Owed {
        let due_on = parse_ymd(ymd, "due_on").unwrap();
        let [fee, penalty, compound, interest, principal] =
            [fee, penalty, compound, interest, principal].map(Money::from_minor);
        Owed { due_on, fee, penalty, compound, interest, principal }
    }

    fn settle(parts: [Part; 5], by: AllocateBy, payment: i64) -> (Vec<[i64; 5]>, i64) {
        // An instalment 100 days overdue with penalty and compound interest, and one 70 days overdue.
        let owed =
            [owed(20200320, [500, 300, 20, 17_500, 130_000]), owed(20200420, [0, 200, 10, 17_000, 131_000])];
        let mut settled = owed;
        let order = AllocationOrder::new(parts, by).unwrap();
        let left = order.settle(&owed, Money::from_minor(payment), &mut settled).unwrap();
        (
            settled
                .iter()
                .map(|row| {
                    Part::ALL
                        .iter()
                        .map(|&part| row.part(part).minor())
                        .collect::<Vec<_>>()
                        .try_into()
                        .unwrap()
                })
                .collect(),
            left.minor(),
        )
    }

    #[test]
    fn one_payment_under_each_order() {
        // 1,600.00. Performing, by instalment: 5.00 + 3.00 + 0.20 + 175.00 + 1,300.00 = 1,483.20; of the second 2.00 +
        // 0.10 + 114.70 of its interest.
        let (rows, left) = settle(PERFORMING, AllocateBy::Instalment, 160_000);
        assert_eq!((rows, left), (vec![[500, 300, 20, 17_500, 130_000], [0, 200, 10, 11_470, 0]], 0));
        // By part: all fees, penalties and compound interest, 10.30; all interest, 345.00; the rest is principal.
        let (rows, left) = settle(PERFORMING, AllocateBy::Part, 160_000);
        assert_eq!((rows, left), (vec![[500, 300, 20, 17_500, 124_470], [0, 200, 10, 17_000, 0]], 0));
        // Principal first, as for loans that are no longer accrued: 1,300.00 + 300.00 of the second.
        let (rows, left) = settle(PRINCIPAL_FIRST, AllocateBy::Part, 160_000);
        assert_eq!((rows, left), (vec![[0, 0, 0, 0, 130_000], [0, 0, 0, 0, 30_000]], 0));
        let (rows, left) = settle(PRINCIPAL_FIRST, AllocateBy::Instalment, 160_000);
        assert_eq!((rows, left), (vec![[500, 300, 20, 17_500, 130_000], [0, 0, 0, 0, 11_680]], 0));
        // More than is owed, 2,965.30 in all, is left over, never lost.
        let (_, left) = settle(PERFORMING, AllocateBy::Part, 300_000);
        assert_eq!(left, 300_000 - 296_530);
    }

    #[test]
    fn nonsense_is_refused_and_nothing_written() {
        let order = AllocationOrder::new(PERFORMING, AllocateBy::Instalment).unwrap();
        let rows = [owed(20200320, [0, 0, 0, 1, 2]), owed(20200420, [0, 0, 0, 3, 4])];
        let mut settled = rows;
        let field = |owed: &[Owed], payment, settled: &mut [Owed]| {
            order.settle(owed, Money::from_minor(payment), settled).unwrap_err().field().to_owned()
        };
        assert_eq!(field(&rows, 0, &mut settled), "payment");
        assert_eq!(field(&rows, 5, &mut settled[..1]), "settled");
        assert_eq!(field(&[rows[1], rows[0]], 5, &mut settled), "owed[1].due_on");
        assert_eq!(field(&[rows[0], owed(20200420, [0, 0, -1, 0, 0])], 5, &mut settled), "owed[1].compound");
        assert_eq!(settled, rows);
        let twice = [Part::Fee, Part::Fee, Part::Compound, Part::Interest, Part::Principal];
        assert_eq!(AllocationOrder::new(twice, AllocateBy::Part).unwrap_err().value(), "no penalty");
    }
}
