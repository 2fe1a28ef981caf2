//! Periods (`docs/SEMANTICS.md` 3), interest (2) and the rows of each method (4).

use super::dates::{Cycle, Day, DayCount, cycle_date};
use super::level::{Beside, Factors, solve};
use super::terms::{Method, Terms};
use super::{OracleRow, OracleSchedule, OracleTotals};
use num_bigint::BigInt;

/// One row's dates: the cycle's date, the printed date, and the accrual period [start, end).
#[derive(Clone, Debug)]
pub struct Slot {
    pub cycle: Day,
    pub printed: Day,
    pub provisional: bool,
    pub start: Day,
    pub end: Day,
    /// It runs from one date of the cycle to the next.
    pub one_cycle: bool,
    /// The cycle's own dates, for the quasi-coupon periods of ICMA rule 251; none without a cycle.
    pub coupons: Option<Coupons>,
}

/// A row with its dates. A row of its own (a plan date off the cycle) has no period; its `end` is the day from
/// which what it pays no longer earns.
pub struct Placed {
    pub slot: Slot,
    pub own: bool,
    pub row: OracleRow,
}

pub fn schedule(terms: &Terms) -> Result<OracleSchedule, String> {
    Ok(summed(terms, laid_out(terms)?.into_iter().map(|placed| placed.row).collect()))
}

/// The rows of the contract.
pub fn laid_out(terms: &Terms) -> Result<Vec<Placed>, String> {
    let days = row_days(terms)?;
    let slots = slots(terms, &days)?;
    let n = slots.len() as i64;
    if terms.grace_principal > 0 && terms.grace_principal >= n {
        return Err("grace: g < n".to_owned());
    }
    match &terms.method {
        Method::Custom(plan) => custom(terms, &slots, plan),
        _ => {
            let place = |(slot, row)| Placed { slot, own: false, row };
            Ok(slots.iter().cloned().zip(regular(terms, &slots)?).map(place).collect())
        }
    }
}

pub fn summed(terms: &Terms, rows: Vec<OracleRow>) -> OracleSchedule {
    let mut totals = OracleTotals::default();
    for row in &rows {
        totals.principal += &row.principal;
        totals.interest += &row.interest;
        totals.interest_deferred += &row.interest_deferred;
        totals.deferred_interest_paid += &row.deferred_interest_paid;
        totals.fees += &row.fees;
        totals.payment += &row.payment;
    }
    OracleSchedule {
        disbursed_on: terms.disbursed.chrono(),
        lent: terms.principal.clone(),
        fee_at_disbursement: terms.fee_at_disbursement.clone(),
        rows,
        totals,
    }
}

// ---------------------------------------------------------------- dates

/// The cycle's date `steps` cycles after the first due date.
pub fn on_cycle(terms: &Terms, first: Day, cycle: Cycle, steps: i64) -> Day {
    let from = if steps == 0 { first } else { counted_from(terms, first, cycle) };
    let due_day = terms.due_day.unwrap_or(first.d);
    cycle_date(from, cycle, due_day, terms.next_month_when_missing, steps)
}

/// A day in the month that the first due date is counted in.
fn counted_from(terms: &Terms, first: Day, cycle: Cycle) -> Day {
    let due_day = terms.due_day.unwrap_or(first.d);
    // A loan paid out on a due day, one cycle before a first of the month that stands for the day its month does not have.
    let last_before = first.plus_days(-1);
    let stands_for = terms.next_month_when_missing
        && first.d == 1
        && due_day > last_before.d
        && matches!(cycle, Cycle::Months(_))
        && cycle_date(last_before, cycle, due_day, true, -1) == terms.disbursed;
    if stands_for { last_before } else { first }
}

