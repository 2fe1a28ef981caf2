//! A saved account, to be restored.

use serde::{Deserialize, Serialize};

use crate::calendar::parse_date;
use crate::error::{Error, ErrorCode, Result};
use crate::loan::account::event::Event;
use crate::loan::account::{Account, Position};
use crate::loan::agreement::loan::Loan;
use crate::money::Currency;
use crate::wire::event::EventForm;
use crate::wire::loan::{LoanForm, LoanRecord};

/// A saved account: its loan, all that happened to it, and what it came to. It can be stored, and restored with
/// what happened since; another loan's, a later version's or a damaged one is refused.
///
/// The same account gives the same snapshot, to the byte. Of an account as it was known on a day, only what was known is in it.
///
/// # Examples
///
/// ```
/// use puhui::loan::{Account, Event, EventKind, LoanRecord, Payer, Snapshot};
/// use puhui::{Money, parse_date};
///
/// let record: LoanRecord = serde_json::from_str(
///     r#"{"currency":"CNY","principal":"50000.00","disbursed_on":"2020-01-20","rate":{"fixed":"0.0435"},
///         "day_count":"30e/360","method":"equal_instalment","instalments":36,"every":"1 month",
///         "first_due_on":"2020-02-20","rounding":"half_up"}"#,
/// )?;
/// let loan = record.loan()?;
/// let account = Account::replay(&loan, &[], parse_date("2020-02-21", "as_of")?)?;
/// let stored = serde_json::to_string(&Snapshot::of(&account)?)?;
///
/// // Later: restored, with what happened since.
/// let snapshot: Snapshot = serde_json::from_str(&stored)?;
/// let mut events = snapshot.resume(&loan)?;
/// let on = parse_date("2020-02-25", "on")?;
/// let what = EventKind::Repaid { amount: Money::from_minor(148_400), payer: Payer::Borrower };
/// events.push(Event { no: 1, on, booked_on: on, what });
/// let account = Account::replay(&loan, &events, on)?;
/// assert_eq!(account.position().days_past_due, 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    version: u32,
    loan: LoanForm,
    as_of: String,
    events: Vec<EventForm>,
    figures: Figures,
}

/// Declares what an account came to: its amounts by the names that they have in a position, each once.
macro_rules! figures {
    ($($amount:ident)+) => {
        /// What an account came to: amounts in the loan's currency.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Figures {
            $($amount: String,)+
            days_past_due: u32,
        }

        impl Figures {
            fn of(position: &Position, currency: Currency) -> Figures {
                Figures {
                    $($amount: position.$amount.display(currency).to_string(),)+
                    days_past_due: position.days_past_due,
                }
            }

            /// The name of the first figure that differs, and both.
            fn difference(&self, other: &Figures) -> Option<(&'static str, String, String)> {
                $(if self.$amount != other.$amount {
                    return Some((stringify!($amount), self.$amount.clone(), other.$amount.clone()));
                })+
                let (days, others) = (self.days_past_due, other.days_past_due);
                (days != others).then(|| ("days_past_due", days.to_string(), others.to_string()))
            }
        }
    };
}

figures! {
    principal overdue_principal interest interest_accrued interest_deferred penalty compound fees credit pay_off
}

impl Snapshot {
    /// The version that is written, and the only one that is read.
    pub const VERSION: u32 = 1;

    /// Puts an account down.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Contradiction`] for an account that goes on from a record: what happened before is not known.
    pub fn of(account: &Account<'_, '_>) -> Result<Snapshot> {
        if account.goes_on() {
            let bound = "an account of all that happened to it";
            return Err(Error::new(ErrorCode::Contradiction, "record", "a record", bound));
        }
        let currency = account.currency();
        Ok(Snapshot {
            version: Snapshot::VERSION,
            loan: LoanRecord::new(account.loan()).into(),
            as_of: account.position().as_of.to_string(),
            events: account.known_events().map(|event| EventForm::of(event, currency)).collect(),
            figures: Figures::of(account.position(), currency),
        })
    }

    /// Takes the account up again: the events that happened to it by the day of the snapshot. With those that happened since,
    /// [`Account::replay`] goes on where it was saved.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::InvalidSnapshot`] for another version, another loan, and figures that the events do not come to.
    /// * Those of [`EventForm::read`] and [`Account::replay`], within `events`.
    pub fn resume(&self, loan: &Loan<'_>) -> Result<Vec<Event>> {
        let strange = |field: &'static str, value: String, bound: String| {
            Err(Error::new(ErrorCode::InvalidSnapshot, field, value, bound))
        };
        if self.version != Snapshot::VERSION {
            return strange("version", self.version.to_string(), Snapshot::VERSION.to_string());
        }
        if self.loan != LoanForm::from(LoanRecord::new(loan)) {
            let value = format!("a loan disbursed on {}", loan.terms().disbursed_on);
            return strange("loan", value, "the loan that the snapshot is of, by product and terms".into());
        }
        let as_of = parse_date(&self.as_of, "as_of")?;
        let currency = loan.product().rules().currency;
        let read = |(place, form): (usize, &EventForm)| {
            let position = u64::try_from(place).unwrap_or(u64::MAX).saturating_add(1);
            form.read(currency, position).map_err(|error| error.within(&format!("events[{place}]")))
        };
        let events = self.events.iter().enumerate().map(read).collect::<Result<Vec<Event>>>()?;
        let account = Account::replay(loan, &events, as_of)?;
        let found = Figures::of(account.position(), currency);
        if let Some((figure, stored, found)) = self.figures.difference(&found) {
            return strange(
                "figures",
                format!("{figure} {stored}"),
                format!("{found}, what the events come to"),
            );
        }
        Ok(events)
    }
}
