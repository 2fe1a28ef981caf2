//! Sums of a book by groups, which add up: of threads, of processes, of nodes.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::thread;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::balances::Balances;
use super::book::{Book, Columns};
use super::groups::Groups;
use super::plan::{Dimension, Measure, TallyPlan};
use super::sums::{LoanSum, Sums, Wide};
use crate::calendar::to_ymd;
use crate::class::{Forbearance, Ladder, StatisticalBasis};
use crate::error::{Error, ErrorCode, Result};
use crate::money::Currency;

/// So many rows are looked at together: what is known of them stays in the nearest cache.
const CHUNK: usize = 2048;

/// The sums of a book by groups (统计汇总).
///
/// Tallies of one plan and one currency [merge](Tally::merge) in any order and any split to the same bytes; the
/// [empty](Tally::empty) one changes nothing.
///
/// # Threads
///
/// [`Tally::of_threads`] starts threads and joins them before it returns; a host with threads of its own tallies
/// [rows](Book::rows) on each and merges.
///
/// # Examples
///
/// ```
/// use puhui::portfolio::{Book, Columns, Dimension, Measure, Tally, TallyPlan};
/// use puhui::{Currency, LoanClass, Rounding, parse_date};
///
/// let (normal, loss) = (LoanClass::Normal.code(), LoanClass::Loss.code());
/// let columns = Columns {
///     county: vec![500101, 500102, 500101].into(),
///     balance_minor: vec![5_000_000, 3_000_000, 2_000_000].into(),
///     rate_ppb: vec![43_500_000, 40_000_000, 50_000_000].into(),
///     class: vec![normal, normal, loss].into(),
///     ..Columns::default()
/// };
/// let book = Book::new(Currency::CNY, columns)?;
/// let plan = TallyPlan::new(parse_date("2020-03-31", "as_of")?)?
///     .by(&[Dimension::County])
///     .measures(&[Measure::Balance, Measure::BalanceRate, Measure::Classes]);
/// let tally = Tally::of(&book, &plan)?;
/// let (key, wanzhou) = tally.groups().next().unwrap();
/// assert_eq!((key, wanzhou.balance()), ([500101].as_slice(), 7_000_000));
/// // (50,000 x 4.35 % + 20,000 x 5 %) / 70,000 = 4.5357 %.
/// assert_eq!(wanzhou.rate_of_balance()?.percent(4, Rounding::HalfUp)?.unwrap().to_string(), "4.5357");
/// // 20,000 of 100,000.
/// assert_eq!(tally.total()?.npl_ratio()?.percent(1, Rounding::HalfUp)?.unwrap().to_string(), "20.0");
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "TallyForm", into = "TallyForm")]
pub struct Tally {
    currency: Currency,
    plan: TallyPlan,
    groups: BTreeMap<Vec<u32>, Sums>,
}

/// The wire form: the groups in the order of their keys.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TallyForm {
    currency: Currency,
    plan: TallyPlan,
    groups: Vec<GroupForm>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupForm {
    key: Vec<u32>,
    sums: Sums,
}

impl From<Tally> for TallyForm {
    fn from(tally: Tally) -> TallyForm {
        let groups = tally.groups.into_iter().map(|(key, sums)| GroupForm { key, sums }).collect();
        TallyForm { currency: tally.currency, plan: tally.plan, groups }
    }
}

impl TryFrom<TallyForm> for Tally {
    type Error = Error;

    fn try_from(form: TallyForm) -> Result<Tally> {
        form.plan.check()?;
        let groups = form.groups.into_iter().map(|group| (group.key, group.sums));
        Tally::from_groups(form.currency, form.plan, groups)
    }
}

impl Tally {
    /// The tally of no loans.
    #[must_use]
    pub fn empty(currency: Currency, plan: &TallyPlan) -> Tally {
        Tally { currency, plan: plan.clone(), groups: BTreeMap::new() }
    }

    /// The tally of groups that were tallied before, by a plan that is sound.
    pub(crate) fn from_groups(
        currency: Currency,
        plan: TallyPlan,
        given: impl Iterator<Item = (Vec<u32>, Sums)>,
    ) -> Result<Tally> {
        let mut groups = BTreeMap::new();
        for (at, (key, sums)) in given.enumerate() {
            if key.len() != plan.by.len() {
                let bound = format!("{} numbers", plan.by.len());
                let found = format!("{} numbers", key.len());
                return Err(Error::new(ErrorCode::LengthsDiffer, format!("groups[{at}].key"), found, bound));
            }
            if groups.insert(key, sums).is_some() {
                let field = format!("groups[{at}].key");
                return Err(Error::new(ErrorCode::Contradiction, field, "a key again", "each key once"));
            }
        }
        Ok(Tally { currency, plan, groups })
    }