/// The dates of the rows before any roll.
fn row_days(terms: &Terms) -> Result<Vec<Day>, String> {
    if let (Method::Custom(plan), None) = (&terms.method, terms.every) {
        // "Without a cycle the plan's dates are the rows."
        return Ok(plan.iter().map(|(on, _)| *on).collect());
    }
    if let (Method::Bullet, Some(matures)) = (&terms.method, terms.matures) {
        return Ok(vec![matures]);
    }
    let (Some(first), Some(cycle)) = (terms.first_due, terms.every) else {
        return Err("no cycle".to_owned());
    };
    let mut days = Vec::new();
    if let Some(n) = terms.instalments {
        days.extend((0..n).map(|i| on_cycle(terms, first, cycle, i)));
        if matches!(terms.method, Method::Bullet) {
            days.drain(..days.len() - 1);
        }
    } else if let Some(matures) = terms.matures {
        let mut next = first;
        while next < matures {
            days.push(next);
            next = on_cycle(terms, first, cycle, days.len() as i64);
        }
        // "The last period is broken (short; `long_last` merges it)."
        if next != matures && terms.long_last {
            days.pop();
        }
        days.push(matures);
    }
    Ok(days)
}

/// The printed date, whether it is provisional, and the day to which interest runs (before any `day_after`):
/// "`interest: adjusted` accrues to the printed date, `unadjusted` to the cycle's date".
pub fn rolled(terms: &Terms, day: Day) -> Result<(Day, bool, Day), String> {
    let (printed, provisional) = terms.calendar.roll(day, terms.roll);
    if provisional && terms.strict {
        return Err("a date beyond the calendar's years".to_owned());
    }
    Ok((printed, provisional, if terms.adjusted { printed } else { day }))
}

/// Each period begins where the one before ended. "With `day_after` the settlement day's own balance still counts
/// and the next period starts a day later; the last period ends on the maturity."
fn slots(terms: &Terms, days: &[Day]) -> Result<Vec<Slot>, String> {
    let mut slots: Vec<Slot> = Vec::new();
    for (i, day) in days.iter().enumerate() {
        let (printed, provisional, accrual) = rolled(terms, *day)?;
        let last = i + 1 == days.len();
        let end = if terms.day_after && !last { accrual.next() } else { accrual };
        let start = slots.last().map_or(terms.disbursed, |slot| slot.end);
        // The page does not say what a period is that ends before it starts (a first date rolled back before the
        // disbursement, or `day_after` when the last two dates roll to one day): refused.
        if end < start {
            return Err("a period that ends before it starts".to_owned());
        }
        let one_cycle = is_one_cycle(terms, i.checked_sub(1).map(|before| days[before]), *day);
        slots.push(Slot {
            cycle: *day,
            printed,
            provisional,
            start,
            end,
            one_cycle,
            coupons: Coupons::of(terms),
        });
    }
    Ok(slots)
}

/// Whether a period is one cycle long, by the cycle dates of its row and of the row before it. A first period is if the
/// money went out on the cycle date before the first due date, or where that date rolls to; a first due date that is not on
/// the due day is no date of the cycle.
pub fn is_one_cycle(terms: &Terms, before: Option<Day>, day: Day) -> bool {
    let (Some(first), Some(cycle)) = (terms.first_due, terms.every) else { return false };
    let mut steps = 0;
    while on_cycle(terms, first, cycle, steps) < day {
        steps += 1;
    }
    if on_cycle(terms, first, cycle, steps) != day {
        return false;
    }
    if let (Cycle::Months(_), Some(due_day)) = (cycle, terms.due_day) {
        let off = first.d != due_day
            && !(first.d < due_day && first.next().d == 1 && !terms.next_month_when_missing);
        if off && steps <= 1 {
            return false;
        }
    }
    match before {
        Some(before) => steps > 0 && on_cycle(terms, first, cycle, steps - 1) == before,
        None => {
            let zero = on_cycle(terms, first, cycle, -1);
            let printed = terms.calendar.roll(zero, terms.roll).0;
            let accrual = if terms.adjusted { printed } else { zero };
            let end = if terms.day_after { accrual.next() } else { accrual };
            steps == 0 && [zero, printed, end].contains(&terms.disbursed)
        }
    }
}

/// The dates of a cycle before any roll, in both directions without an end: anchor + k cycles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Coupons {
    cycle: Cycle,
    anchor: Day,
    due_day: i64,
    next_month_when_missing: bool,
}

impl Coupons {
    pub fn of(terms: &Terms) -> Option<Coupons> {
        let (first, cycle) = (terms.first_due?, terms.every?);
        Some(Coupons {
            cycle,
            anchor: counted_from(terms, first, cycle),
            due_day: terms.due_day.unwrap_or(first.d),
            next_month_when_missing: terms.next_month_when_missing,
        })
    }

