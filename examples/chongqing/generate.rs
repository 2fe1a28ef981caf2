//! The loans: drawn by a seeded generator, scheduled and relieved by the library, calibrated to the published totals.
//!
//! All but the last family of products are drawn freely, around their published caps. The loans of the last family, long
//! infrastructure projects, carry the difference to the published totals: those lent before the base day are scaled until the
//! book of a year before has its total, then those lent after it until the book has. Nothing is scaled once figures are made.

use chrono::{Datelike, Days, NaiveDate};
use puhui::loan::{Loan, Terms};
use puhui::{BorrowerStatus, Money, RateStep};

use super::books::{Books, Filling, Label, ReliefLine, relief_book};
use super::geography::Geography;
use super::life::{Asked, Life, day};
use super::people::{Household, People, household_id};
use super::products::{Borrower, Dates, Family, ReliefKind, SHARES};
use super::series::Series;
use crate::support::due_dates::months_later;
use crate::support::loan_book::Failure;
use crate::support::pricing::Benchmarks;
use crate::support::random::SplitMix64;
use crate::support::terminal;

/// The day of the book.
pub const NOW: NaiveDate = day(2020, 3, 31);
/// The day of the book a year before.
pub const YEAR_BEFORE: NaiveDate = day(2019, 3, 31);
/// The central bank's special statistics count from 2016 on: no loan is older.
const OLDEST: NaiveDate = day(2016, 1, 1);
/// The last day on which a deferral is asked for here.
const ASKED_UNTIL: NaiveDate = day(2020, 6, 20);
/// The last day on which one is granted.
const GRANTED_UNTIL: NaiveDate = day(2020, 6, 30);

/// A county with this many villages is not a town.
const RURAL: usize = 130;

/// How many loans the totals are meant for; of fewer or more loans they are in proportion.
pub const LOANS: u64 = 400_000;
/// 110.2 bn yuan: the published balance "exceeded 110 bn".
const BALANCE_YUAN: i128 = 110_200_000_000;
/// Published: up 16.6 % in a year.
pub const GROWTH_PER_MILLE: i128 = 166;

/// A loan that was drawn.
struct Draft {
    label: Label,
    terms: Terms,
    rate_changes: Vec<RateStep>,
    stopped_on: Option<NaiveDate>,
    asked: Option<Asked>,
    /// The borrower's status on the base day, and on that of the book.
    status: [Option<BorrowerStatus>; 2],
}

/// The generator.
pub struct Generator<'a> {
    geography: &'a Geography,
    families: &'a [Family],
    people: &'a mut People,
    random: &'a mut SplitMix64,
    /// Makes what a household is the same for each of its loans.
    salt: u64,
    benchmarks: Benchmarks,
    without: Option<u32>,
    now: Filling,
    year_before: Filling,
    series: Series,
    relief: Vec<ReliefLine>,
    made: u64,
    /// The balances on the base day and on that of the book, with the loans of a county that is left out.
    balances: [i128; 2],
}

