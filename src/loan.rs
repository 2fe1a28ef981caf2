//! One loan: its product and terms, and the schedule that they promise.

mod accrual;
mod annuity;
mod disclosure;
mod equal_months;
mod form;
mod impact;
mod product;
mod relief;
mod relieved;
mod repayment;
mod schedule;
mod terms;

pub use disclosure::{AnnualisedRates, effective_rate, nominal_rate};
pub use form::{FeesForm, GraceForm, GraduatedForm, LoanForm, LoanRecord, PlanForm, RateForm, RateStepForm};
pub use impact::{Impact, Relieved};
pub use product::{AccrualEnds, FirstPeriod, Grace, LevelPayment, Product, ProductRules, Relevel};
pub use relief::{
    AtForm, ClassForm, ClassUnderRelief, CreditReport, CreditReportForm, DaysPastDue, Defer, Extension,
    HeldForm, InterestCaughtUp, InterestMeanwhile, MaturityForm, MeanwhileForm, NewMaturity, PenaltyInWindow,
    PrincipalCaughtUp, ProtectedForm, Relief, ReliefForm, Window,
};
pub use relieved::Outcome;
pub use repayment::{Balloon, Graduated, Growth, Method, Season};
pub use schedule::{Instalment, Instalments, Schedule, ScheduleTable, Totals};
pub use terms::{Loan, PlannedPrincipal, Terms};