    /// Tallies a book.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::Missing`] for a column that the plan needs and the book does not have.
    /// * [`ErrorCode::Overflow`] for dimensions whose keys span more than 128 bits.
    pub fn of(book: &Book<'_>, plan: &TallyPlan) -> Result<Tally> {
        let mut tally = Tally::empty(book.currency(), plan);
        tally.groups = tally_rows(book, plan)?;
        Ok(tally)
    }

    /// Tallies a book on so many threads, to the same bytes as on one.
    ///
    /// # Errors
    ///
    /// Those of [`Tally::of`].
    pub fn of_threads(book: &Book<'_>, plan: &TallyPlan, threads: NonZero<usize>) -> Result<Tally> {
        let share = book.len().div_ceil(threads.get()).max(1);
        let mut tally = Tally::empty(book.currency(), plan);
        thread::scope(|scope| {
            let starts = (0..book.len()).step_by(share);
            let parts: Vec<_> = starts
                .map(|start| scope.spawn(move || tally_rows(&book.rows(start..start + share), plan)))
                .collect();
            for part in parts {
                match part.join() {
                    Ok(groups) => tally.add(groups?)?,
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            // A book without rows must have the columns too.
            if book.is_empty() { tally_rows(book, plan).map(|_| ()) } else { Ok(()) }
        })?;
        Ok(tally)
    }

    /// Adds the tally of other loans.
    ///
    /// # Errors
    ///
    /// This tally stays as it was.
    ///
    /// * [`ErrorCode::CurrencyMismatch`] for another currency.
    /// * [`ErrorCode::NotComparable`] for another plan: another day, period, basis, ladder, grouping or choice of measures.
    /// * [`ErrorCode::Overflow`] if a sum does not fit.
    pub fn merge(&mut self, other: &Tally) -> Result<()> {
        if self.currency != other.currency {
            let (found, bound) = (other.currency, self.currency);
            return Err(Error::new(ErrorCode::CurrencyMismatch, "currency", found, bound));
        }
        if self.plan != other.plan {
            let field = differing(&self.plan, &other.plan);
            return Err(Error::new(ErrorCode::NotComparable, field, "another plan", "tallies of one plan"));
        }
        let mut sum = self.clone();
        sum.add(other.groups.clone())?;
        *self = sum;
        Ok(())
    }

    fn add(&mut self, groups: BTreeMap<Vec<u32>, Sums>) -> Result<()> {
        for (key, sums) in groups {
            self.groups.entry(key).or_default().add(&sums)?;
        }
        Ok(())
    }

    /// The currency of the sums.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// The day of the book.
    #[must_use]
    pub fn as_of(&self) -> NaiveDate {
        self.plan.as_of
    }

    /// In whose statistics the loans count; none if all of the book do.
    #[must_use]
    pub fn basis(&self) -> Option<StatisticalBasis> {
        self.plan.basis
    }

    /// What the keys of the groups are.
    #[must_use]
    pub fn dimensions(&self) -> &[Dimension] {
        &self.plan.by
    }

    /// What was summed.
    #[must_use]
    pub fn measures(&self) -> &[Measure] {
        &self.plan.measures
    }

    /// The groups that have loans, by their keys, rising.
    pub fn groups(&self) -> impl Iterator<Item = (&[u32], &Sums)> {
        self.groups.iter().map(|(key, sums)| (key.as_slice(), sums))
    }

    /// The group of a key.
    #[must_use]
    pub fn group(&self, key: &[u32]) -> Option<&Sums> {
        self.groups.get(key)
    }

    /// The sums of all groups.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if a sum does not fit.
    pub fn total(&self) -> Result<Sums> {
        let mut total = Sums::default();
        self.groups.values().try_for_each(|sums| total.add(sums))?;
        Ok(total)
    }

    /// The same loans by fewer dimensions.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::Missing`] for a dimension that this tally does not have.
    /// * [`ErrorCode::Overflow`] if a sum does not fit.
    pub fn roll_up(&self, by: &[Dimension]) -> Result<Tally> {
        let plan = self.plan.clone().by(by);
        let places = plan.by.iter().map(|dimension| self.place(*dimension)).collect::<Result<Vec<_>>>()?;
        let mut tally = Tally { currency: self.currency, plan, groups: BTreeMap::new() };
        for (key, sums) in &self.groups {
            let key = places.iter().filter_map(|place| key.get(*place).copied()).collect();
            tally.groups.entry(key).or_default().add(sums)?;
        }
        Ok(tally)
    }

    /// Only the groups whose key in a dimension is wanted: the townships of deep poverty, the classes of personal loans.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Missing`] for a dimension that this tally does not have.
    pub fn only(&self, dimension: Dimension, wanted: impl Fn(u32) -> bool) -> Result<Tally> {
        let place = self.place(dimension)?;
        let mut tally = self.clone();
        tally.groups.retain(|key, _| key.get(place).is_some_and(|key| wanted(*key)));
        Ok(tally)
    }

    /// Refuses a tally that does not have a measure: its zeros would mean nothing.
    pub(super) fn need(&self, measure: Measure) -> Result<()> {
        // A rate weighted by balance has the balance summed too.
        let measured = self.plan.measured(measure)
            || measure == Measure::Balance && self.plan.measured(Measure::BalanceRate);
        if measured {
            return Ok(());
        }
        let bound = format!("a tally that measures {measure}");
        Err(Error::new(ErrorCode::Missing, "measures", "no such measure", bound))
    }

    /// Refuses a tally of another day whose groups are not the same as these: another currency, basis or grouping.
    pub(super) fn comparable(&self, other: &Tally) -> Result<()> {
        if self.currency != other.currency {
            return Err(Error::new(ErrorCode::CurrencyMismatch, "currency", other.currency, self.currency));
        }
        let (one, other) = (&self.plan, &other.plan);
        let field = match () {
            () if one.basis != other.basis => "basis",
            () if one.by != other.by => "by",
            // Classes by two ladders are two things; balances are not touched by a ladder.
            () if one.ladder != other.ladder && one.by.contains(&Dimension::Class) => "ladder",
            () => return Ok(()),
        };
        let bound = "tallies of one basis and one grouping";
        Err(Error::new(ErrorCode::NotComparable, field, "another one", bound))
    }

    fn place(&self, dimension: Dimension) -> Result<usize> {
        self.plan
            .by
            .iter()
            .position(|known| *known == dimension)
            .ok_or_else(|| Error::new(ErrorCode::Missing, "by", dimension, "a dimension of the tally"))
    }
}

/// What makes two plans different.
fn differing(one: &TallyPlan, other: &TallyPlan) -> &'static str {
    match () {
        () if one.as_of != other.as_of => "as_of",
        () if (one.from, one.until) != (other.from, other.until) => "period",
        () if one.basis != other.basis => "basis",
        () if one.ladder != other.ladder => "ladder",
        () if one.by != other.by => "by",
        () => "measures",
    }
}

/// The amounts of a measure, and where each loan's sum is kept.
struct Part<'a> {
    amounts: &'a [i64],
    rates: Option<&'a [i64]>,
}

