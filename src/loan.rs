//! One loan: its product and terms, and the schedule that they promise.

mod account;
mod accrual;
mod allocation;
mod annuity;
mod arrears;
mod balance_days;
mod disclosure;
mod equal_months;
mod event;
mod event_form;
mod form;
mod impact;
mod instalments;
mod line;
mod lines;
mod product;
mod relief;
mod relief_form;
mod repayment;
mod schedule;
mod schedule_table;
mod servicing;
mod servicing_form;
mod terms;

pub use account::{
    Account, AccountState, LedgerAccount, Position, PositionTable, Posting, PostingsTable, Snapshot, roll_day,
};
pub use allocation::{AllocateBy, AllocationOrder, Owed, Part};
pub use arrears::{days_past_due, penalty_rate};
pub use balance_days::BalanceDays;
pub use disclosure::{AnnualisedRates, effective_rate, nominal_rate};
pub use event::{Event, EventKind, Payer, Prepayment};
pub use event_form::{EventForm, PauseForm, ReAgedForm};
pub use form::{FeesForm, GraceForm, GraduatedForm, LoanForm, LoanRecord, PlanForm, RateForm, RateStepForm};
pub use impact::{Impact, Relieved};
pub use instalments::Instalments;
pub use line::Line;
pub use lines::Outcome;
pub use product::{
    AccrualEnds, FirstPeriod, Grace, InterestBase, InterestCap, LevelPayment, Product, ProductRules, Relevel,
    TrancheEarns,
};
pub use relief::{
    ClassUnderRelief, CreditReport, DaysPastDue, Defer, Extension, InterestCaughtUp, InterestMeanwhile,
    NewMaturity, PenaltyInWindow, PrincipalCaughtUp, Relief, Window,
};
pub use relief_form::{
    AtForm, ClassForm, CreditReportForm, HeldForm, MaturityForm, MeanwhileForm, ProtectedForm, ReliefForm,
};
pub use repayment::{Balloon, Graduated, Growth, Method, Season};
pub use schedule::{Instalment, Schedule, Totals};
pub use schedule_table::ScheduleTable;
pub use servicing::{
    AccrualPostings, ChangesFrom, Compound, CompoundBase, CompoundRate, InterestOn, MoneyAhead, NonAccrual,
    OverdueEarns, PayOffTo, PayerRules, Penalty, PrepaymentInterest, PrepaymentRules, Servicing,
};
pub use servicing_form::{
    AllocationForm, CompoundForm, LadderForm, LadderVersionForm, NonAccrualForm, PayerForm, PenaltyForm,
    PrepaymentForm, ProvisionForm,
};
pub use terms::{Loan, PlannedPrincipal, Terms};
