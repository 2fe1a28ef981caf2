//! The account as a small fixed record, and its roll from one day to the next.

use chrono::{Datelike, NaiveDate};

use crate::calendar::{DayCount, day_after, parse_ymd, to_ymd};
use crate::class::LoanClass;
use crate::error::{Error, ErrorCode, Result};
use crate::exact::{add, beyond, power_of_ten, subtract};
use crate::loan::account::Account;
use crate::loan::account::event::Event;
use crate::loan::account::record::AccountRecord;
use crate::loan::account::replay::Stage;
use crate::loan::agreement::loan::Loan;
use crate::loan::agreement::product::{Product, ProductRules};
use crate::loan::agreement::terms::Terms;
use crate::money::Money;
use crate::rate::Rate;
use crate::record::inside;

// The record is that of C, too: what is said here stands in its header, and is written for both.

/// An account at the end of a day, in 128 bytes: what a bank keeps of each account from day to day, in one array.
///
/// Amounts are minor units; dates are numbers such as 20200630. All bytes 0: an account that was never rolled. The record is
/// stored as it is, and nothing in it is changed: the loan and its events are the rest of it. It can always be made again from
/// them, and comes out the same to the byte, whether it was rolled day by day or in one step. Its size does not change.
///
/// Between two days on which anything falls due or happens, an account that owes nothing changes only by the interest it
/// earns, and what that follows from stands in the record: such a day costs a division and touches neither schedule nor
/// events. Every other day is a replay, or a step from what the account was written down as on an earlier day, where the host keeps
/// that beside the state: an account that is not as plain, because it is in arrears or under a relief, has no quiet days.
///
/// What no roll can have left is refused, as far as 128 bytes tell it: a date or a code that is none; a due date that has passed; overdue
/// principal above the principal, and what is below 0 and never is; anything ahead of an account that has ended, and anything owed to
/// or by one that is closed; and, of a quiet period, one that does not hold the day or goes beyond the next due date, arrears in it, and
/// interest that is not what its balance earns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct AccountState {
    /// The day whose end it is; 0: it was never rolled.
    pub as_of_ymd: i32,
    /// The next due date that asks for money; 0: there is none.
    pub next_due_ymd: i32,
    /// The first day of the running accrual period, or 0.
    pub period_start_ymd: i32,
    /// Before this day nothing but interest changes. 0: anything may change any day.
    pub quiet_until_ymd: i32,
    /// What earns interest in a quiet period.
    pub earning_minor: i64,
    /// The rate it earns, in units of 10 to the power of minus `rate_decimals`.
    pub rate_mantissa: i64,
    /// Principal outstanding, overdue or not.
    pub principal_minor: i64,
    /// Principal that fell due and is unpaid.
    pub overdue_principal_minor: i64,
    /// Contract interest earned before the day and not billed.
    pub interest_accrued_minor: i64,
    /// What the day itself adds to it: what the end of the day books.
    pub interest_of_day_minor: i64,
    /// Interest billed and unpaid.
    pub interest_minor: i64,
    /// Interest that was deferred.
    pub interest_deferred_minor: i64,
    /// Penalty interest, billed or not.
    pub penalty_minor: i64,
    /// Compound interest, billed or not.
    pub compound_minor: i64,
    /// Fees billed and unpaid.
    pub fees_minor: i64,
    /// Money that nothing was owed for.
    pub credit_minor: i64,
    /// The number of events it has seen, each counted once.
    pub events: u32,
    /// Days past due.
    pub days_past_due: u32,
    /// The decimals of the rate.
    pub rate_decimals: u8,
    /// The class, 1 normal to 5 loss (in C one of `PUHUI_LOAN_CLASS_*`); 0: no ladder is in force.
    pub loan_class: u8,
    /// 1: the loan is no longer accrued. 0: it is.
    pub non_accrual: u8,
    /// 0: the account goes on. 1 settled, 2 charged off, 3 closed (in C one of `PUHUI_STAGE_*`).
    pub stage: u8,
    /// Reserved; 0.
    pub reserved: u32,
}

// The design allows 128 bytes, without a hole whose bytes would be anything.
const _: () = assert!(size_of::<AccountState>() == 128);

