//! What of the accruals of an account was booked.

/// What of the accruals of an account was booked 已入账的应计: all that its entries need of the days before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Booked {
    /// Interest earned in all up to the last accrual that was booked.
    pub(super) interest: i64,
    /// The same of penalty and compound interest.
    pub(super) penalties: i64,
    /// The running interest of that accrual itself.
    pub(super) last_interest: i64,
    /// The running interest that stands in the books.
    pub(super) running: i64,
    /// The penalty and compound interest, not billed yet, that stand in them.
    pub(super) late: i64,
}
