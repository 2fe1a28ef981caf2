//! Random books: dense and sparse keys, every column, loans of every kind.

use chrono::{Days, NaiveDate};
use puhui::portfolio::Columns;
use puhui::{parse_ymd, to_ymd};

use crate::Dice;

fn day(dice: &mut Dice, first: NaiveDate, days: u64) -> NaiveDate {
    first.checked_add_days(Days::new(dice.below(days))).unwrap()
}

fn u8_of(n: u64) -> u8 {
    u8::try_from(n).unwrap()
}

fn u32_of(n: u64) -> u32 {
    u32::try_from(n).unwrap()
}

/// Columns of so many loans. Sums of balance x rate over a few hundred of them stay below 2^63, as far as the database adds.
pub fn columns(dice: &mut Dice, loans: usize) -> Columns<'static> {
    let mut columns = Columns::default();
    let first = parse_ymd(20180101, "first").unwrap();
    // Codes that lie close together, or anywhere.
    let sparse = dice.one_in(2);
    columns.person_offset.to_mut().push(0);
    for row in 0..loans {
        let county = 500_101 + u32_of(dice.below(8));
        let township =
            if sparse { u32_of(dice.below(1 << 32)) } else { county * 1000 + u32_of(dice.below(4)) };
        columns.loan.to_mut().push(u64::try_from(row).unwrap() + 1);
        columns.county.to_mut().push(if dice.one_in(20) { 0 } else { county });
        columns.township.to_mut().push(township);
        columns.village.to_mut().push(u64::from(township) * 1000 + 200 + dice.below(3));
        columns.product.to_mut().push(if sparse {
            u32_of(dice.below(4)) << 30
        } else {
            u32_of(dice.below(20))
        });
        columns.programme.to_mut().push(u32_of(dice.below(3)));
        columns.lender.to_mut().push(u32_of(dice.below(5)));
        columns.borrower.to_mut().push(dice.below(60));
        columns.household.to_mut().push(dice.below(40));
        columns.debtor.to_mut().push(dice.below(40));
        columns.own_share_ppb.to_mut().push(dice.between(0, 1_000_000_000));
        columns.purpose.to_mut().push(u8_of(dice.below(17)));
        columns.guarantee.to_mut().push(u8_of(dice.below(5)));
        columns.targeted.to_mut().push(u8_of(dice.below(8)));
        columns.status.to_mut().push(u8_of(dice.below(6)));
        columns.basis.to_mut().push(u8_of(dice.below(8)));
        let amount = dice.between(0, 100_000_000);
        let balance = if dice.one_in(4) { 0 } else { dice.between(0, amount) };
        let late = dice.one_in(5);
        columns.amount_minor.to_mut().push(amount);
        columns.balance_minor.to_mut().push(balance);
        columns.overdue_minor.to_mut().push(if late { dice.between(0, balance) } else { 0 });
        columns.rate_ppb.to_mut().push(dice.between(-10_000_000, 150_000_000));
        let lent = day(dice, first, 1000);
        let due = day(dice, lent, 3000);
        columns.disbursed_ymd.to_mut().push(to_ymd(lent));
        columns.original_due_ymd.to_mut().push(to_ymd(due));
        columns.due_ymd.to_mut().push(to_ymd(day(dice, due, 400)));
        columns.days_past_due.to_mut().push(if late { u32_of(dice.below(500)) } else { 0 });
        columns.class.to_mut().push(u8_of(dice.below(6)));
        let times = u32_of(dice.below(6));
        columns.person_times.to_mut().push(times);
        for _ in 0..dice.below(u64::from(times) + 1) {
            columns.persons.to_mut().push(dice.below(50));
        }
        columns.person_offset.to_mut().push(u64::try_from(columns.persons.len()).unwrap());
        columns.forbearance.to_mut().push(u8_of(dice.below(8)));
        let asked = if dice.one_in(3) { to_ymd(day(dice, lent, 900)) } else { 0 };
        columns.deferral_asked_ymd.to_mut().push(asked);
        let granted = asked != 0 && dice.one_in(2);
        columns.deferral_granted_ymd.to_mut().push(if granted { asked } else { 0 });
        columns.deferred_minor.to_mut().push(if granted { dice.between(0, balance) } else { 0 });
    }
    columns
}
