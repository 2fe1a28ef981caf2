//! The sums of a group of loans as C keeps them, and the figures that are made of them.

use super::boundary::error::puhui_error;
use super::boundary::failure::Failure;
use super::boundary::guard::{borrow, unused};
use super::boundary::options::{Plain, struct_size};
use super::boundary::result::give_struct;
use super::boundary::start::start;
use super::boundary::status::puhui_status;
use super::figure::{puhui_figure, puhui_int128};
use crate::portfolio::{LoanSum, Sums, Wide};

/// A number of loans (笔数), and the sum of their amounts or balances.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct puhui_loan_sum {
    /// The number of loans.
    pub loans: u64,
    /// The sum.
    pub minor: puhui_int128,
}

const _: () = assert!(size_of::<puhui_loan_sum>() == 24);

impl From<LoanSum> for puhui_loan_sum {
    fn from(sum: LoanSum) -> puhui_loan_sum {
        puhui_loan_sum { loans: sum.loans, minor: sum.minor().into() }
    }
}

impl From<puhui_loan_sum> for LoanSum {
    fn from(sum: puhui_loan_sum) -> LoanSum {
        LoanSum { loans: sum.loans, minor: Wide(sum.minor.into()) }
    }
}

/// The sums of a group of loans. What the plan did not measure is 0.
///
/// A record that keeps its size: a host may store it and send it to another machine of the same byte order. Amounts are in minor
/// units; sums of amounts x rates in minor units x parts per billion a year, from which `puhui_figures_of` makes exact rates.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct puhui_sums {
    /// The loans of the book, with a balance or without.
    pub loans: u64,
    /// The person-times that loans lead 带动人次: a person led by two loans counts twice.
    pub person_times: u64,
    /// The loans with a balance, and their balance 余额.
    pub outstanding: puhui_loan_sum,
    /// What was lent in the period 当期发放.
    pub lent_in_period: puhui_loan_sum,
    /// What was lent to the day of the book 累计发放.
    pub lent_to_date: puhui_loan_sum,
    /// The loans that are overdue, and the overdue balance 逾期.
    pub overdue: puhui_loan_sum,
    /// By class, from normal to loss, at the place of `PUHUI_LOAN_CLASS_*` - 1: all loans of the class, and their balance.
    pub classes: [puhui_loan_sum; 5],
    /// The loans that no class was said of.
    pub unclassified: puhui_loan_sum,
    /// Extended loans 展期.
    pub extended: puhui_loan_sum,
    /// Deferred loans 延期还本付息.
    pub deferred: puhui_loan_sum,
    /// Renewed loans 续贷.
    pub renewed: puhui_loan_sum,
    /// The loans of which something was deferred, and the amounts that were.
    pub deferred_amount: puhui_loan_sum,
    /// The sum of balance x rate.
    pub balance_minor_ppb: puhui_int128,
    /// The sum of amount x rate of what was lent in the period.
    pub lent_in_period_minor_ppb: puhui_int128,
    /// The sum of amount x rate of what was lent to the day of the book.
    pub lent_to_date_minor_ppb: puhui_int128,
    /// Reserved; must be 0.
    pub reserved: [u64; 14],
}

const _: () = assert!(size_of::<puhui_sums>() == 512);

impl From<&Sums> for puhui_sums {
    fn from(sums: &Sums) -> puhui_sums {
        puhui_sums {
            loans: sums.loans,
            person_times: sums.person_times,
            outstanding: sums.outstanding.into(),
            lent_in_period: sums.lent_in_period.into(),
            lent_to_date: sums.lent_to_date.into(),
            overdue: sums.overdue.into(),
            classes: sums.classes.map(Into::into),
            unclassified: sums.unclassified.into(),
            extended: sums.extended.into(),
            deferred: sums.deferred.into(),
            renewed: sums.renewed.into(),
            deferred_amount: sums.deferred_amount.into(),
            balance_minor_ppb: sums.balance_rate.0.into(),
            lent_in_period_minor_ppb: sums.period_rate.0.into(),
            lent_to_date_minor_ppb: sums.to_date_rate.0.into(),
            reserved: [0; 14],
        }
    }
}

