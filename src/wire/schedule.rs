//! A schedule in full, before a relief and after it, in its wire form.

use std::fmt::Debug;

use serde::ser::{SerializeSeq, SerializeStruct};
use serde::{Serialize, Serializer};

use crate::error::Result;
use crate::loan::impact::Relieved;
use crate::loan::schedule::{Instalment, Schedule, Totals};
use crate::money::{Currency, Money};

/// A schedule in full: what is printed, and what the wire form shows.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ScheduleTable {
    /// The currency of every amount.
    currency: Currency,
    /// The rows.
    instalments: Vec<Instalment>,
    /// Their totals.
    totals: Totals,
}

impl Schedule<'_> {
    /// The rows and totals, collected for printing and for the wire form.
    ///
    /// # Errors
    ///
    /// Those of [`Schedule::write_into`].
    pub fn to_table(&self) -> Result<impl Serialize + Clone + Debug + use<>> {
        let instalments = self.to_vec()?;
        let totals = Totals::of(&instalments)?;
        Ok(ScheduleTable { currency: self.loan().product().rules().currency, instalments, totals })
    }
}

impl Relieved<'_> {
    /// The schedule after the reliefs, for printing and for the wire form.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`](crate::ErrorCode::Overflow) if a total does not fit.
    pub fn to_table(&self) -> Result<impl Serialize + Clone + Debug + use<>> {
        let currency = self.loan.product().rules().currency;
        Ok(ScheduleTable { currency, instalments: self.after().to_vec(), totals: Totals::of(self.after())? })
    }
}

impl Serialize for ScheduleTable {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut table = serializer.serialize_struct("ScheduleTable", 2)?;
        let rows = RowsWire { rows: &self.instalments, currency: self.currency };
        table.serialize_field("instalments", &rows)?;
        table.serialize_field("totals", &TotalsWire(self))?;
        table.end()
    }
}

/// Rows of a schedule.
pub(crate) struct RowsWire<'t> {
    pub(crate) rows: &'t [Instalment],
    pub(crate) currency: Currency,
}

impl Serialize for RowsWire<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut rows = serializer.serialize_seq(Some(self.rows.len()))?;
        for row in self.rows {
            rows.serialize_element(&RowWire { row, currency: self.currency })?;
        }
        rows.end()
    }
}

struct RowWire<'t> {
    row: &'t Instalment,
    currency: Currency,
}

impl Serialize for RowWire<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let Instalment { no, days, due_on, original_due_on, .. } = self.row;
        let mut wire = serializer.serialize_struct("Instalment", 12)?;
        let amount = |money: Money| money.display(self.currency).to_string();
        wire.serialize_field("no", no)?;
        wire.serialize_field("due_on", due_on)?;
        if let Some(original) = original_due_on {
            wire.serialize_field("original_due_on", original)?;
        }
        wire.serialize_field("days", days)?;
        wire.serialize_field("opening", &amount(self.row.opening))?;
        wire.serialize_field("principal", &amount(self.row.principal))?;
        wire.serialize_field("interest", &amount(self.row.interest))?;
        for (key, money) in [
            ("interest_deferred", self.row.interest_deferred),
            ("deferred_interest_paid", self.row.deferred_interest_paid),
            ("fees", self.row.fees),
        ] {
            if !money.is_zero() {
                wire.serialize_field(key, &amount(money))?;
            }
        }
        wire.serialize_field("payment", &amount(self.row.payment))?;
        wire.serialize_field("closing", &amount(self.row.closing))?;
        for (key, flag) in [("provisional", self.row.provisional), ("projected", self.row.projected)] {
            if flag {
                wire.serialize_field(key, &true)?;
            }
        }
        wire.end()
    }
}

struct TotalsWire<'t>(&'t ScheduleTable);

impl Serialize for TotalsWire<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let Totals { principal, interest, fees, payment, .. } = self.0.totals;
        let mut wire = serializer.serialize_struct("Totals", 4)?;
        let amount = |money: Money| money.display(self.0.currency).to_string();
        wire.serialize_field("principal", &amount(principal))?;
        wire.serialize_field("interest", &amount(interest))?;
        if !fees.is_zero() {
            wire.serialize_field("fees", &amount(fees))?;
        }
        wire.serialize_field("payment", &amount(payment))?;
        wire.end()
    }
}

impl Serialize for Relieved<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let currency = self.loan.product().rules().currency;
        let amount = |money: Money| money.display(currency).to_string();
        let impact = self.impact();
        let outcomes: Vec<&str> = impact.outcomes.iter().map(|outcome| outcome.as_str()).collect();
        let mut wire = serializer.serialize_struct("Impact", 12)?;
        wire.serialize_field("outcomes", &outcomes)?;
        for (key, money) in [
            ("interest_change", impact.interest_change),
            ("fees_change", impact.fees_change),
            ("deferred_principal", impact.deferred_principal),
            ("deferred_interest", impact.deferred_interest),
            ("capitalised_interest", impact.capitalised_interest),
            ("waived_interest", impact.waived_interest),
        ] {
            wire.serialize_field(key, &amount(money))?;
        }
        wire.serialize_field("last_due_before", &impact.last_due_before)?;
        wire.serialize_field("last_due_after", &impact.last_due_after)?;
        wire.serialize_field("largest_payment_before", &amount(impact.largest_payment_before))?;
        wire.serialize_field("largest_payment_after", &amount(impact.largest_payment_after))?;
        wire.serialize_field("present_value_change", &self.present_value_change().ok().map(amount))?;
        wire.end()
    }
}
