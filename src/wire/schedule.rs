//! A schedule in full, and its wire form.

use serde::ser::{SerializeSeq, SerializeStruct};
use serde::{Serialize, Serializer};

use crate::loan::schedule::{Instalment, Totals};
use crate::money::{Currency, Money};

/// A schedule in full: what is printed, and what the wire form shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleTable {
    /// The currency of every amount.
    pub currency: Currency,
    /// The rows.
    pub instalments: Vec<Instalment>,
    /// Their totals.
    pub totals: Totals,
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