    fn date(self, k: i64) -> Day {
        let Cycle::Months(months) = self.cycle else { return self.anchor };
        // Counted from a cycle later where no step would be left: a step asks for the due day.
        let later = i64::from(k == 0);
        let from = Day { d: 1, ..self.anchor }.plus_months(later * months);
        cycle_date(from, self.cycle, self.due_day, self.next_month_when_missing, k - later)
    }

    /// The quasi-coupon period that a day lies in, and its place.
    fn around(self, day: Day) -> (Day, Day) {
        let Cycle::Months(months) = self.cycle else { return (day, day) };
        let mut k = (12 * (day.y - self.anchor.y) + day.m - self.anchor.m).div_euclid(months);
        while self.date(k) > day {
            k -= 1;
        }
        while self.date(k + 1) <= day {
            k += 1;
        }
        (self.date(k), self.date(k + 1))
    }
}

/// The quasi-coupon periods of a broken period by actual/actual ICMA: "a broken first period is laid over quasi periods
/// counted back from its end, a broken last one forward from its start". What follows no cycle has months from its start.
fn quasi_coupons(terms: &Terms, slot: &Slot) -> Option<Coupons> {
    let broken = terms.day_count == DayCount::ActualActualIcma && !slot.one_cycle;
    let months = Coupons {
        cycle: Cycle::Months(1),
        anchor: slot.start,
        due_day: slot.start.d,
        next_month_when_missing: false,
    };
    broken.then(|| slot.coupons.unwrap_or(months))
}

/// The lengths of the quasi-coupon periods under each day of [start, end).
fn lengths(coupons: Coupons, start: Day, end: Day) -> Vec<i64> {
    let mut lengths = Vec::new();
    let (mut day, mut around) = (start, coupons.around(start));
    while day < end {
        if day >= around.1 {
            around = coupons.around(day);
        }
        lengths.push(around.0.days_to(around.1));
        day = day.next();
    }
    lengths
}

/// A number that all of these divide.
fn common_multiple(lengths: &[i64]) -> i64 {
    let mut distinct = lengths.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    distinct.into_iter().fold(1, |product, length| {
        let (mut a, mut b) = (product, length);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        product / a * length
    })
}

/// What a unit of [`period_units`] is of a year, in the period of a slot.
pub fn unit_of(terms: &Terms, slot: &Slot) -> (BigInt, BigInt) {
    let (part, of) = match quasi_coupons(terms, slot) {
        Some(Coupons { cycle: Cycle::Days(days), .. }) => {
            let (part, of) = terms.cycle_part.expect("the part of a cycle in days");
            (part, of * days)
        }
        Some(coupons @ Coupons { cycle: Cycle::Months(months), .. }) => {
            (months, 12 * common_multiple(&lengths(coupons, slot.start, slot.end)))
        }
        None if terms.day_count.by_period() => {
            terms.day_count.day_of_period(slot.start, slot.end, terms.cycle_part.filter(|_| slot.one_cycle))
        }
        None => (1, terms.day_count.year()),
    };
    (part.into(), of.into())
}

/// Y(s, b) of an accrual period that starts on `s`, in units.
pub fn period_units(terms: &Terms, slot: &Slot, b: Day, maturity: Day) -> i64 {
    match quasi_coupons(terms, slot) {
        Some(coupons @ Coupons { cycle: Cycle::Months(_), .. }) => {
            let lengths = lengths(coupons, slot.start, slot.end);
            let multiple = common_multiple(&lengths);
            let days = usize::try_from(slot.start.days_to(b)).expect("a day of the period");
            lengths[..days].iter().map(|length| multiple / length).sum()
        }
        _ if terms.day_count.by_period() => slot.start.days_to(b),
        _ => terms.day_count.units(slot.start, b, maturity),
    }
}

/// Y of the regular first period: from the cycle date one step before the first due date, rolled and shifted as any
/// accrual end is, to the end of row 1.
fn regular_first_year(terms: &Terms, row_1: &Slot, maturity: Day) -> Result<(BigInt, BigInt), String> {
    let (Some(first), Some(cycle)) = (terms.first_due, terms.every) else {
        return Err("on_top needs a cycle".to_owned());
    };
    // Never printed, so never too far for `strict`.
    let day = on_cycle(terms, first, cycle, -1);
    let before = if terms.adjusted { terms.calendar.roll(day, terms.roll).0 } else { day };
    let start = if terms.day_after { before.next() } else { before };
    let one_cycle = is_one_cycle(&Terms { disbursed: day, ..terms.clone() }, None, row_1.cycle);
    let regular = Slot { start, one_cycle, ..row_1.clone() };
    let (part, of) = unit_of(terms, &regular);
    Ok((part * period_units(terms, &regular, row_1.end, maturity), of))
}