impl AccountState {
    /// The state of an account that was replayed.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] for a penalty or compound interest, billed and accrued together, or a number of events, that the
    /// record cannot hold.
    pub fn of(account: &Account<'_, '_>) -> Result<AccountState> {
        let position = account.position();
        let mut state = AccountState {
            as_of_ymd: to_ymd(position.as_of),
            next_due_ymd: position.next_due.map_or(0, |(day, _)| to_ymd(day)),
            principal_minor: position.principal.minor(),
            overdue_principal_minor: position.overdue_principal.minor(),
            interest_accrued_minor: position.interest_accrued.minor(),
            interest_of_day_minor: position.interest_of_day.minor(),
            interest_minor: position.interest.minor(),
            interest_deferred_minor: position.interest_deferred.minor(),
            penalty_minor: add(position.penalty.minor(), position.penalty_accrued.minor())?,
            compound_minor: add(position.compound.minor(), position.compound_accrued.minor())?,
            fees_minor: position.fees.minor(),
            credit_minor: position.credit.minor(),
            events: number_of(account.events_seen())?,
            days_past_due: position.days_past_due,
            loan_class: position.class.map_or(0, LoanClass::code),
            non_accrual: u8::from(position.non_accrual),
            stage: match account.replay.status.stage {
                Stage::Open => 0,
                Stage::Settled => 1,
                Stage::ChargedOff => 2,
                Stage::Closed => 3,
            },
            ..AccountState::default()
        };
        if let Some(quiet) = account.quiet()? {
            let (mantissa, decimals) = quiet.rate.mantissa_and_scale();
            if let (Ok(mantissa), Ok(decimals)) = (i64::try_from(mantissa), u8::try_from(decimals)) {
                (state.rate_mantissa, state.rate_decimals) = (mantissa, decimals);
                state.earning_minor = quiet.earning.minor();
                state.period_start_ymd = to_ymd(quiet.start);
                state.quiet_until_ymd = to_ymd(quiet.until);
            }
        }
        Ok(state)
    }