impl<'a> Generator<'a> {
    /// A generator; the loans of the county `without` are made, and left out of the books.
    pub fn new(
        geography: &'a Geography,
        families: &'a [Family],
        people: &'a mut People,
        random: &'a mut SplitMix64,
        without: Option<u32>,
    ) -> Result<Generator<'a>, Failure> {
        Ok(Generator {
            geography,
            families,
            people,
            salt: random.below(u64::MAX),
            random,
            benchmarks: Benchmarks::new()?,
            without,
            now: Filling::new(NOW, true),
            year_before: Filling::new(YEAR_BEFORE, false),
            series: Series::new()?,
            relief: Vec::new(),
            made: 0,
            balances: [0; 2],
        })
    }

    /// Makes the books of `loans` loans; `all_loans` stand beside them.
    pub fn books(mut self, loans: u64, all_loans: Series) -> Result<Books, Failure> {
        let bar = terminal::progress_bar(loans);
        let families = self.families;
        let mut left = loans;
        for (place, family) in families.iter().enumerate() {
            let last = place + 1 == families.len();
            let count = if last { left } else { (loans * family.share).div_ceil(SHARES) };
            left = left.checked_sub(count).ok_or("shares of families that are more than all")?;
            if last {
                self.projects(place, count, loans)?;
                break;
            }
            for nth in 0..count {
                let draft = self.draw(place, nth)?;
                self.keep(family, draft)?;
                if self.made.is_multiple_of(1_024) {
                    bar.set_position(self.made);
                }
            }
        }
        bar.finish_and_clear();
        Ok(Books {
            now: self.now.finish()?,
            year_before: self.year_before.finish()?,
            relief: relief_book(self.relief)?,
            targeted: self.series,
            all_loans,
        })
    }

    /// The loans that the totals are reached by.
    fn projects(&mut self, place: usize, count: u64, loans: u64) -> Result<(), Failure> {
        let family = &self.families[place];
        let target = BALANCE_YUAN * 100 * i128::from(loans) / i128::from(LOANS);
        let base_target = target * 1_000 / (1_000 + GROWTH_PER_MILLE);
        let mut drafts = (0..count).map(|nth| self.draw(place, nth)).collect::<Result<Vec<_>, _>>()?;
        let (mut old_base, mut old_now, mut new_now) = (0, 0, 0);
        for draft in &drafts {
            let [base, now] = self.balances_of(family, draft)?;
            old_base += base;
            *(if draft.terms.disbursed_on > YEAR_BEFORE { &mut new_now } else { &mut old_now }) += now;
        }
        let wanted_base = base_target - self.balances[0];
        let wanted_now = target - self.balances[1] - ratio_of(old_now, wanted_base, old_base)?;
        for draft in &mut drafts {
            let (wanted, found) = if draft.terms.disbursed_on > YEAR_BEFORE {
                (wanted_now, new_now)
            } else {
                (wanted_base, old_base)
            };
            // To the nearest thousand yuan.
            let scaled = ratio_of(i128::from(draft.terms.principal.minor()), wanted, found)?;
            draft.terms.principal = Money::from_minor(i64::try_from((scaled + 50_000) / 100_000 * 100_000)?);
        }
        drafts.into_iter().try_for_each(|draft| self.keep(family, draft))
    }

    fn balances_of(&self, family: &Family, draft: &Draft) -> Result<[i128; 2], Failure> {
        let loan = Loan::with_rates_and_principal(&family.product, draft.terms, &draft.rate_changes, &[])?;
        let life = Life::of(&loan, &draft.rate_changes, draft.stopped_on, draft.asked)?;
        let on = |day| Ok::<_, Failure>(i128::from(life.position(day)?.balance.minor()));
        Ok([on(YEAR_BEFORE)?, on(NOW)?])
    }

    /// Adds a loan to the books.
    fn keep(&mut self, family: &Family, draft: Draft) -> Result<(), Failure> {
        let loan = Loan::with_rates_and_principal(&family.product, draft.terms, &draft.rate_changes, &[])?;
        let life = Life::of(&loan, &draft.rate_changes, draft.stopped_on, draft.asked)?;
        let county = draft.label.county;
        for (balance, on) in self.balances.iter_mut().zip([YEAR_BEFORE, NOW]) {
            *balance += i128::from(life.position(on)?.balance.minor());
        }
        if self.without == Some(county) {
            return Ok(());
        }
        self.series.add(county, |on| Ok(life.position(on)?.balance.minor()))?;
        let [before, now] = draft.status;
        // The book of a year before has the loans that had a balance then.
        if life.position(YEAR_BEFORE)?.balance > Money::ZERO {
            self.year_before.push(&draft.label, family, &life, &loan, before)?;
        }
        self.now.push(&draft.label, family, &life, &loan, now)?;
        if let Some(asked) = life.asked {
            self.relief.push(ReliefLine::new(&draft.label, family, &life, &loan, asked));
        }
        Ok(())
    }

    /// Draws the loan `nth` of a family.
    fn draw(&mut self, place: usize, nth: u64) -> Result<Draft, Failure> {
        let family = &self.families[place];
        let months = self.pick(family.months)?;
        let disbursed_on = self.disbursed_on(family, months, nth)?;
        let matures_on = months_later(disbursed_on, months)?;
        let (least, most, step) = family.yuan;
        let yuan = least + step * self.random.below((most - least) / step + 1);
        let principal = Money::from_minor(i64::try_from(yuan * 100)?);
        let (rate, rate_changes) =
            self.benchmarks.price(family.spread_bp, months, disbursed_on, matures_on, NOW)?;
        let terms = Terms::new(principal, rate, disbursed_on);
        let terms = match family.dates {
            Dates::Of(dates) => dates.set(terms, months, matures_on)?,
            Dates::EveryDecember => terms.until(twentieth_of_december_after(disbursed_on)?, matures_on),
            Dates::EveryYear => terms.instalments(months / 12, months_later(disbursed_on, 12)?),
        };
        self.made += 1;
        // The first are the most frequent: the earlier of two.
        let variants = u64::try_from(family.variants.len())?;
        let variant = usize::try_from(self.random.below(variants).min(self.random.below(variants)))?;
        let (label, status) = self.label(family, place, variant)?;
        let stopped = self.random.below(10_000) < family.stopped;
        let days_ago = 1 + self.random.below(365);
        let stopped_on = NOW.checked_sub_days(Days::new(days_ago)).filter(|on| stopped && *on > disbursed_on);
        let asked = if stopped_on.is_some() { None } else { self.asks(family, disbursed_on, matures_on)? };
        Ok(Draft { label, terms, rate_changes, stopped_on, asked, status })
    }

    /// When the loan was lent: within the last year, or in the time before that from which it still ran at its beginning.
    fn disbursed_on(&mut self, family: &Family, months: u16, nth: u64) -> Result<NaiveDate, Failure> {
        // A month has at least 28 days: drawn so few days before, the loan still runs.
        let since = u64::try_from((YEAR_BEFORE - OLDEST).num_days())?;
        let days_before = since.min(28 * u64::from(months));
        let days_after = u64::try_from((NOW - YEAR_BEFORE).num_days())?;
        // Spread evenly: of any number of loans the same part is of the last year.
        let recent = family.pace * days_after;
        let all = recent + 1_000 * days_before;
        let is_recent = (nth + 1) * recent / all > nth * recent / all;
        let on = if is_recent {
            NOW.checked_sub_days(Days::new(self.random.below(days_after)))
        } else {
            YEAR_BEFORE.checked_sub_days(Days::new(self.random.below(days_before)))
        };
        Ok(on.ok_or("a day of lending")?)
    }

    /// Who borrows, where, and for what.
    fn label(
        &mut self,
        family: &Family,
        place: usize,
        variant: usize,
    ) -> Result<(Label, [Option<BorrowerStatus>; 2]), Failure> {
        let home = match family.borrower {
            Borrower::UnservedHousehold => self.people.unserved(self.random),
            Borrower::AnyHousehold => self.people.any(self.random),
            Borrower::RegisteredHousehold | Borrower::Firm => self.people.registered(self.random),
            Borrower::Project => self.site(),
        };
        let village = &self.geography.villages[home.village];
        let mut label = Label {
            loan: self.made,
            county: village.county,
            township: village.township,
            village: village.code,
            product: Family::product_number(place, variant)?,
            purpose: family.variants[variant].purpose,
            borrower: 0,
            household: 0,
            persons: Vec::new(),
            person_times: 0,
        };
        let mut status = [None; 2];
        match family.borrower {
            Borrower::UnservedHousehold | Borrower::RegisteredHousehold | Borrower::AnyHousehold => {
                label.household = household_id(village.code, home.number)?;
                label.borrower = person_id(label.household, self.random.below(2))?;
                if home.number <= self.people.villages[home.village].registered {
                    status = self.status(label.household);
                }
            }
            Borrower::Firm => {
                label.village = 0;
                label.borrower = u64::from(village.township) * 1_000 + self.random.below(100);
                label.persons = self.persons_led(home)?;
                label.person_times = u32::try_from(label.persons.len())?;
            }
            Borrower::Project => {
                (label.township, label.village) = (0, 0);
                label.borrower = u64::from(village.county) * 1_000 + self.random.below(20);
                label.person_times = u32::try_from(500 + self.random.below(10_000))?;
            }
        }
        Ok((label, status))
    }

    /// Where a project is: not in town.
    fn site(&mut self) -> Household {
        loop {
            let home = self.people.registered(self.random);
            let county = self.geography.county(self.geography.villages[home.village].county);
            if county.is_some_and(|county| county.villages.len() >= RURAL) {
                return home;
            }
        }
    }

    /// Whether a household was lifted out of poverty by the base day, and by that of the book. Published: of 1.851 m people
    /// 1.712 m by the end of 2018, all but 24,000 by the end of 2019.
    fn status(&self, household: u64) -> [Option<BorrowerStatus>; 2] {
        let fate = SplitMix64(self.salt ^ household).below(1_000);
        [925, 987].map(|lifted| {
            Some(if fate < lifted { BorrowerStatus::Lifted } else { BorrowerStatus::NotLifted })
        })
    }

    /// The persons of registered households of the village whom a firm employs or buys from.
    fn persons_led(&mut self, home: Household) -> Result<Vec<u64>, Failure> {
        let village = &self.geography.villages[home.village];
        let registered = self.people.villages[home.village].registered.max(1);
        let count = (3 + self.random.below(13)).min(registered);
        let member = self.random.below(3);
        (0..count)
            .map(|step| {
                let number = (home.number - 1 + step) % registered + 1;
                person_id(household_id(village.code, number)?, member)
            })
            .collect()
    }

    /// Whether the borrower asks for the relief of spring 2020, when, and when it is granted.
    fn asks(
        &mut self,
        family: &Family,
        disbursed_on: NaiveDate,
        matures_on: NaiveDate,
    ) -> Result<Option<Asked>, Failure> {
        let Some(kind) = family.relief else { return Ok(None) };
        let (from, of_100) = match kind {
            ReliefKind::Microcredit => (day(2020, 2, 12), 45),
            ReliefKind::SmallFirm => (day(2020, 3, 1), 30),
        };
        let asks = self.random.below(100) < of_100 && matures_on > from;
        // More ask early: the earlier of two days.
        let days = u64::try_from((ASKED_UNTIL - from).num_days())?;
        let after = self.random.below(days).min(self.random.below(days));
        let on = from.checked_add_days(Days::new(after)).ok_or("a day of asking")?;
        let decided = on.checked_add_days(Days::new(1 + self.random.below(10))).ok_or("a day of granting")?;
        let granted = self.random.below(100) < 94;
        let granted_on = Some(decided.min(GRANTED_UNTIL)).filter(|_| granted);
        Ok(Some(Asked { kind, on, granted_on }).filter(|_| asks && on > disbursed_on))
    }

    fn pick(&mut self, months: &[u16]) -> Result<u16, Failure> {
        Ok(months[usize::try_from(self.random.below(u64::try_from(months.len())?))?])
    }
}

fn twentieth_of_december_after(drawn: NaiveDate) -> Result<NaiveDate, Failure> {
    let of_year = |year| NaiveDate::from_ymd_opt(year, 12, 20);
    let first = of_year(drawn.year()).filter(|first| *first > drawn).or_else(|| of_year(drawn.year() + 1));
    Ok(first.ok_or("every year has a 20 December")?)
}

fn person_id(household: u64, member: u64) -> Result<u64, Failure> {
    Ok(household.checked_mul(10).and_then(|id| id.checked_add(member + 1)).ok_or("a person's number")?)
}

/// `amount` x `wanted` / `found`.
fn ratio_of(amount: i128, wanted: i128, found: i128) -> Result<i128, Failure> {
    if wanted <= 0 || found <= 0 {
        return Err("--loans: so few loans cannot be calibrated; take more, or another seed".into());
    }
    Ok(amount * wanted / found)
}