// ---------------------------------------------------------------- interest

/// The exact interest of the period [s, e) of a slot, as a fraction: the sum of balance x rate x segment, where segment
/// [a, b) counts Y(s, b) - Y(s, a). `drops`: what leaves the balance on which day.
pub fn exact_interest(
    terms: &Terms,
    slot: &Slot,
    maturity: Day,
    balance: &BigInt,
    drops: &[(Day, BigInt)],
) -> (BigInt, BigInt) {
    let Slot { start: s, end: e, .. } = *slot;
    let mut cuts: Vec<Day> = terms.rates.changes.iter().map(|(day, _)| *day).collect();
    cuts.extend(drops.iter().map(|(day, _)| *day));
    cuts.retain(|day| s < *day && *day < e);
    cuts.push(e);
    cuts.sort_unstable();
    cuts.dedup();
    let mut sum = BigInt::ZERO;
    let (mut a, mut units_to_a) = (s, 0);
    for b in cuts {
        let units_to_b = period_units(terms, slot, b, maturity);
        let mut standing = balance.clone();
        for (_, amount) in drops.iter().filter(|(day, _)| *day <= a) {
            standing -= amount;
        }
        sum += standing * terms.rates.on(a) * (units_to_b - units_to_a);
        (a, units_to_a) = (b, units_to_b);
    }
    let (part, of) = unit_of(terms, slot);
    (sum * part, &terms.rates.denominator * of)
}

fn rounded_interest(
    terms: &Terms,
    slot: &Slot,
    maturity: Day,
    balance: &BigInt,
    drops: &[(Day, BigInt)],
) -> BigInt {
    let (exact, base) = exact_interest(terms, slot, maturity, balance, drops);
    terms.rounding.round(&exact, &base)
}

// ---------------------------------------------------------------- rows

/// A row with nothing in it yet.
pub fn blank(terms: &Terms, slot: &Slot, no: usize, maturity: Day, balance: &BigInt) -> OracleRow {
    OracleRow {
        no: no as u32,
        due_on: slot.printed.chrono(),
        original_due_on: None,
        days: terms.day_count.days(slot.start, slot.end, maturity),
        opening: balance.clone(),
        principal: BigInt::ZERO,
        interest: BigInt::ZERO,
        interest_deferred: BigInt::ZERO,
        deferred_interest_paid: BigInt::ZERO,
        fees: terms.fee_each.clone(),
        payment: BigInt::ZERO,
        closing: BigInt::ZERO,
        provisional: slot.provisional,
        projected: terms.rates.is_projected(slot.start, slot.end),
    }
}

/// "`payment` (= principal + interest + deferred_interest_paid + fees)".
pub fn close(row: &mut OracleRow) {
    row.payment = &row.principal + &row.interest + &row.deferred_interest_paid + &row.fees;
}