    /// Rolls the account to the end of a day: the events are all that are known of it. Rolled to the day it is of already,
    /// it stays as it is.
    ///
    /// # Errors
    ///
    /// The state is unchanged then:
    ///
    /// * [`ErrorCode::InvalidSnapshot`] for a record that no roll has left, and for fewer events than it has seen.
    /// * [`ErrorCode::DatesOutOfOrder`] for a day before that of the state.
    /// * those of [`Account::replay`].
    ///
    /// # Examples
    ///
    /// ```
    /// use puhui::loan::{Account, AccountState, LoanRecord};
    /// use puhui::parse_date;
    ///
    /// let record: LoanRecord = serde_json::from_str(
    ///     r#"{"currency":"CNY","principal":"50000.00","disbursed_on":"2020-01-20","rate":{"fixed":"0.0435"},
    ///         "day_count":"actual/360","method":"equal_instalment","instalments":36,"every":"1 month",
    ///         "first_due_on":"2020-02-20","rounding":"half_up"}"#,
    /// )?;
    /// let loan = record.loan()?;
    /// let mut state = AccountState::default();
    /// for day in parse_date("2020-01-20", "day")?.iter_days().take(60) {
    ///     state.roll(&loan, &[], day)?;
    /// }
    /// let replayed = Account::replay(&loan, &[], parse_date("2020-03-19", "as_of")?)?;
    /// assert_eq!(state, AccountState::of(&replayed)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn roll(&mut self, loan: &Loan<'_>, events: &[Event], day: NaiveDate) -> Result<()> {
        match self.quietly(loan.product().rules(), self.count(events), day)? {
            Some(state) => *self = state,
            None => *self = AccountState::of(&Account::replay(loan, events, day)?)?,
        }
        Ok(())
    }

    /// Rolls an account that is kept with a record beside its state to the end of a day: where it must be more than counted on, it
    /// goes on from the record, and not from its first day. The state becomes the same bytes as by [`AccountState::roll`].
    ///
    /// A step from a record costs what its instalments cost to read and write, however many events there were: as much as a replay of
    /// some hundred events. Shorter lives are rolled faster without one.
    ///
    /// The two belong together and are stored together. A state that says until when it is quiet has all that its days need: its
    /// record is `None` after the roll. That of every other, which is in arrears or under a relief, say, becomes the record of the
    /// day. A record of a day before that of the state does as well: a host may write it more rarely, and nothing is lost where it
    /// stopped between the two. Without a record the account is replayed.
    ///
    /// `events` are all that are known of the account. Those that the record has seen are only counted. Where one more of these
    /// days comes in, one of them is reversed, or a relief reaches back to rows that fell due before its grant, the account is replayed
    /// from its first day; where their number stays and one becomes another, the host sets the record to `None` and the state to 0.
    ///
    /// # Errors
    ///
    /// Those of [`AccountState::roll`], the state and the record being unchanged then; and those of [`Account::resume`] for a record
    /// that is none, within `record`, with [`ErrorCode::InvalidSnapshot`] for one of a day after that of the state.
    ///
    /// # Examples
    ///
    /// ```
    /// use puhui::loan::{Account, AccountState, LoanRecord};
    /// use puhui::parse_date;
    ///
    /// let record: LoanRecord = serde_json::from_str(
    ///     r#"{"currency":"CNY","principal":"50000.00","disbursed_on":"2020-01-20","rate":{"fixed":"0.0435"},
    ///         "day_count":"30e/360","method":"equal_instalment","instalments":36,"every":"1 month",
    ///         "first_due_on":"2020-02-20","rounding":"half_up","penalty":{"mark_up":"0.50"}}"#,
    /// )?;
    /// let loan = record.loan()?;
    /// let (mut state, mut tail) = (AccountState::default(), None);
    /// for day in parse_date("2020-01-20", "day")?.iter_days().take(60) {
    ///     state.roll_with(&mut tail, &loan, &[], day)?;
    ///     // Nobody pays: from the first due date on it is in arrears.
    ///     assert_eq!(tail.is_some(), day >= parse_date("2020-02-20", "day")?);
    /// }
    /// // On 19 March, 28 days past due; 1,302.75 for 29 days of 30E/360 at 6.525 %: 6.85.
    /// assert_eq!((state.days_past_due, state.penalty_minor), (28, 685));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn roll_with(
        &mut self,
        record: &mut Option<AccountRecord>,
        loan: &Loan<'_>,
        events: &[Event],
        day: NaiveDate,
    ) -> Result<()> {
        if let Some(state) = self.quietly(loan.product().rules(), self.count(events), day)? {
            *self = state;
            return Ok(());
        }
        let account = match record {
            Some(record) => {
                let account =
                    self.check_record(record).and_then(|()| Account::go_on(loan, record, events, day));
                account.map_err(in_record)?
            }
            None => Account::replay(loan, events, day)?,
        };
        let state = AccountState::of(&account)?;
        *record = if state.quiet_until_ymd == 0 { Some(account.record()?) } else { None };
        *self = state;
        Ok(())
    }

    /// Refuses a record of a day after that of the state.
    fn check_record(&self, record: &AccountRecord) -> Result<()> {
        let as_of = to_ymd(record.as_of()?);
        if as_of <= self.as_of_ymd {
            return Ok(());
        }
        let bound = match self.as_of_ymd {
            0 => "no record: the state was never rolled".into(),
            day => format!("{day} or earlier, the day of the state"),
        };
        Err(Error::new(ErrorCode::InvalidSnapshot, "as_of", as_of, bound))
    }

    /// The state at the end of a day.
    fn rolled(
        &self,
        product: &Product,
        terms: &Terms,
        events: &[Event],
        day: NaiveDate,
    ) -> Result<AccountState> {
        match self.quietly(product.rules(), self.count(events), day)? {
            Some(state) => Ok(state),
            None => AccountState::of(&Account::replay(&Loan::new(product, *terms)?, events, day)?),
        }
    }

    /// The number of events there are, each counted once. What is in the list twice is looked for only where there are more than
    /// the account has seen: it had seen no more than there are.
    fn count(&self, events: &[Event]) -> usize {
        if u32::try_from(events.len()).is_ok_and(|given| given <= self.events) {
            return events.len();
        }
        let mut numbers: Vec<u64> = events.iter().map(|event| event.no).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.len()
    }

    /// The state at the end of a day, if that can be told without a replay. `events` is the number that are known of the account.
    pub(crate) fn quietly(
        &self,
        rules: &ProductRules,
        events: usize,
        day: NaiveDate,
    ) -> Result<Option<AccountState>> {
        self.check(rules).map_err(|error| error.within("states"))?;
        let to = to_ymd(day);
        if self.as_of_ymd == 0 {
            return Ok(None);
        }
        if to < self.as_of_ymd {
            let bound = format!("{} or later", self.as_of_ymd);
            return Err(Error::new(ErrorCode::DatesOutOfOrder, "day", day, bound));
        }
        let given = number_of(events)?;
        if given < self.events {
            let bound = format!("{} or more: so many the state has seen", self.events);
            return Err(Error::new(ErrorCode::InvalidSnapshot, "events", given, bound));
        }
        if given != self.events {
            return Ok(None);
        }
        if to == self.as_of_ymd {
            return Ok(Some(*self));
        }
        if to >= self.quiet_until_ymd {
            return Ok(None);
        }
        let tomorrow = day_after(day)?;
        let Ok(start) = parse_ymd(self.period_start_ymd, "period_start") else { return Ok(None) };
        let by = |day| self.earned(rules, start, day);
        let (Some(accrued), Some(by_end)) = (by(day), by(tomorrow)) else { return Ok(None) };
        Ok(Some(AccountState {
            as_of_ymd: to,
            interest_accrued_minor: accrued,
            interest_of_day_minor: subtract(by_end, accrued)?,
            ..*self
        }))
    }

    /// What is earned from the start of the period to a day, rounded.
    pub(super) fn earned(&self, rules: &ProductRules, start: NaiveDate, day: NaiveDate) -> Option<i64> {
        // Only the conventions that ask for neither the maturity nor the period are ever quiet.
        let units = i128::from(rules.day_count.count(start, day, None));
        let rated = i128::from(self.earning_minor).checked_mul(i128::from(self.rate_mantissa))?;
        let unit = power_of_ten(u32::from(self.rate_decimals));
        let denominator = unit.checked_mul(i128::from(rules.day_count.basis()))?;
        let interest = rules.rounding.divide(rated.checked_mul(units)?, denominator)?;
        i64::try_from(interest).ok()
    }
}

