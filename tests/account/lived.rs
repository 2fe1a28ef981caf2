//! A loan and what happened to it, and how its figures are shown.

use puhui::loan::{Account, AccountRecord, Event, EventForm, Instalment, LoanRecord, Part, Position};
use puhui::{Currency, Error, Money, parse_date};
use serde_json::{Value, json};

use crate::support::terms::{record, with};

/// 12,000.00 at 3.6 % of 30E/360, 1,000.00 of principal a month from 20 February 2020. The interest, of 12,000.00 less
/// 1,000.00 each month: 36.00, 33.00, 30.00, 27.00, 24.00, 21.00, 18.00, 15.00, 12.00, 9.00, 6.00, 3.00.
pub fn twelve(changes: Value) -> Value {
    let plain = json!({
        "currency": "CNY", "principal": "12000.00", "disbursed_on": "2020-01-20", "rate": {"fixed": "0.036"},
        "day_count": "30e/360", "method": "equal_principal", "instalments": 12, "every": "1 month",
        "first_due_on": "2020-02-20", "rounding": "half_up"
    });
    with(plain, changes)
}

/// 120,000.00 at 3.6 % of actual/360, 10,000.00 of principal a month from 20 February 2020. The first four rows have 31,
/// 29, 31 and 30 days: 12.00 x 31 = 372.00, 11.00 x 29 = 319.00, 10.00 x 31 = 310.00, 9.00 x 30 = 270.00.
pub fn large(changes: Value) -> Value {
    with(twelve(json!({"principal": "120000.00", "day_count": "actual/360"})), changes)
}

pub struct Lived {
    record: LoanRecord,
    events: Vec<Event>,
}

/// A loan of these terms, to which this happened.
pub fn lived(terms: &Value, events: Value) -> Lived {
    let record = record(terms).unwrap_or_else(|error| panic!("{error}\n{terms}"));
    let forms: Vec<EventForm> = serde_json::from_value(events).unwrap();
    let events = (1..).zip(&forms).map(|(place, form)| form.read(Currency::CNY, place).unwrap()).collect();
    Lived { record, events }
}

impl Lived {
    /// Looks at the account of the end of a day.
    pub fn account<T>(&self, day: &str, look: impl FnOnce(&Account<'_, '_>) -> T) -> T {
        let loan = self.record.loan().unwrap();
        let day = parse_date(day, "day").unwrap();
        let account = Account::replay(&loan, &self.events, day).unwrap_or_else(|error| panic!("{error}"));
        look(&account)
    }

    pub fn error(&self, day: &str) -> Error {
        let loan = self.record.loan().unwrap();
        Account::replay(&loan, &self.events, parse_date(day, "day").unwrap()).expect_err("an error")
    }

    pub fn on(&self, day: &str) -> Position {
        self.account(day, |account| conserved(account.position()))
    }

    /// The position of a day, of the account as it was written down then and is read back.
    pub fn read_back(&self, day: &str) -> Position {
        let loan = self.record.loan().unwrap();
        let day = parse_date(day, "day").unwrap();
        let written = Account::replay(&loan, &self.events, day).unwrap().record().unwrap();
        let record: AccountRecord = serde_json::from_str(&serde_json::to_string(&written).unwrap()).unwrap();
        Account::resume(&loan, &record, &[], day).unwrap().position().clone()
    }

    /// The position of a day, by what was booked up to another.
    pub fn known(&self, day: &str, known_on: &str) -> Position {
        let loan = self.record.loan().unwrap();
        let [day, known_on] = [day, known_on].map(|day| parse_date(day, "day").unwrap());
        conserved(Account::as_known_on(&loan, &self.events, day, known_on).unwrap().position())
    }

    /// The rows ahead, each as `due date: principal + interest`, with `+ interest that was put off` where there is any.
    pub fn ahead(&self, day: &str) -> Vec<String> {
        self.account(day, |account| account.rows_to_come()).iter().map(row).collect()
    }

    /// All entries up to a day, each as `booking date account amount`, a `*` after it if it is a correction.
    pub fn entries(&self, day: &str) -> Vec<String> {
        let mut sum = 0;
        let entries = self.account(day, |account| account.postings().unwrap());
        let shown = entries.iter().map(|entry| {
            sum += entry.amount.minor();
            let mark = if entry.correction { " *" } else { "" };
            format!("{} {} {}{mark}", entry.on, entry.account, shown(entry.amount))
        });
        let shown = shown.collect();
        assert_eq!(sum, 0, "{shown:#?}");
        shown
    }
}

/// Paid out + capitalised = repaid + charged off net of what came back + outstanding.
fn conserved(position: &Position) -> Position {
    let p = position;
    let [paid_out, kept] = [
        p.disbursed.minor() + p.capitalised.minor(),
        p.principal_repaid.minor() + p.charged_off.minor() - p.recovered.minor() + p.principal.minor(),
    ];
    assert_eq!(paid_out, kept, "{p:#?}");
    p.clone()
}

fn row(row: &Instalment) -> String {
    let mut text = format!("{}: {} + {}", row.due_on, shown(row.principal), shown(row.interest));
    if !row.deferred_interest_paid.is_zero() {
        text += &format!(" + {}", shown(row.deferred_interest_paid));
    }
    text
}

pub fn shown(amount: Money) -> String {
    amount.display(Currency::CNY).to_string()
}

pub fn texts<const N: usize>(amounts: [Money; N]) -> [String; N] {
    amounts.map(shown)
}

/// What is in arrears, each as `due date: part amount, part amount`, parts of nothing left out.
pub fn owed(position: &Position) -> Vec<String> {
    let of = |owed: &puhui::loan::Owed| {
        let parts = Part::ALL.iter().map(|&part| (part, owed.part(part)));
        let parts = parts.filter(|(_, amount)| !amount.is_zero());
        let parts: Vec<String> = parts.map(|(part, amount)| format!("{part} {}", shown(amount))).collect();
        format!("{}: {}", owed.due_on, parts.join(", "))
    };
    position.arrears.iter().map(of).collect()
}

/// The entries of some days.
pub fn of<'e>(entries: &'e [String], days: &[&str]) -> Vec<&'e str> {
    entries.iter().filter(|entry| days.iter().any(|day| entry.starts_with(day))).map(String::as_str).collect()
}