/// All methods but custom.
fn regular(terms: &Terms, slots: &[Slot]) -> Result<Vec<OracleRow>, String> {
    let n = slots.len();
    let maturity = slots[n - 1].end;
    let g = terms.grace_principal as usize;
    let h = terms.grace_interest as usize;
    let mut payments = Payments::new(terms, slots)?;
    let mut share: Option<BigInt> = None;
    let mut balance = terms.principal.clone();
    let mut deferred = BigInt::ZERO;
    let mut carried = BigInt::ZERO;
    let mut rows = Vec::new();
    for (index, slot) in slots.iter().enumerate() {
        let k = index + 1;
        let mut row = blank(terms, slot, k, maturity, &balance);
        let interest = rounded_interest(terms, slot, maturity, &balance, &[]) + std::mem::take(&mut carried);

        // "Interest h <= g rows whose interest, rounded at each due date, earns nothing and is due with row h + 1
        // (or is capitalised there)."
        if k <= h {
            deferred += &interest;
            row.interest_deferred = interest.clone();
        } else {
            row.interest = interest.clone();
            if k == h + 1 && !terms.grace_capitalised {
                row.deferred_interest_paid = deferred.clone();
            }
        }

        // "The last instalment clears it"; during the grace no principal is due; nothing is left of nothing.
        if k == n {
            row.principal = balance.clone();
        } else if k > g && balance > BigInt::ZERO {
            row.principal = match &terms.method {
                Method::InterestOnly | Method::Bullet | Method::Custom(_) => BigInt::ZERO,
                Method::EqualPrincipal => {
                    let parts = BigInt::from(n - g);
                    let round = || terms.payment_rounding.round_to(&balance, &parts, &terms.multiple);
                    share.get_or_insert_with(round).clone().min(balance.clone())
                }
                Method::Seasonal(months) => {
                    let parts = seasons(months, &slots[g..])?;
                    let round = || terms.payment_rounding.round_to(&balance, &parts, &terms.multiple);
                    let share = share.get_or_insert_with(round).clone();
                    if months.contains(&slot.cycle.m) { share.min(balance.clone()) } else { BigInt::ZERO }
                }
                _ => {
                    let payment = payments.of_row(index, &balance)?;
                    // "`on_top`: the payment sees a regular first period and the extra days' interest is added to
                    // the first payment."
                    let seen = if index == 0 { payments.regular_interest(&balance) } else { None };
                    let mut part = payment - seen.unwrap_or(interest.clone());
                    // "The row bills interest up to its payment, and carries the rest on."
                    if terms.carries && part < BigInt::ZERO && &part + &interest >= BigInt::ZERO {
                        carried = -std::mem::take(&mut part);
                        row.interest -= &carried;
                    }
                    if part < BigInt::ZERO && !terms.negative_amortisation {
                        return Err(format!("row {k}: a negative principal part"));
                    }
                    // All interest may join the balance; a payment below zero would lend still more.
                    if part < BigInt::ZERO && &part + &interest < BigInt::ZERO {
                        return Err(format!("row {k}: a payment below zero"));
                    }
                    part.min(balance.clone())
                }
            };
        }
        if let (Method::Seasonal(months), true) = (&terms.method, k > g) {
            // A season that never occurs is an error even if the last row is the only one left.
            seasons(months, &slots[g..])?;
        }
        balance -= &row.principal;
        if k == h && terms.grace_capitalised {
            balance += &deferred;
        }
        row.closing = balance.clone();
        close(&mut row);
        rows.push(row);
    }
    Ok(rows)
}

/// "Rows in season after grace; a season that never occurs is an error." The month is that of the cycle's date.
fn seasons(months: &[i64], slots: &[Slot]) -> Result<BigInt, String> {
    match slots.iter().filter(|slot| months.contains(&slot.cycle.m)).count() {
        0 => Err("a season that never occurs".to_owned()),
        rows => Ok(BigInt::from(rows)),
    }
}

/// Principal by date. A plan date on a cycle date (before any roll) pays in that row; any other is a row of its own
/// without interest, days or fee, and the interest of the next cycle row is the sum of its segments.
fn custom(terms: &Terms, slots: &[Slot], plan: &[(Day, BigInt)]) -> Result<Vec<Placed>, String> {
    if terms.grace_principal > 0 {
        return Err("grace with a plan: the plan says when principal falls due".to_owned());
    }
    let last = &slots[slots.len() - 1];
    let maturity = last.end;
    if plan.iter().any(|(on, _)| *on <= terms.disbursed || *on > last.cycle) {
        return Err("plan: a date outside the loan".to_owned());
    }
    let mut balance = terms.principal.clone();
    let mut rows = Vec::new();
    let mut previous = terms.disbursed;
    for (index, slot) in slots.iter().enumerate() {
        let at_start = balance.clone();
        let mut drops = Vec::new();
        for (on, amount) in plan.iter().filter(|(on, _)| previous < *on && *on < slot.cycle) {
            let (printed, provisional, accrual) = rolled(terms, *on)?;
            // "Outstanding until its own accrual date: same roll and `day_after` shift as a cycle row."
            let until = if terms.day_after { accrual.next() } else { accrual };
            let coupons = Coupons::of(terms);
            let own = Slot {
                cycle: *on,
                printed,
                provisional,
                start: until,
                end: until,
                one_cycle: false,
                coupons,
            };
            let mut row = blank(terms, &own, 0, maturity, &balance);
            row.days = 0;
            row.fees = BigInt::ZERO;
            row.projected = false;
            row.principal = amount.clone();
            balance -= amount;
            row.closing = balance.clone();
            close(&mut row);
            rows.push(Placed { slot: own, own: true, row });
            drops.push((until, amount.clone()));
        }
        let mut row = blank(terms, slot, index + 1, maturity, &balance);
        row.interest = rounded_interest(terms, slot, maturity, &at_start, &drops);
        if let Some((_, amount)) = plan.iter().find(|(on, _)| *on == slot.cycle) {
            row.principal = amount.clone();
        }
        balance -= &row.principal;
        row.closing = balance.clone();
        close(&mut row);
        rows.push(Placed { slot: slot.clone(), own: false, row });
        previous = slot.cycle;
    }
    for (no, placed) in (1..).zip(&mut rows) {
        placed.row.no = no;
    }
    Ok(rows)
}

