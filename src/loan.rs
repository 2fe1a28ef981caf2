//! One loan: what was agreed, what it promises, what a relief makes of it, and what happened to it.
//!
//! The rooms, each of which uses only those before it:
//!
//! * `agreement`: what was signed. Product, terms, servicing.
//! * `schedule`: what the agreement promises. Accrual, the payment of each method, the rows.
//! * `relief`: what was granted, a value.
//! * `plan`: the rows that are still to fall due, and what a relief or an event makes of them.
//! * `account`: what happened, and what it comes to.

pub(crate) mod account;
pub(crate) mod agreement;
mod credit_line;
pub(crate) mod impact;
pub(crate) mod plan;
pub(crate) mod relief;
pub(crate) mod schedule;

pub use crate::wire::account::{PositionTable, PostingsTable};
pub use crate::wire::event::{EventForm, PauseForm, ReAgedForm};
pub use crate::wire::loan::{
    FeesForm, GraceForm, GraduatedForm, LoanForm, LoanRecord, PlanForm, RateForm, RateStepForm,
};
pub use crate::wire::relief::{
    AtForm, ClassForm, CreditReportForm, HeldForm, MaturityForm, MeanwhileForm, ProtectedForm, ReliefForm,
};
pub use crate::wire::schedule::ScheduleTable;
pub use crate::wire::servicing::{
    AllocationForm, CompoundForm, LadderForm, LadderVersionForm, NonAccrualForm, PayerForm, PenaltyForm,
    PrepaymentForm, ProvisionForm,
};
pub use crate::wire::snapshot::Snapshot;
pub use account::event::{Event, EventKind, Prepayment};
pub use account::{Account, AccountState, LedgerAccount, Position, Posting, roll_day};
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
