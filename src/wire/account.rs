//! What an account gives, in its wire form.

use std::fmt::Debug;

use chrono::NaiveDate;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::error::Result;
use crate::loan::account::postings::Posting;
use crate::loan::account::{Account, Position};
use crate::loan::agreement::allocation::{Owed, Part};
use crate::loan::schedule::Instalment;
use crate::money::{Currency, Money};
use crate::wire::schedule::RowsWire;

/// A position with the instalments ahead of it: what the wire form shows of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
struct PositionTable {
    /// The currency of every amount.
    currency: Currency,
    /// The position.
    position: Position,
    /// The instalments ahead.
    ahead: Vec<Instalment>,
}

/// The entries of an account, as the wire form shows them: the amount of each under `debit` or `credit`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct PostingsTable {
    /// The currency of every amount.
    currency: Currency,
    /// The entries, in the order of their booking dates.
    postings: Vec<Posting>,
}

impl Account<'_, '_> {
    /// The position and the instalments ahead, for the wire form.
    ///
    /// # Examples
    ///
    /// ```
    /// use puhui::loan::{Account, LoanRecord};
    /// use puhui::parse_date;
    ///
    /// let record: LoanRecord = serde_json::from_str(
    ///     r#"{"currency":"CNY","principal":"50000.00","disbursed_on":"2020-01-20","rate":{"fixed":"0.0435"},
    ///         "day_count":"30e/360","method":"equal_instalment","instalments":36,"every":"1 month",
    ///         "first_due_on":"2020-02-20","rounding":"half_up"}"#,
    /// )?;
    /// let loan = record.loan()?;
    /// let account = Account::replay(&loan, &[], parse_date("2020-02-21", "as_of")?)?;
    /// let position = serde_json::to_value(account.to_table())?;
    /// assert_eq!(position["principal"], "50000.00");
    /// assert_eq!(position["days_past_due"], 1);
    /// assert_eq!(position["arrears"][0]["principal"], "1302.75");
    /// assert_eq!(position["next_due"]["amount"], "1484.00");
    /// assert_eq!(position["ahead"][0]["due_on"], "2020-03-20");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn to_table(&self) -> impl Serialize + Clone + Debug + use<> {
        PositionTable {
            currency: self.currency(),
            position: self.position().clone(),
            ahead: self.rows_to_come(),
        }
    }

    /// The entries of [`Account::postings`], for the wire form.
    ///
    /// # Errors
    ///
    /// Those of [`Account::postings`].
    pub fn to_postings_table(&self) -> Result<impl Serialize + Clone + Debug + use<>> {
        Ok(PostingsTable { currency: self.currency(), postings: self.postings()? })
    }

    pub(crate) fn currency(&self) -> Currency {
        self.loan().product().rules().currency
    }
}

impl Serialize for PositionTable {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let PositionTable { currency, position, ahead } = self;
        let amount = |money: Money| money.display(*currency).to_string();
        let mut wire = serializer.serialize_struct("Position", 29)?;
        wire.serialize_field("as_of", &position.as_of)?;
        for (key, money) in [
            ("principal", position.principal),
            ("overdue_principal", position.overdue_principal),
            ("interest_accrued", position.interest_accrued),
            ("interest_of_day", position.interest_of_day),
            ("interest", position.interest),
            ("interest_deferred", position.interest_deferred),
            ("penalty", position.penalty),
            ("penalty_accrued", position.penalty_accrued),
            ("compound", position.compound),
            ("compound_accrued", position.compound_accrued),
            ("fees", position.fees),
            ("credit", position.credit),
            ("pay_off", position.pay_off),
        ] {
            wire.serialize_field(key, &amount(money))?;
        }
        wire.serialize_field("days_past_due", &position.days_past_due)?;
        if let Some(class) = position.class {
            wire.serialize_field("class", &class)?;
        }
        if let Some(provision) = position.provision {
            wire.serialize_field("provision", &amount(provision))?;
        }
        wire.serialize_field("non_accrual", &position.non_accrual)?;
        if position.credit_report_protected {
            wire.serialize_field("credit_report_protected", &true)?;
        }
        for (key, money) in [
            ("disbursed", position.disbursed),
            ("capitalised", position.capitalised),
            ("principal_repaid", position.principal_repaid),
            ("charged_off", position.charged_off),
            ("recovered", position.recovered),
        ] {
            wire.serialize_field(key, &amount(money))?;
        }
        wire.serialize_field("closed", &position.closed)?;
        if let Some((on, next)) = position.next_due {
            wire.serialize_field("next_due", &DueWire { on, amount: amount(next) })?;
        }
        wire.serialize_field("arrears", &ArrearsWire(self))?;
        wire.serialize_field("ahead", &RowsWire { rows: ahead, currency: *currency })?;
        wire.end()
    }
}

#[derive(Serialize)]
struct DueWire {
    on: NaiveDate,
    amount: String,
}

struct ArrearsWire<'t>(&'t PositionTable);

impl Serialize for ArrearsWire<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let currency = self.0.currency;
        serializer.collect_seq(self.0.position.arrears.iter().map(|owed| OwedWire { owed, currency }))
    }
}

struct OwedWire<'t> {
    owed: &'t Owed,
    currency: Currency,
}

impl Serialize for OwedWire<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut wire = serializer.serialize_struct("Owed", 6)?;
        wire.serialize_field("due_on", &self.owed.due_on)?;
        for &part in Part::ALL {
            let money = self.owed.part(part);
            if !money.is_zero() {
                wire.serialize_field(part.as_str(), &money.display(self.currency).to_string())?;
            }
        }
        wire.end()
    }
}

impl Serialize for PostingsTable {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let currency = self.currency;
        serializer.collect_seq(self.postings.iter().map(|posting| PostingWire { posting, currency }))
    }
}

struct PostingWire<'t> {
    posting: &'t Posting,
    currency: Currency,
}

impl Serialize for PostingWire<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let Posting { on, account, amount, correction } = self.posting;
        let mut wire = serializer.serialize_struct("Posting", 4)?;
        wire.serialize_field("on", on)?;
        wire.serialize_field("account", account)?;
        // The sides have the sign.
        let shown = amount.display(self.currency).to_string();
        match shown.strip_prefix('-') {
            Some(credit) => wire.serialize_field("credit", credit)?,
            None => wire.serialize_field("debit", &shown)?,
        }
        if *correction {
            wire.serialize_field("correction", &true)?;
        }
        wire.end()
    }
}