/// What is wrong with a record, under its name.
#[cold]
fn in_record(error: Error) -> Error {
    let names_it = error.code() != ErrorCode::InvalidSnapshot || error.field() == "record";
    if names_it { error } else { inside(error, "record") }
}

/// The number of events there are, as the record holds it.
fn number_of(events: usize) -> Result<u32> {
    u32::try_from(events).map_err(|_| beyond("events", events, 32))
}

/// A stretch in which nothing but interest changes.
struct Quiet {
    start: NaiveDate,
    until: NaiveDate,
    earning: Money,
    rate: Rate,
}

impl Account<'_, '_> {
    /// How long nothing but interest changes, if that can be told.
    fn quiet(&self) -> Result<Option<Quiet>> {
        let replay = &self.replay;
        let plain = replay.status.stage == Stage::Open
            && replay.prepaid.interest == 0
            && replay.is_plain()
            && self.position.arrears.is_empty()
            && self.known_on.is_none();
        let day_count = replay.loan.product().rules().day_count;
        if !plain || day_count == DayCount::ThirtyE360Isda || day_count.asks_for_period() {
            return Ok(None);
        }
        let Some((start, end, earning, rate)) = replay.plan.quiet_period() else {
            return Ok(None);
        };
        let day = self.position.as_of;
        // What was paid off to the next due date was billed before its period ended.
        if start > day {
            return Ok(None);
        }
        let next_event = self.events.iter().map(|event| event.on).filter(|&on| on > day).min();
        let ladder = replay.servicing().ladder.as_ref();
        let versions = ladder.iter().flat_map(|ladder| ladder.versions()).map(|(from, _)| *from);
        let next_version = versions.filter(|&from| from > day).min();
        let stops = [replay.next_stop(next_event)?, next_version];
        let until = stops.into_iter().flatten().fold(end, NaiveDate::min);
        // Dates as numbers must hold it.
        let holds = (1900..2500).contains(&until.year()) && until > day;
        Ok(holds.then_some(Quiet { start, until, earning, rate }))
    }
}