// ---------------------------------------------------------------- payments

/// What the running instalment is, and when it is found again.
pub struct Payments<'a> {
    terms: &'a Terms,
    /// The rows over which the payment is solved: the loan's, or those of the longer balloon.
    slots: Vec<Slot>,
    /// Y of row 1's regular period, with `on_top`.
    regular_first: Option<(BigInt, BigInt)>,
    /// The rate last solved with, the exact A and its weights and extras from row `from` on.
    solved: Option<Solved>,
    /// A row that is running when a payment is found in it.
    begun: Option<Begun>,
    /// Of each row, what it bills beside a payment.
    beside: Vec<Beside>,
}

/// What a row really bills whose days have begun, and the rate of the day of the change.
pub struct Begun {
    pub row: usize,
    pub interest: (BigInt, BigInt),
    pub rate: BigInt,
}

struct Solved {
    rate: BigInt,
    from: usize,
    a: (BigInt, BigInt),
    weights: Vec<BigInt>,
    extras: Vec<BigInt>,
}

impl<'a> Payments<'a> {
    pub fn new(terms: &'a Terms, own: &[Slot]) -> Result<Payments<'a>, String> {
        let mut slots = own.to_vec();
        if let (Method::BalloonOver(rows), Some(first), Some(cycle)) =
            (&terms.method, terms.first_due, terms.every)
        {
            if *rows <= own.len() as i64 {
                return Err("balloon: N > n".to_owned());
            }
            // "Payment of an N-row loan": all its rows on regular cycle dates, its last period ending on the last.
            // A date beyond the calendar's years is no error here: it is never printed.
            let days: Vec<Day> = (0..*rows).map(|i| on_cycle(terms, first, cycle, i)).collect();
            let lenient = Terms { strict: false, ..terms.clone() };
            slots = self::slots(&lenient, &days)?;
        }
        let maturity = slots[slots.len() - 1].end;
        let solved_for = matches!(
            terms.method,
            Method::EqualInstalment
                | Method::BalloonOver(_)
                | Method::BalloonResidual(_)
                | Method::GraduatedRatio(..)
                | Method::GraduatedAmount(..)
        );
        let regular_first = if terms.on_top && solved_for && terms.grace_principal == 0 {
            Some(regular_first_year(terms, &slots[0], maturity)?)
        } else {
            None
        };
        Ok(Payments { terms, slots, regular_first, solved: None, begun: None, beside: Vec::new() })
    }

    pub fn with_begun(self, begun: Begun) -> Payments<'a> {
        Payments { begun: Some(begun), ..self }
    }

