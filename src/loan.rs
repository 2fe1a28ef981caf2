//! One loan: what was agreed, what it promises, what a relief makes of it, and what happened to it.
//!
//! # What is where
//!
//! * **What was signed.** [`Product`] by its [`ProductRules`] ([`Method`] with [`Balloon`], [`Graduated`] and [`Season`]; [`Grace`]; words
//!   such as [`LevelPayment`] and [`Reamortise`]), [`Terms`] and [`PlannedPrincipal`], [`Servicing`] ([`Penalty`], [`Compound`],
//!   [`AllocationOrder`], [`PayerRules`], [`PrepaymentRules`], [`NonAccrual`]); the checked pair is a [`Loan`]. Drawn again and again:
//!   [`CreditLine`].
//! * **What it promises.** [`Schedule`] of [`Instalment`]s with their [`Totals`], [`AnnualisedRates`].
//! * **What was granted.** [`Relief`] by its [`Window`], [`RowRelief`] ([`RowInterest`]) and [`Extension`]; what it changed is
//!   [`Relieved`], with the [`Outcome`] of each and the [`Impact`] of all.
//! * **What happened.** [`Event`]s by their [`EventKind`]; they come to an [`Account`] with its [`Position`], [`Owed`] arrears and
//!   [`Posting`]s. Of millions of accounts a bank holds an [`AccountState`] each;
//!   one that is written down whole, to go on from, is an [`AccountRecord`].
//! * **What is written.** [`LoanForm`], read into a [`LoanRecord`]; [`ReliefForm`]; [`EventForm`]; [`Snapshot`].
//!
//! Inside, each room uses only those before it: `agreement`, `schedule`, `relief`, `plan` (the rows that are still to fall due, and
//! what a relief or an event makes of them), `impact`, `account`; the forms are all in `wire`.

pub(crate) mod account;
pub(crate) mod agreement;
mod credit_line;
pub(crate) mod impact;
pub(crate) mod plan;
pub(crate) mod relief;
pub(crate) mod schedule;

pub use crate::wire::event::EventForm;
pub use crate::wire::loan::{LoanForm, LoanRecord};
pub use crate::wire::relief::ReliefForm;
pub use crate::wire::snapshot::Snapshot;
pub use account::event::{Event, EventKind, Prepayment};
pub use account::{Account, AccountRecord, AccountState, LedgerAccount, Position, Posting};
pub use agreement::allocation::{AllocateBy, AllocationOrder, Owed, Part};
pub use agreement::loan::Loan;
pub use agreement::method::{Balloon, Graduated, Method, PaymentStep, Season};
pub use agreement::payer::Payer;
pub use agreement::product::{
    AccrualEnds, FirstPeriod, Grace, InterestBase, LevelPayment, Product, ProductRules, Reamortise,
    TrancheEarns, UnpaidInterest,
};
pub use agreement::servicing::{
    AccrualPostings, ChangesFrom, Compound, CompoundBase, CompoundRate, ExcessPayment, InterestOn,
    NonAccrual, OverdueEarns, PayOffTo, PayerRules, Penalty, PrepaymentInterest, PrepaymentRules, Servicing,
};
pub use agreement::terms::{PlannedPrincipal, Terms};
pub use credit_line::CreditLine;
pub use impact::{Impact, Relieved};
pub use plan::Outcome;
pub use relief::{
    ClassUnderRelief, CreditReport, DaysPastDue, Extension, InterestCaughtUp, NewMaturity, PenaltyInWindow,
    PrincipalCaughtUp, Relief, RowInterest, RowRelief, Window,
};
pub use schedule::annualised::{AnnualisedRates, effective_rate, nominal_rate};
pub use schedule::instalments::Instalments;
pub use schedule::{Instalment, Schedule, Totals};
