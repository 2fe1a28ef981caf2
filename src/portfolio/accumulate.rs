//! How the rows of a book are summed: chunk by chunk, each measure in a loop of its own, into plain arrays by slot.

use super::balances::{Balances, index};
use super::book::{Book, Columns};
use super::group_sums::GroupSums;
use super::groups::Groups;
use super::sums::{LoanSum, Sums, Wide};
use super::tally_plan::{Measure, TallyPlan};
use crate::calendar::to_ymd;
use crate::class::{Forbearance, Ladder, StatisticalBasis};
use crate::error::Result;

/// The number of rows that are looked at together: what is known of them stays in the nearest cache.
const CHUNK: usize = 2048;

/// The amounts of a measure, and where each loan's sum is kept.
struct WeightedAmounts<'a> {
    amounts: &'a [i64],
    rates: Option<&'a [i64]>,
}

/// The sums of the rows of a book, by slot: a column for each measure of [`Sums`], so that the rows of a measure are added in one
/// pass over one column.
#[derive(Default)]
struct SlotSums {
    /// Where balances are not summed.
    loans: Vec<u64>,
    balances: Balances,
    in_period: Vec<LoanSum>,
    period_rate: Vec<i128>,
    to_date: Vec<LoanSum>,
    to_date_rate: Vec<i128>,
    overdue: Vec<LoanSum>,
    /// Six for each slot: no class, and the five.
    classes: Vec<LoanSum>,
    person_times: Vec<u64>,
    /// Three for each slot.
    forbearance: Vec<LoanSum>,
    deferred: Vec<LoanSum>,
}

/// The sums of a book's rows by the keys of a plan.
pub(super) fn tally_rows(book: &Book<'_>, plan: &TallyPlan) -> Result<GroupSums> {
    let ladder = plan.ladder.map(Ladder::new).transpose()?;
    let mut groups = Groups::new(book, &plan.by, ladder)?;
    let measured = MeasuredColumns::new(book, plan, ladder)?;
    let mut totals = SlotSums::default();
    let mut slots = [0; CHUNK];
    for start in (0..book.len()).step_by(CHUNK) {
        let rows = CHUNK.min(book.len() - start);
        let slots = slots.get_mut(..rows).unwrap_or_default();
        groups.fill(start, slots);
        // Loans that do not count here go to a slot that nobody asks for.
        if let Some(basis) = measured.basis {
            for (slot, bits) in slots.iter_mut().zip(from(basis, start)) {
                *slot = if bits & measured.basis_bit == 0 { 0 } else { *slot + 1 };
            }
        }
        measured.sum(start, slots, groups.slots() + usize::from(measured.basis.is_some()), &mut totals);
    }
    let aside = usize::from(measured.basis.is_some());
    let groups = groups.into_keys();
    let mut found = GroupSums::default();
    for slot in 0..groups.slots() {
        let sums = totals.sums(slot + aside);
        if sums.loans > 0 {
            found.insert(&groups.key(slot), &sums);
        }
    }
    found.shrink();
    Ok(found)
}

/// The columns that a plan sums, checked to be there.
struct MeasuredColumns<'a> {
    basis: Option<&'a [u8]>,
    basis_bit: u8,
    balance: Option<WeightedAmounts<'a>>,
    lending: Option<(WeightedAmounts<'a>, &'a [i32])>,
    /// The first and the last day of the period, and the day of the book.
    days: (i32, i32, i32),
    overdue: Option<&'a [i64]>,
    classes: Option<(&'a [i64], Classes<'a>)>,
    person_times: Option<&'a [u32]>,
    forbearance: Option<(&'a [i64], &'a [u8])>,
    deferred: Option<&'a [i64]>,
}