impl AccountState {
    /// Rolls many accounts of one product to the end of a day.
    ///
    /// `terms`, `states` and `statuses` are columns, a row an account; the events of row i are
    /// `events[offsets[i]..offsets[i + 1]]`, all that are known of it. A row that fails keeps its state, and its error stands in
    /// `statuses`; the others are rolled. Run again, it changes nothing. Returns the number of rows that failed.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::BufferTooSmall`] for columns of different lengths and [`ErrorCode::OutOfRange`] for offsets that do not rise
    /// or go beyond the events; nothing is written then.
    pub fn roll_day(
        product: &Product,
        terms: &[Terms],
        events: &[Event],
        offsets: &[usize],
        day: NaiveDate,
        states: &mut [AccountState],
        statuses: &mut [Option<Error>],
    ) -> Result<usize> {
        for (field, length, needed) in [
            ("states", states.len(), terms.len()),
            ("statuses", statuses.len(), terms.len()),
            ("offsets", offsets.len(), terms.len() + 1),
        ] {
            if length != needed {
                return Err(Error::new(ErrorCode::BufferTooSmall, field, length, format!("{needed} rows")));
            }
        }
        let rises = offsets.windows(2).all(|pair| pair[0] <= pair[1]);
        if !rises || offsets.last().is_some_and(|&last| last > events.len()) {
            let bound = format!("numbers that rise to at most {}", events.len());
            return Err(Error::new(ErrorCode::OutOfRange, "offsets", "other numbers", bound));
        }
        let mut failed = 0;
        for (((terms, range), state), status) in
            terms.iter().zip(offsets.windows(2)).zip(states.iter_mut()).zip(statuses.iter_mut())
        {
            let events = events.get(range[0]..range[1]);
            let events = events.ok_or_else(|| Error::internal("events of a row", range[0]));
            *status = match events.and_then(|events| state.rolled(product, terms, events, day)) {
                Ok(rolled) => {
                    *state = rolled;
                    None
                }
                Err(error) => {
                    failed += 1;
                    Some(error)
                }
            };
        }
        Ok(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::parse_date;
    use crate::loan::account::event::EventKind;
    use crate::loan::agreement::payer::Payer;
    use crate::wire::loan::LoanRecord;

    #[test]
    fn a_list_with_an_event_twice_is_as_quiet_as_the_list_without() {
        let record: LoanRecord = serde_json::from_str(
            r#"{"currency":"CNY","principal":"50000.00","disbursed_on":"2020-01-20","rate":{"fixed":"0.0435"},
                "day_count":"30e/360","method":"equal_instalment","instalments":36,"every":"1 month",
                "first_due_on":"2020-02-20","rounding":"half_up"}"#,
        )
        .unwrap();
        let (loan, rules) = (record.loan().unwrap(), record.product().rules());
        let day = |text| parse_date(text, "day").unwrap();
        let paid = |no, on| {
            let what = EventKind::Repaid { amount: Money::from_minor(148_400), payer: Payer::Borrower };
            Event { no, on: day(on), booked_on: day(on), what }
        };
        let once = [paid(1, "2020-02-20"), paid(2, "2020-03-20")];
        let [first, second] = once.clone();
        let twice = [second.clone(), first.clone(), second, first];
        let mut state = AccountState::default();
        state.roll(&loan, &twice, day("2020-03-21")).unwrap();
        assert_eq!((state.events, state.quiet_until_ymd), (2, 20_200_420));
        let quiet = |events| state.quietly(rules, state.count(events), day("2020-03-22")).unwrap();
        assert!(quiet(&once).is_some());
        assert_eq!(quiet(&twice), quiet(&once));
        // One event less than it has seen is no smaller account.
        let error = { state }.roll(&loan, &once[..1], day("2020-03-22")).unwrap_err();
        assert_eq!((error.code(), error.field()), (ErrorCode::InvalidSnapshot, "events"));
        // A third event is news, in the list with copies too.
        let late = [twice.as_slice(), &[paid(3, "2020-03-01")]].concat();
        assert_eq!(quiet(&late), None);
    }

    #[test]
    fn what_no_roll_has_left_is_refused() {
        let good = AccountState { as_of_ymd: 20_200_131, ..AccountState::default() };
        assert_eq!(good.check_fields(), Ok(()));
        let ended = AccountState { stage: 1, ..good };
        let closed = AccountState { stage: 3, ..good };
        assert_eq!((ended.check_fields(), closed.check_fields()), (Ok(()), Ok(())));
        for (strange, field) in [
            (AccountState { as_of_ymd: 0, events: 1, ..good }, "as_of"),
            (AccountState { as_of_ymd: 20_200_132, ..good }, "as_of"),
            (AccountState { next_due_ymd: -1, ..good }, "next_due"),
            (AccountState { rate_decimals: 29, ..good }, "rate_decimals"),
            (AccountState { loan_class: 6, ..good }, "loan_class"),
            (AccountState { non_accrual: 2, ..good }, "non_accrual"),
            (AccountState { stage: 4, ..good }, "stage"),
            (AccountState { reserved: 1, ..good }, "reserved"),
            (AccountState { next_due_ymd: 20_200_131, ..good }, "next_due"),
            (AccountState { overdue_principal_minor: -1, ..good }, "overdue_principal"),
            (AccountState { principal_minor: 1, overdue_principal_minor: 2, ..good }, "overdue_principal"),
            (AccountState { penalty_minor: -1, ..good }, "penalty"),
            (AccountState { compound_minor: -1, ..good }, "compound"),
            (AccountState { fees_minor: -1, ..good }, "fees"),
            (AccountState { credit_minor: -1, ..good }, "credit"),
            (AccountState { next_due_ymd: 20_200_201, ..ended }, "next_due"),
            (AccountState { principal_minor: 1, ..ended }, "principal"),
            (AccountState { interest_accrued_minor: 1, ..ended }, "interest_accrued"),
            (AccountState { interest_of_day_minor: 1, ..ended }, "interest_of_day"),
            (AccountState { interest_minor: 1, ..closed }, "interest"),
            (AccountState { penalty_minor: 1, ..closed }, "penalty"),
            (AccountState { compound_minor: 1, ..closed }, "compound"),
            (AccountState { fees_minor: 1, ..closed }, "fees"),
            (AccountState { credit_minor: 1, ..closed }, "credit"),
            (AccountState { days_past_due: 1, ..closed }, "days_past_due"),
            (AccountState { non_accrual: 1, ..closed }, "non_accrual"),
            (AccountState { period_start_ymd: 20_200_120, ..good }, "period_start"),
            (AccountState { earning_minor: 1, ..good }, "earning"),
            (AccountState { rate_mantissa: 1, ..good }, "rate_mantissa"),
            (AccountState { rate_decimals: 1, ..good }, "rate_decimals"),
        ] {
            let error = strange.check_fields().unwrap_err();
            assert_eq!((error.code(), error.field()), (ErrorCode::InvalidSnapshot, field), "{error}");
        }
    }

    #[test]
    fn a_quiet_period_that_no_roll_has_left_is_refused() {
        let record: LoanRecord = serde_json::from_str(
            r#"{"currency":"CNY","principal":"50000.00","disbursed_on":"2020-01-20","rate":{"fixed":"0.0435"},
                "day_count":"30e/360","method":"equal_instalment","instalments":36,"every":"1 month",
                "first_due_on":"2020-02-20","rounding":"half_up"}"#,
        )
        .unwrap();
        let loan = record.loan().unwrap();
        let day = |text| parse_date(text, "day").unwrap();
        let mut good = AccountState::default();
        good.roll(&loan, &[], day("2020-01-31")).unwrap();
        // 11 days of 4.35 % on 50,000.00 by 30E/360, as the 31st is the 30th: 60.42; and the day to the 1st, 66.46.
        assert_eq!((good.interest_accrued_minor, good.interest_of_day_minor), (6_042, 604));
        assert_eq!((good.period_start_ymd, good.quiet_until_ymd), (20_200_120, 20_200_220));
        for (strange, field) in [
            (AccountState { quiet_until_ymd: 20_200_131, ..good }, "states.quiet_until"),
            (AccountState { quiet_until_ymd: 20_200_221, ..good }, "states.quiet_until"),
            (AccountState { quiet_until_ymd: 0, ..good }, "states.period_start"),
            (AccountState { period_start_ymd: 0, ..good }, "states.period_start"),
            (AccountState { period_start_ymd: 20_200_201, ..good }, "states.period_start"),
            (AccountState { period_start_ymd: 20_200_119, ..good }, "states.interest_accrued"),
            (AccountState { earning_minor: 5_100_000, ..good }, "states.interest_accrued"),
            (AccountState { rate_mantissa: 436, ..good }, "states.interest_accrued"),
            (AccountState { rate_decimals: 5, ..good }, "states.interest_accrued"),
            (AccountState { interest_accrued_minor: 6_043, ..good }, "states.interest_accrued"),
            (AccountState { interest_of_day_minor: 603, ..good }, "states.interest_of_day"),
            (AccountState { overdue_principal_minor: 1, ..good }, "states.overdue_principal"),
            (AccountState { interest_minor: 1, ..good }, "states.interest"),
            (AccountState { penalty_minor: 1, ..good }, "states.penalty"),
            (AccountState { compound_minor: 1, ..good }, "states.compound"),
            (AccountState { fees_minor: 1, ..good }, "states.fees"),
            (AccountState { days_past_due: 1, ..good }, "states.days_past_due"),
            (AccountState { non_accrual: 1, ..good }, "states.non_accrual"),
            (AccountState { stage: 2, principal_minor: 0, ..good }, "states.next_due"),
        ] {
            let mut tried = strange;
            let error = tried.roll(&loan, &[], day("2020-02-01")).unwrap_err();
            assert_eq!((error.code(), error.field()), (ErrorCode::InvalidSnapshot, field), "{error}");
            assert_eq!(tried, strange);
        }
    }
}
