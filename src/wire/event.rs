//! The wire form of what happened to a loan.

use chrono::NaiveDate;

use crate::calendar::parse_date;
use crate::error::{Error, ErrorCode, Result};
use crate::loan::account::event::{Event, EventKind};
use crate::loan::agreement::payer::Payer;
use crate::loan::relief::Relief;
use crate::money::{Currency, Money};
use crate::wire::form::{Form, form, required};
use crate::wire::relief::ReliefForm;
use crate::wire::text::{contradiction, read, read_count};

form! {
    /// The wire form of an [`Event`], as it is written: texts that have not been read yet.
    ///
    /// Beside its dates and its number it holds exactly one thing that happened. Unknown keys are refused.
    ///
    /// # Examples
    ///
    /// ```
    /// use puhui::loan::{EventForm, EventKind, Payer};
    /// use puhui::{Currency, Money};
    ///
    /// let form: EventForm = serde_json::from_str(r#"{"on":"2020-02-20","repaid":"1486.27"}"#)?;
    /// // The third of its list, and therefore number 3.
    /// let event = form.read(Currency::CNY, 3)?;
    /// assert_eq!((event.no, event.booked_on), (3, event.on));
    /// assert_eq!(event.what, EventKind::Repaid { amount: Money::from_minor(148_627), payer: Payer::Borrower });
    /// assert_eq!(
    ///     serde_json::to_string(&EventForm::of(&event, Currency::CNY))?,
    ///     r#"{"no":3,"on":"2020-02-20","booked_on":"2020-02-20","repaid":"1486.27","payer":"borrower"}"#,
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// A field for each key of the wire form, which is flat.
    pub struct EventForm {
        /// Its number, 1 or more. None: its place in the list.
        no: u64,
        /// The value date. Required.
        on: String,
        /// The day it was booked. None: the value date.
        booked_on: String,
        /// A tranche was paid out: the amount.
        disbursed: String,
        /// Somebody paid: the amount.
        repaid: String,
        /// Somebody paid ahead of time: the amount.
        prepaid: String,
        /// Of a repayment or prepayment: who paid, a word of [`Payer`](crate::loan::Payer). None: the borrower.
        payer: String,
        /// Of a prepayment: what becomes of the instalments that remain, a word of [`Prepayment`](crate::loan::Prepayment). Required with
        /// one.
        how: String,
        /// Another rate holds: the annual rate.
        rate_reset: String,
        /// A relief was granted, on the value date: a [`ReliefForm`](crate::loan::ReliefForm).
        relief: ReliefForm,
        /// No interest is earned from the value date to a day, both included: `{"until": "2020-06-30"}`.
        interest_paused: PauseForm,
        /// Billed interest is not owed any more: the amount.
        interest_waived: String,
        /// The instalment of the value date falls due on another day: that day.
        due_date_moved: String,
        /// Arrears and all that remains fall due in new instalments: `{"instalments": 6, "first_due_on": "2020-11-01"}`.
        re_aged: ReAgedForm,
        /// Arrears fall due with the instalments that remain: `true`.
        re_amortised: bool,
        /// A fee: the amount.
        fee_charged: String,
        /// Billed fees are not owed any more: the amount.
        fee_waived: String,
        /// The proceeds of another loan repaid this one: the amount.
        renewed: String,
        /// Of a renewal: the host's number of the other loan. Required with one.
        by: u64,
        /// An earlier event never was: its number.
        reversed: u64,
        /// All that is outstanding is written off: `true`.
        charged_off: bool,
        /// Something came back after that: the amount.
        recovered: String,
        /// The guarantor paid: the amount.
        guarantee_paid: String,
        /// The account is closed: `true`.
        closed: bool,
    }
}

form! {
    /// A pause of the interest.
    pub(crate) struct PauseForm {
        /// The last day without interest. Required.
        until: String,
    }
}

form! {
    /// New instalments.
    pub(crate) struct ReAgedForm {
        /// Their number. Required.
        instalments: u32,
        /// The due date of the first, after the value date. Required.
        first_due_on: String,
    }
}

/// The keys that say nothing of what happened by themselves.
const BESIDE: [&str; 6] = ["no", "on", "booked_on", "payer", "how", "by"];

/// What an event may say that happened.
fn choice() -> String {
    let happenings = EventForm::KEYS.iter().copied().filter(|key| !BESIDE.contains(key));
    format!("one of {}", happenings.collect::<Vec<_>>().join(" "))
}

/// Makes what happened of its amount.
type OfAmount = fn(Money) -> EventKind;

fn read_amount(text: &str, currency: Currency, field: &'static str) -> Result<Money> {
    let amount = Money::parse(text, currency).map_err(|error| error.at(field))?;
    if amount <= Money::ZERO {
        return Err(Error::new(ErrorCode::OutOfRange, field, amount.display(currency), "above 0"));
    }
    Ok(amount)
}