impl puhui_sums {
    /// The sums that these are, if they are any.
    pub(super) fn read(&self) -> Result<Sums, Failure> {
        unused(self.reserved.iter().fold(0, |bits, word| bits | word), "reserved")?;
        Ok(Sums {
            loans: self.loans,
            person_times: self.person_times,
            outstanding: self.outstanding.into(),
            lent_in_period: self.lent_in_period.into(),
            lent_to_date: self.lent_to_date.into(),
            overdue: self.overdue.into(),
            classes: self.classes.map(Into::into),
            unclassified: self.unclassified.into(),
            extended: self.extended.into(),
            deferred: self.deferred.into(),
            renewed: self.renewed.into(),
            deferred_amount: self.deferred_amount.into(),
            balance_rate: Wide(self.balance_minor_ppb.into()),
            period_rate: Wide(self.lent_in_period_minor_ppb.into()),
            to_date_rate: Wide(self.lent_to_date_minor_ppb.into()),
        })
    }
}

/// The figures of a group of loans, each exact.
///
/// Start with `PUHUI_FIGURES_INIT`. Rates are fractions a year: with 9 decimals `puhui_figure_round` gives parts per billion.
/// Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_figures {
    /// `sizeof(struct puhui_figures)` as the caller was compiled.
    pub struct_size: u32,
    /// Reserved.
    pub reserved: u32,
    /// The rate of the balance, weighted by it (加权平均利率).
    pub rate_of_balance: puhui_figure,
    /// The rate of the lending of the period, weighted by amount.
    pub rate_of_period: puhui_figure,
    /// The rate of all lending to the day of the book, weighted by amount.
    pub rate_to_date: puhui_figure,
    /// The overdue rate 逾期率: overdue balance over balance.
    pub overdue_rate: puhui_figure,
    /// The NPL ratio 不良率: the balance of substandard, doubtful and loss loans over the balance.
    pub npl_ratio: puhui_figure,
    /// The balance for each loan that has one 户均余额、笔均余额, in minor units.
    pub average_balance_minor: puhui_figure,
    /// Substandard, doubtful and loss loans 不良贷款, and their balance.
    pub non_performing: puhui_loan_sum,
}

const _: () = assert!(size_of::<puhui_figures>() == 272);

// SAFETY: integers only, without padding: 2 x 4 + 6 x 40 + 24 = 272.
unsafe impl Plain for puhui_figures {
    const SIZE_V1: usize = 272;
}

start! {
    /// Starts a `struct puhui_figures`.
    PUHUI_FIGURES_INIT = puhui_figures {}
}

/// Makes the figures of the sums of a group.
///
/// `*out_figures`, whose `struct_size` the caller has set, becomes the figures; what the plan did not measure has a base of zero,
/// which is no failure. Its fields but `struct_size` are 0 on failure. `error` may be NULL. Nothing is allocated; any number of
/// threads may call this at the same time.
///
/// Returns `PUHUI_OK`; `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_RESERVED`; `PUHUI_ERR_OVERFLOW` or
/// `PUHUI_ERR_OUT_OF_RANGE` for sums so large that no book has them; or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `sums` must be readable and `*out_figures` writable for its `struct_size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_figures_of(
    sums: *const puhui_sums,
    out_figures: *mut puhui_figures,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        give_struct(out_figures, "out_figures", error, || {
            let sums = borrow(sums, "sums")?.read()?;
            Ok(puhui_figures {
                struct_size: struct_size::<puhui_figures>(),
                reserved: 0,
                rate_of_balance: sums.rate_of_balance()?.into(),
                rate_of_period: sums.rate_of_period()?.into(),
                rate_to_date: sums.rate_to_date()?.into(),
                overdue_rate: sums.overdue_rate()?.into(),
                npl_ratio: sums.npl_ratio()?.into(),
                average_balance_minor: sums.outstanding.average()?.into(),
                non_performing: sums.non_performing().into(),
            })
        })
    }
}