    pub fn with_beside(self, beside: Vec<Beside>) -> Payments<'a> {
        Payments { beside, ..self }
    }

    /// round(P x rate x Y(regular first period)), the rate being that of the first day.
    pub fn regular_interest(&self, balance: &BigInt) -> Option<BigInt> {
        let (year, of) = self.regular_first.as_ref()?;
        let exact = balance * self.terms.rates.on(self.slots[0].start) * year;
        Some(self.terms.rounding.round(&exact, &(&self.terms.rates.denominator * of)))
    }

    /// The rounded payment of a row. "A running instalment keeps its payment, the new one starts with the first
    /// period that begins on or after the change."
    pub fn of_row(&mut self, index: usize, balance: &BigInt) -> Result<BigInt, String> {
        let begun = self.begun.as_ref().filter(|begun| begun.row == index);
        let rate =
            begun.map_or_else(|| self.terms.rates.on(self.slots[index].start), |begun| &begun.rate).clone();
        let again = match &self.solved {
            None => true,
            Some(solved) => !self.terms.once && solved.rate != rate,
        };
        if again {
            self.solved = Some(self.solve_at(index, balance, rate)?);
        }
        let Some(Solved { from, a: (numerator, denominator), weights, extras, .. }) = &self.solved else {
            return Err("not solved".to_owned());
        };
        let at = index - from;
        let exact = numerator * &weights[at] + denominator * &extras[at];
        Ok(self.terms.payment_rounding.round_to(&exact, denominator, &self.terms.multiple))
    }

    fn solve_at(&self, index: usize, balance: &BigInt, rate: BigInt) -> Result<Solved, String> {
        let factors = self.factors(index, &rate, balance)?;
        let (weights, extras) = self.shape(index);
        let target = match &self.terms.method {
            Method::BalloonResidual(residual) => residual.clone(),
            _ => BigInt::ZERO,
        };
        let a = solve(
            balance,
            &factors,
            &weights,
            &extras,
            &target,
            self.beside.get(index..).unwrap_or_default(),
        )?;
        Ok(Solved { rate, from: index, a, weights, extras })
    }

    /// f of each row from `index` on. `nominal`: rate x months / 12 for every row; `exact`: rate x Y, or with
    /// `once` the sum over the period's segments.
    fn factors(&self, index: usize, rate: &BigInt, balance: &BigInt) -> Result<Factors, String> {
        let terms = self.terms;
        let begun = self.begun.as_ref().filter(|begun| begun.row == index && *balance != BigInt::ZERO);
        let rows = &self.slots[index..];
        if terms.nominal {
            let Some(Cycle::Months(months)) = terms.every else {
                return Err("nominal needs a cycle in months".to_owned());
            };
            let numerators = rows.iter().map(|_| rate * months).collect();
            return Ok(Factors { numerators, denominator: &terms.rates.denominator * 12 });
        }
        let maturity = self.slots[self.slots.len() - 1].end;
        let one = BigInt::from(1);
        let mut factors = Vec::new();
        for (i, slot) in rows.iter().enumerate() {
            if let (0, Some(begun)) = (i, begun) {
                // What the balance grows by in this row is what the row bills.
                factors.push((begun.interest.0.clone(), &begun.interest.1 * balance));
                continue;
            }
            factors.push(match &self.regular_first {
                Some((year, of)) if index + i == 0 => (rate * year, &terms.rates.denominator * of),
                _ if terms.once => exact_interest(terms, slot, maturity, &one, &[]),
                _ => {
                    let (part, of) = unit_of(terms, slot);
                    let units = period_units(terms, slot, slot.end, maturity);
                    (rate * part * units, &terms.rates.denominator * of)
                }
            });
        }
        Ok(Factors::over_one_denominator(factors))
    }

    /// Payment of row k' = A x weight + extra, k' counted from the first amortising row, also after a rate change.
    /// The weights (1 + q)^s are all multiplied by one power of the denominator, to be whole numbers.
    fn shape(&self, index: usize) -> (Vec<BigInt>, Vec<BigInt>) {
        let g = self.terms.grace_principal as usize;
        let steps_of = |step: i64| -> Vec<u32> {
            (index..self.slots.len()).map(|i| ((i - g) as i64 / step) as u32).collect()
        };
        let count = self.slots.len() - index;
        let (ones, zeros) = (vec![BigInt::from(1); count], vec![BigInt::ZERO; count]);
        match &self.terms.method {
            Method::GraduatedRatio(growth, denominator, step) => {
                let steps = steps_of(*step);
                let most = steps.iter().max().copied().unwrap_or(0);
                let weight = |s: &u32| growth.pow(*s) * denominator.pow(most - s);
                (steps.iter().map(weight).collect(), zeros)
            }
            Method::GraduatedAmount(amount, step) => {
                (ones, steps_of(*step).iter().map(|s| amount * s).collect())
            }
            _ => (ones, zeros),
        }
    }
}