/// The number of an event: events are counted from 1.
fn read_number(no: u64, field: &'static str) -> Result<u64> {
    if no == 0 {
        return Err(Error::new(ErrorCode::OutOfRange, field, no, "1 or more"));
    }
    Ok(no)
}

fn out_of_order<T>(field: &'static str, date: NaiveDate, bound: String) -> Result<T> {
    Err(Error::new(ErrorCode::DatesOutOfOrder, field, date, bound))
}

impl EventForm {
    /// Reads the event, its amounts in `currency`. `position` is its place in the list, the first being 1: its number,
    /// if it has none of its own.
    ///
    /// # Errors
    ///
    /// Names the key, `interest_paused.until` where it stands in an object:
    ///
    /// * [`ErrorCode::Missing`] for an event without a value date, or without anything that happened (at `event`), and
    ///   for a key that what happened makes necessary.
    /// * [`ErrorCode::Contradiction`] for a second thing that happened, for a key that does not belong to what
    ///   happened, for a relief granted on another day, and for `false` where only `true` says something.
    /// * [`ErrorCode::OutOfRange`] for an amount that is not above zero, a number of zero, and instalments outside 1
    ///   to [`Loan::MAX_INSTALMENTS`](crate::loan::Loan::MAX_INSTALMENTS).
    /// * [`ErrorCode::DatesOutOfOrder`] for an event booked before its value date, unless it changes the terms, a pause that ends before it begins,
    ///   and a first due date that is not after the value date.
    /// * The errors of the text forms of amounts, rates, dates and words, and those of a [`Relief`].
    pub fn read(&self, currency: Currency, position: u64) -> Result<Event> {
        let on = parse_date(required(self.on.as_ref(), "on", "the value date")?, "on")?;
        let booked_on = match &self.booked_on {
            Some(day) => parse_date(day, "booked_on")?,
            None => on,
        };
        let no = read_number(self.no.unwrap_or(position), "no")?;
        self.check_keys()?;
        let what = match self.read_amounts(currency)? {
            Some(what) => what,
            None => self.read_changes(on)?,
        };
        // Whether a change of terms may be agreed ahead is for the product of the loan to say.
        if booked_on < on && !what.changes_terms() {
            return out_of_order("booked_on", booked_on, format!("{on} or later"));
        }
        Ok(Event { no, on, booked_on, what })
    }

    /// At most one thing that happened, and no key that belongs to another.
    fn check_keys(&self) -> Result<()> {
        let mut given = self.given().into_iter().filter(|key| !BESIDE.contains(key));
        let Some(first) = given.next() else {
            return required(None, "event", &choice());
        };
        if let Some(second) = given.next() {
            let bound = format!("nothing beside {first}: exactly {}", choice());
            return contradiction(second, "a second event", &bound);
        }
        let extras = [
            ("payer", self.payer.is_some(), matches!(first, "repaid" | "prepaid"), "repaid or prepaid"),
            ("how", self.how.is_some(), first == "prepaid", "prepaid"),
            ("by", self.by.is_some(), first == "renewed", "renewed"),
        ];
        for (field, given, belongs, owner) in extras {
            if given && !belongs {
                return contradiction(field, "a value", &format!("nothing unless the event is {owner}"));
            }
        }
        Ok(())
    }

    /// What happened, where it is an amount.
    fn read_amounts(&self, currency: Currency) -> Result<Option<EventKind>> {
        let plain: [(_, _, OfAmount); 6] = [
            ("disbursed", &self.disbursed, EventKind::Disbursed),
            ("interest_waived", &self.interest_waived, EventKind::InterestWaived),
            ("fee_charged", &self.fee_charged, EventKind::FeeCharged),
            ("fee_waived", &self.fee_waived, EventKind::FeeWaived),
            ("recovered", &self.recovered, EventKind::Recovered),
            ("guarantee_paid", &self.guarantee_paid, EventKind::GuaranteePaid),
        ];
        for (field, text, kind) in plain {
            if let Some(text) = text {
                return Ok(Some(kind(read_amount(text, currency, field)?)));
            }
        }
        if let Some(text) = &self.repaid {
            let amount = read_amount(text, currency, "repaid")?;
            return Ok(Some(EventKind::Repaid { amount, payer: self.read_payer()? }));
        }
        if let Some(text) = &self.prepaid {
            let amount = read_amount(text, currency, "prepaid")?;
            let how = required(self.how.as_ref(), "how", "one of keep_term keep_instalment settle")?;
            let how = read(how, "how")?;
            return Ok(Some(EventKind::Prepaid { amount, payer: self.read_payer()?, how }));
        }
        if let Some(text) = &self.renewed {
            let amount = read_amount(text, currency, "renewed")?;
            let by = required(self.by, "by", "the number of the loan whose proceeds repay this one")?;
            return Ok(Some(EventKind::Renewed { amount, by }));
        }
        Ok(None)
    }