/// What the rows of a book are summed from and into.
#[derive(Default)]
struct Sheet {
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

fn tally_rows(book: &Book<'_>, plan: &TallyPlan) -> Result<BTreeMap<Vec<u32>, Sums>> {
    let ladder = plan.ladder.map(Ladder::new).transpose()?;
    let mut groups = Groups::new(book, &plan.by, ladder)?;
    let source = Source::new(book, plan, ladder)?;
    let mut sheet = Sheet::default();
    let mut slots = [0; CHUNK];
    for start in (0..book.len()).step_by(CHUNK) {
        let rows = CHUNK.min(book.len() - start);
        let slots = slots.get_mut(..rows).unwrap_or_default();
        groups.fill(start, slots);
        // Loans that do not count here go to a slot that nobody asks for.
        if let Some(basis) = source.basis {
            for (slot, bits) in slots.iter_mut().zip(from(basis, start)) {
                *slot = if bits & source.basis_bit == 0 { 0 } else { *slot + 1 };
            }
        }
        source.sum(start, slots, groups.slots() + usize::from(source.basis.is_some()), &mut sheet);
    }
    let aside = usize::from(source.basis.is_some());
    let mut result = BTreeMap::new();
    for slot in 0..groups.slots() {
        let sums = sheet.sums(slot + aside);
        if sums.loans > 0 {
            result.insert(groups.key(slot), sums);
        }
    }
    Ok(result)
}

/// The columns that a plan sums, checked to be there.
struct Source<'a> {
    basis: Option<&'a [u8]>,
    basis_bit: u8,
    balance: Option<Part<'a>>,
    lending: Option<(Part<'a>, &'a [i32])>,
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

impl<'a> Source<'a> {
    fn new(book: &'a Book<'_>, plan: &TallyPlan, ladder: Option<Ladder>) -> Result<Source<'a>> {
        let columns: &Columns<'_> = book.columns();
        let balance = || book.need(&columns.balance_minor, "balance");
        let rate = || book.need(&columns.rate_ppb, "rate");
        let (rate_of_balance, rate_of_lending) =
            (plan.measured(Measure::BalanceRate), plan.measured(Measure::LendingRate));
        // A weighted rate needs the sum of its weights.
        let balance_part = if rate_of_balance || plan.measured(Measure::Balance) {
            Some(Part { amounts: balance()?, rates: if rate_of_balance { Some(rate()?) } else { None } })
        } else {
            None
        };
        let lending = if rate_of_lending || plan.measured(Measure::Lending) {
            let amounts = book.need(&columns.amount_minor, "amount")?;
            let rates = if rate_of_lending { Some(rate()?) } else { None };
            Some((Part { amounts, rates }, book.need(&columns.disbursed_ymd, "disbursed_on")?))
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
        Ok(Source {
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
    fn sum(&self, start: usize, slots: &[u32], count: usize, sheet: &mut Sheet) {
        match &self.balance {
            Some(part) => sheet.balances.add(
                slots,
                count,
                from(part.amounts, start),
                part.rates.map(|rates| from(rates, start)),
            ),
            None => {
                grow(&mut sheet.loans, count);
                each(&mut sheet.loans, slots, slots, |loans, _| *loans += 1);
            }
        }
        if let Some((part, days)) = &self.lending {
            self.lend(part, from(days, start), start, slots, count, sheet);
        }
        if let Some(overdue) = self.overdue {
            grow(&mut sheet.overdue, count);
            each(&mut sheet.overdue, slots, from(overdue, start), |sum, overdue| {
                count_if(sum, *overdue != 0, *overdue);
            });
        }
        if let Some((balances, classes)) = &self.classes {
            grow(&mut sheet.classes, count * 6);
            let balances = from(balances, start);
            match classes {
                Classes::Codes(codes) => {
                    classify(&mut sheet.classes, slots, from(codes, start), balances, |code| code)
                }
                Classes::Rungs(days, ladder) => {
                    classify(&mut sheet.classes, slots, from(days, start), balances, |days| {
                        ladder.class_at(days).code()
                    });
                }
            }
        }
        if let Some(times) = self.person_times {
            grow(&mut sheet.person_times, count);
            each(&mut sheet.person_times, slots, from(times, start), |sum, times| *sum += u64::from(*times));
        }
        if let Some((balances, bits)) = self.forbearance {
            grow(&mut sheet.forbearance, count * Forbearance::ALL.len());
            for ((slot, bits), balance) in slots.iter().zip(from(bits, start)).zip(from(balances, start)) {
                if *bits == 0 {
                    continue;
                }
                for (at, kind) in Forbearance::ALL.iter().enumerate() {
                    if bits & kind.bit() != 0
                        && let Some(sum) =
                            sheet.forbearance.get_mut(index(*slot) * Forbearance::ALL.len() + at)
                    {
                        count_if(sum, true, *balance);
                    }
                }
            }
        }
        if let Some(deferred) = self.deferred {
            grow(&mut sheet.deferred, count);
            each(&mut sheet.deferred, slots, from(deferred, start), |sum, deferred| {
                count_if(sum, *deferred != 0, *deferred);
            });
        }
    }

    fn lend(
        &self,
        part: &Part<'_>,
        days: &[i32],
        start: usize,
        slots: &[u32],
        count: usize,
        sheet: &mut Sheet,
    ) {
        let (first, last, as_of) = self.days;
        let new = |day: i32| (first..=last).contains(&day);
        let known = |day: i32| day != 0 && day <= as_of;
        let amounts = from(part.amounts, start);
        grow(&mut sheet.in_period, count);
        grow(&mut sheet.to_date, count);
        each(&mut sheet.in_period, slots, pairs(amounts, days), |sum, (amount, day)| {
            count_if(sum, new(*day), if new(*day) { *amount } else { 0 });
        });
        each(&mut sheet.to_date, slots, pairs(amounts, days), |sum, (amount, day)| {
            count_if(sum, known(*day), if known(*day) { *amount } else { 0 });
        });
        let Some(rates) = part.rates else { return };
        grow(&mut sheet.period_rate, count);
        grow(&mut sheet.to_date_rate, count);
        let weights = || pairs(pairs(amounts, from(rates, start)), days);
        each(&mut sheet.period_rate, slots, weights(), |sum, ((amount, rate), day)| {
            *sum += if new(*day) { i128::from(*amount) * i128::from(*rate) } else { 0 };
        });
        each(&mut sheet.to_date_rate, slots, weights(), |sum, ((amount, rate), day)| {
            *sum += if known(*day) { i128::from(*amount) * i128::from(*rate) } else { 0 };
        });
    }
}

impl Sheet {
    /// The sums of a slot.
    fn sums(&mut self, slot: usize) -> Sums {
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

/// A slot as a place in an array.
#[inline]
#[allow(clippy::as_conversions, reason = "no target of this crate has less than 32 bits")]
pub(super) fn index(slot: u32) -> usize {
    slot as usize
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
