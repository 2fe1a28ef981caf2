//! The words of figures, and of what a book is held against, that only C needs.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// Whether a figure has what it is a part of.
    pub(in crate::ffi) enum Figure("outcome", PUHUI_FIGURE) {
        /// The figure is `numerator` / `denominator`.
        Ratio = "ratio",
        /// There is no figure, because what it is a part of is zero.
        ZeroBase = "zero_base",
        /// There is no figure, because what it is a part of is not known.
        MissingBase = "missing_base",
    }
}

vocabulary! {
    /// Whether a bound is kept.
    pub(in crate::ffi) enum Held("held", PUHUI_HELD) {
        /// The bound is kept.
        Yes = "yes",
        /// It is broken.
        No = "no",
        /// There is nothing to compare: a figure has no base, or a number is not known.
        Unknown = "unknown",
    }
}

vocabulary! {
    /// The rule that a tolerance for bad loans (不良贷款容忍度) is of.
    pub(in crate::ffi) enum Tolerance("rule", PUHUI_TOLERANCE) {
        /// Inclusive loans to micro and small businesses, at most 3 points above the bank's own NPL ratio of all loans: the
        /// regulator's notice of 2019.
        CnInclusive2019 = "cn_inclusive_2019",
        /// Targeted loans in areas of deep poverty, at most 2 points above the bank's own target of the year: the guideline
        /// of January 2018.
        CnDeepPoverty2018 = "cn_deep_poverty_2018",
        /// `points_ppb` above the base.
        Own = "own",
    }
}

vocabulary! {
    /// The rule that the least provisions are of.
    pub(in crate::ffi) enum LeastProvisions("rule", PUHUI_LEAST_PROVISIONS) {
        /// A coverage of 150 % and a loan provision ratio of 2.5 %: 商业银行贷款损失准备管理办法, in force from 2012.
        Cn2012 = "cn_2012",
        /// What the regulator set for the bank, a coverage of 120 to 150 % and a loan provision ratio of 1.5 to 2.5 % (一行一策):
        /// 银监发〔2018〕7号.
        Cn2018 = "cn_2018",
        /// The two figures, whatever they are.
        Own = "own",
    }
}

vocabulary! {
    /// What a need is counted in.
    pub(in crate::ffi) enum NeedUnit("unit", PUHUI_NEED) {
        /// An amount in minor units.
        Amount = "amount",
        /// A number of loans.
        Loans = "loans",
    }
}

vocabulary! {
    /// The places of a list that are asked for.
    pub(in crate::ffi) enum Listed("listed", PUHUI_LISTED) {
        /// The places that are on the list on the day.
        OnDay = "on_day",
        /// The places that are, or were on any day before 摘帽不摘政策.
        ByDay = "by_day",
    }
}