    fn read_payer(&self) -> Result<Payer> {
        self.payer.as_ref().map_or(Ok(Payer::Borrower), |payer| read(payer, "payer"))
    }

    /// What happened, where it is no amount.
    fn read_changes(&self, on: NaiveDate) -> Result<EventKind> {
        let plain = [
            ("re_amortised", self.re_amortised, EventKind::ReAmortised),
            ("charged_off", self.charged_off, EventKind::ChargedOff),
            ("closed", self.closed, EventKind::Closed),
        ];
        for (field, given, kind) in plain {
            match given {
                None => {}
                Some(true) => return Ok(kind),
                Some(false) => return contradiction(field, false, "true, or no such key"),
            }
        }
        if let Some(rate) = &self.rate_reset {
            return Ok(EventKind::RateReset(read(rate, "rate_reset")?));
        }
        if let Some(no) = self.reversed {
            return Ok(EventKind::Reversed { no: read_number(no, "reversed")? });
        }
        if let Some(form) = &self.interest_paused {
            return form.read(on);
        }
        if let Some(to) = &self.due_date_moved {
            return Ok(EventKind::DueDateMoved { to: parse_date(to, "due_date_moved")? });
        }
        if let Some(form) = &self.re_aged {
            return form.read(on);
        }
        let form = required(self.relief.as_ref(), "event", &choice())?;
        let relief = Relief::try_from(form.clone()).map_err(|error| error.within("relief"))?;
        if relief.granted_on != on {
            let bound = format!("{on}, the value date");
            return contradiction("relief.granted_on", relief.granted_on, &bound);
        }
        Ok(EventKind::Relief(Box::new(relief)))
    }

    /// Writes an event out in full, its amounts in `currency`.
    #[must_use]
    pub fn of(event: &Event, currency: Currency) -> EventForm {
        let mut form = EventForm {
            no: Some(event.no),
            on: Some(event.on.to_string()),
            booked_on: Some(event.booked_on.to_string()),
            ..EventForm::default()
        };
        let show = |amount: Money| Some(amount.display(currency).to_string());
        match &event.what {
            EventKind::Disbursed(amount) => form.disbursed = show(*amount),
            EventKind::Repaid { amount, payer } => {
                form.repaid = show(*amount);
                form.payer = Some(payer.to_string());
            }
            EventKind::Prepaid { amount, payer, how } => {
                form.prepaid = show(*amount);
                form.payer = Some(payer.to_string());
                form.how = Some(how.to_string());
            }
            EventKind::RateReset(rate) => form.rate_reset = Some(rate.to_string()),
            EventKind::Relief(relief) => form.relief = Some(Relief::clone(relief).into()),
            EventKind::InterestPaused { until } => {
                form.interest_paused = Some(PauseForm { until: Some(until.to_string()) });
            }
            EventKind::InterestWaived(amount) => form.interest_waived = show(*amount),
            EventKind::DueDateMoved { to } => form.due_date_moved = Some(to.to_string()),
            EventKind::ReAged { instalments, first_due_on } => {
                form.re_aged = Some(ReAgedForm {
                    instalments: Some(u32::from(*instalments)),
                    first_due_on: Some(first_due_on.to_string()),
                });
            }
            EventKind::ReAmortised => form.re_amortised = Some(true),
            EventKind::FeeCharged(amount) => form.fee_charged = show(*amount),
            EventKind::FeeWaived(amount) => form.fee_waived = show(*amount),
            EventKind::Renewed { amount, by } => {
                form.renewed = show(*amount);
                form.by = Some(*by);
            }
            EventKind::Reversed { no } => form.reversed = Some(*no),
            EventKind::ChargedOff => form.charged_off = Some(true),
            EventKind::Recovered(amount) => form.recovered = show(*amount),
            EventKind::GuaranteePaid(amount) => form.guarantee_paid = show(*amount),
            EventKind::Closed => form.closed = Some(true),
        }
        form
    }
}

impl PauseForm {
    fn read(&self, on: NaiveDate) -> Result<EventKind> {
        let until = required(self.until.as_ref(), "interest_paused.until", "the last day without interest")?;
        let until = parse_date(until, "interest_paused.until")?;
        if until < on {
            return out_of_order("interest_paused.until", until, format!("{on} or later"));
        }
        Ok(EventKind::InterestPaused { until })
    }
}

impl ReAgedForm {
    fn read(&self, on: NaiveDate) -> Result<EventKind> {
        let instalments = required(self.instalments, "re_aged.instalments", "a number of instalments")?;
        let instalments = read_count(instalments, "re_aged.instalments")?.get();
        let first = required(self.first_due_on.as_ref(), "re_aged.first_due_on", "a date")?;
        let first_due_on = parse_date(first, "re_aged.first_due_on")?;
        if first_due_on <= on {
            return out_of_order("re_aged.first_due_on", first_due_on, format!("after {on}"));
        }
        Ok(EventKind::ReAged { instalments, first_due_on })
    }
}