enum Classes<'a> {
    Codes(&'a [u8]),
    Rungs(&'a [u32], Ladder),
}

impl<'a> MeasuredColumns<'a> {
    fn new(book: &'a Book<'_>, plan: &TallyPlan, ladder: Option<Ladder>) -> Result<MeasuredColumns<'a>> {
        let columns: &Columns<'_> = book.columns();
        let balance = || book.need(&columns.balance_minor, "balance");
        let rate = || book.need(&columns.rate_ppb, "rate");
        let (rate_of_balance, rate_of_lending) =
            (plan.measured(Measure::BalanceRate), plan.measured(Measure::LendingRate));
        // A weighted rate needs the sum of its weights.
        let balance_part = if rate_of_balance || plan.measured(Measure::Balance) {
            Some(WeightedAmounts {
                amounts: balance()?,
                rates: if rate_of_balance { Some(rate()?) } else { None },
            })
        } else {
            None
        };
        let lending = if rate_of_lending || plan.measured(Measure::Lending) {
            let amounts = book.need(&columns.amount_minor, "amount")?;
            let rates = if rate_of_lending { Some(rate()?) } else { None };
            Some((WeightedAmounts { amounts, rates }, book.need(&columns.disbursed_ymd, "disbursed_on")?))
        } else {
            None
        };
        let classes = if plan.measured(Measure::Classes) {
            let classes = match ladder {
                Some(ladder) => Classes::Rungs(book.need(&columns.days_past_due, "days_past_due")?, ladder),
                None => Classes::Codes(book.need(&columns.class, "class")?),
            };
            Some((balance()?, classes))
        } else {
            None
        };
        let when = |measure| plan.measured(measure).then_some(());
        let basis = plan.basis.map(|_| book.need(&columns.basis, "basis")).transpose()?;
        Ok(MeasuredColumns {
            basis,
            basis_bit: plan.basis.map_or(0, StatisticalBasis::bit),
            balance: balance_part,
            lending,
            days: (to_ymd(plan.from), to_ymd(plan.until), to_ymd(plan.as_of)),
            overdue: when(Measure::Overdue)
                .map(|()| book.need(&columns.overdue_minor, "overdue"))
                .transpose()?,
            classes,
            person_times: when(Measure::PersonTimes)
                .map(|()| book.need(&columns.person_times, "person_times"))
                .transpose()?,
            forbearance: when(Measure::Forbearance)
                .map(|()| Ok((balance()?, book.need(&columns.forbearance, "forbearance")?)))
                .transpose()?,
            deferred: when(Measure::Deferred)
                .map(|()| book.need(&columns.deferred_minor, "deferred"))
                .transpose()?,
        })
    }

    /// Adds the rows from `start` on to the sums of their slots.
    fn sum(&self, start: usize, slots: &[u32], count: usize, totals: &mut SlotSums) {
        match &self.balance {
            Some(weighted) => totals.balances.add(
                slots,
                count,
                from(weighted.amounts, start),
                weighted.rates.map(|rates| from(rates, start)),
            ),
            None => {
                grow(&mut totals.loans, count);
                each(&mut totals.loans, slots, slots, |loans, _| *loans += 1);
            }
        }
        if let Some((weighted, days)) = &self.lending {
            self.lend(weighted, from(days, start), start, slots, count, totals);
        }
        if let Some(overdue) = self.overdue {
            grow(&mut totals.overdue, count);
            each(&mut totals.overdue, slots, from(overdue, start), |sum, overdue| {
                count_if(sum, *overdue != 0, *overdue);
            });
        }
        if let Some((balances, classes)) = &self.classes {
            grow(&mut totals.classes, count * 6);
            let balances = from(balances, start);
            match classes {
                Classes::Codes(codes) => {
                    classify(&mut totals.classes, slots, from(codes, start), balances, |code| code)
                }
                Classes::Rungs(days, ladder) => {
                    classify(&mut totals.classes, slots, from(days, start), balances, |days| {
                        ladder.class_at(days).code()
                    });
                }
            }
        }
        if let Some(times) = self.person_times {
            grow(&mut totals.person_times, count);
            each(&mut totals.person_times, slots, from(times, start), |sum, times| *sum += u64::from(*times));
        }
        if let Some((balances, bits)) = self.forbearance {
            grow(&mut totals.forbearance, count * Forbearance::ALL.len());
            for ((slot, bits), balance) in slots.iter().zip(from(bits, start)).zip(from(balances, start)) {
                if *bits == 0 {
                    continue;
                }
                for (at, kind) in Forbearance::ALL.iter().enumerate() {
                    if bits & kind.bit() != 0
                        && let Some(sum) =
                            totals.forbearance.get_mut(index(*slot) * Forbearance::ALL.len() + at)
                    {
                        count_if(sum, true, *balance);
                    }
                }
            }
        }
        if let Some(deferred) = self.deferred {
            grow(&mut totals.deferred, count);
            each(&mut totals.deferred, slots, from(deferred, start), |sum, deferred| {
                count_if(sum, *deferred != 0, *deferred);
            });
        }
    }

    fn lend(
        &self,
        weighted: &WeightedAmounts<'_>,
        days: &[i32],
        start: usize,
        slots: &[u32],
        count: usize,
        totals: &mut SlotSums,
    ) {
        let (first, last, as_of) = self.days;
        let new = |day: i32| (first..=last).contains(&day);
        let known = |day: i32| day != 0 && day <= as_of;
        let amounts = from(weighted.amounts, start);
        grow(&mut totals.in_period, count);
        grow(&mut totals.to_date, count);
        each(&mut totals.in_period, slots, pairs(amounts, days), |sum, (amount, day)| {
            count_if(sum, new(*day), if new(*day) { *amount } else { 0 });
        });
        each(&mut totals.to_date, slots, pairs(amounts, days), |sum, (amount, day)| {
            count_if(sum, known(*day), if known(*day) { *amount } else { 0 });
        });
        let Some(rates) = weighted.rates else { return };
        grow(&mut totals.period_rate, count);
        grow(&mut totals.to_date_rate, count);
        let weights = || pairs(pairs(amounts, from(rates, start)), days);
        each(&mut totals.period_rate, slots, weights(), |sum, ((amount, rate), day)| {
            *sum += if new(*day) { i128::from(*amount) * i128::from(*rate) } else { 0 };
        });
        each(&mut totals.to_date_rate, slots, weights(), |sum, ((amount, rate), day)| {
            *sum += if known(*day) { i128::from(*amount) * i128::from(*rate) } else { 0 };
        });
    }
}

impl SlotSums {
    /// The sums of a slot.
    fn sums(&self, slot: usize) -> Sums {
        let wide = |column: &[i128]| Wide(column.get(slot).copied().unwrap_or(0));
        let sum = |column: &[LoanSum], at: usize| column.get(at).copied().unwrap_or_default();
        let class = |code: usize| sum(&self.classes, slot * 6 + code);
        let granted = |kind: Forbearance| {
            sum(&self.forbearance, slot * Forbearance::ALL.len() + usize::from(kind.code()) - 1)
        };
        let (loans, outstanding, balance_rate) = self.balances.sum(slot);
        Sums {
            loans: loans + self.loans.get(slot).copied().unwrap_or(0),
            outstanding,
            lent_in_period: sum(&self.in_period, slot),
            lent_to_date: sum(&self.to_date, slot),
            overdue: sum(&self.overdue, slot),
            classes: [class(1), class(2), class(3), class(4), class(5)],
            unclassified: class(0),
            person_times: self.person_times.get(slot).copied().unwrap_or(0),
            extended: granted(Forbearance::Extended),
            deferred: granted(Forbearance::Deferred),
            renewed: granted(Forbearance::Renewed),
            deferred_amount: sum(&self.deferred, slot),
            balance_rate: Wide(balance_rate),
            period_rate: wide(&self.period_rate),
            to_date_rate: wide(&self.to_date_rate),
        }
    }
}

fn grow<T: Clone + Default>(column: &mut Vec<T>, length: usize) {
    if column.len() < length {
        column.resize(length, T::default());
    }
}

fn from<T>(column: &[T], start: usize) -> &[T] {
    column.get(start..).unwrap_or_default()
}

fn pairs<A, B>(a: A, b: B) -> std::iter::Zip<A::IntoIter, B::IntoIter>
where
    A: IntoIterator,
    B: IntoIterator,
{
    a.into_iter().zip(b)
}

/// Adds each row's value to the sum of its slot. 2^31 rows of 2^63 at 2^34 parts per billion stay below 2^128 / 2.
#[inline]
fn each<S, V>(sums: &mut [S], slots: &[u32], values: impl IntoIterator<Item = V>, add: impl Fn(&mut S, V)) {
    for (slot, value) in slots.iter().zip(values) {
        if let Some(sum) = sums.get_mut(index(*slot)) {
            add(sum, value);
        }
    }
}

#[inline]
fn count_if(sum: &mut LoanSum, counts: bool, minor: i64) {
    sum.loans += u64::from(counts);
    sum.minor.0 += i128::from(minor);
}

#[inline]
fn classify<K: Copy>(
    sums: &mut [LoanSum],
    slots: &[u32],
    keys: &[K],
    balances: &[i64],
    code: impl Fn(K) -> u8,
) {
    for ((slot, key), balance) in slots.iter().zip(keys).zip(balances) {
        if let Some(sum) = sums.get_mut(index(*slot) * 6 + usize::from(code(*key))) {
            count_if(sum, true, *balance);
        }
    }
}
