//! The words of loans, reliefs and accounts that only C needs: Rust has values of their own for them, most with more in them.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// How loans are repaid.
    pub(in crate::ffi) enum Method("method", PUHUI_METHOD) {
        /// Every payment the same (等额本息).
        EqualInstalment = "equal_instalment",
        /// Every principal part the same, the payment falling (等额本金).
        EqualPrincipal = "equal_principal",
        /// Interest at every due date, the principal with the last one (按期付息到期还本).
        InterestOnly = "interest_only",
        /// One payment of principal and all interest at maturity (利随本清).
        Bullet = "bullet",
        /// The payments of a loan of `amortised_over` instalments; the rest falls due with the last one (气球贷).
        BalloonAmortisedOver = "balloon_amortised_over",
        /// Payments that leave the `residual_minor` of the terms for the last instalment.
        BalloonResidual = "balloon_residual",
        /// Payments that grow by `graduated_ratio_ppb` after every `graduated_every` of them (等比递增).
        GraduatedRatio = "graduated_ratio",
        /// Payments that grow by `graduated_amount_minor` after every `graduated_every` of them (等额递增).
        GraduatedAmount = "graduated_amount",
        /// Equal principal in the instalments of `season_months`, interest at every due date.
        Seasonal = "seasonal",
        /// Principal by the plan beside the terms (按计划还本), interest at every due date.
        Custom = "custom",
    }
}

vocabulary! {
    /// The class of a loan (五级分类) by its days past due.
    pub(in crate::ffi) enum Ladder("ladder", PUHUI_LADDER, none: "Loans have no class.") {
        /// The rule of 2023 (商业银行金融资产风险分类办法), in force from 2023-07-01: overdue at all, more than 90, 270 and 360 days.
        /// Before that day there is no class.
        Cn2023 = "cn_2023",
        /// By `ladder_from_days`, on every day.
        FromDays = "from_days",
    }
}

vocabulary! {
    /// What is provided for (拨备), by class.
    pub(in crate::ffi) enum Provision("provision", PUHUI_PROVISION, none: "Nothing is provided for.") {
        /// The specific provisions of 2002 (贷款损失准备计提指引): 0, 2, 25, 50 and 100 % of the balance.
        Cn2002 = "cn_2002",
        /// By the shares beside it: `provision_share_ppb` of `puhui_servicing`, `share_ppb` of `puhui_provision_rates`.
        Shares = "shares",
    }
}

vocabulary! {
    /// What happens to the interest of the chosen rows until it is caught up.
    pub(in crate::ffi) enum Meanwhile("interest_meanwhile", PUHUI_INTEREST_MEANWHILE, none: "There is no window, so no interest is touched.") {
        /// Paid in its row.
        Paid = "paid",
        /// Deferred; rounded at its due date, it earns nothing.
        Simple = "simple",
        /// Deferred; the sum joins the balance on the last chosen due date.
        CapitalisedAtEnd = "capitalised_at_end",
        /// Deferred; it joins the balance on each chosen due date.
        CapitalisedEachDueDate = "capitalised_each_due_date",
        /// Not owed (免息).
        Waived = "waived",
        /// At the annual rate `interest_at_ppb`: deferred if interest is, paid in its row if not.
        At = "at",
    }
}

vocabulary! {
    /// How a loan is classified (五级分类) under a relief.
    pub(in crate::ffi) enum Classification("class", PUHUI_CLASS) {
        /// By the ladder of the product. The usual rule.
        ByLadder = "by_ladder",
        /// Held at the class of `class_held_at_ymd`, for `class_reason`, up to `class_until_ymd`.
        Held = "held",
    }
}

vocabulary! {
    /// What is reported of a loan under a relief (征信).
    pub(in crate::ffi) enum CreditReport("credit_report", PUHUI_CREDIT_REPORT) {
        /// What is counted is reported. The usual rule.
        AsCounted = "as_counted",
        /// No arrears from `credit_protected_from_ymd` to `credit_protected_to_ymd`.
        Protected = "protected",
    }
}

vocabulary! {
    /// What became of a relief.
    pub(in crate::ffi) enum Outcome("outcome", PUHUI_OUTCOME) {
        /// It changed the schedule.
        Granted = "granted",
        /// Nothing was due in its window; the schedule is the same.
        NothingDue = "nothing_due",
    }
}

vocabulary! {
    /// What happened to a loan.
    pub(in crate::ffi) enum Event("kind", PUHUI_EVENT) {
        /// A tranche of `amount_minor` was paid out (放款). A loan without any is paid out in full on the day of its terms.
        Disbursed = "disbursed",
        /// The `payer` paid `amount_minor` (还款).
        Repaid = "repaid",
        /// The `payer` paid `amount_minor` ahead of time (提前还款); `how` says what becomes of the instalments that remain.
        Prepaid = "prepaid",
        /// Another contract rate, `rate_ppb`, holds from this day on (利率调整), until a step that the contract names for a later
        /// day.
        RateReset = "rate_reset",
        /// The `relief` was granted (纾困); its `granted_on_ymd` is `on_ymd`.
        Relief = "relief",
        /// No interest is earned from `on_ymd` to `until_ymd`, both days included (停息). Penalty and compound interest on what
        /// is overdue go on: a relief ends those.
        InterestPaused = "interest_paused",
        /// `amount_minor` of the interest that was billed, and of penalty and compound interest to the day, is not owed any
        /// more (免息): in the order in which a payment would settle them.
        InterestWaived = "interest_waived",
        /// Arrears and all that remains fall due in `instalments` new instalments, the first on `first_due_on_ymd`.
        ReAged = "re_aged",
        /// Arrears fall due with the instalments that remain, which are found again. Without arrears the loan is under no
        /// observation for it.
        ReAmortised = "re_amortised",
        /// A fee of `amount_minor`, due at once. No instalment is short for want of it, whatever its day.
        FeeCharged = "fee_charged",
        /// `amount_minor` of the fees that were billed is not owed any more.
        FeeWaived = "fee_waived",
        /// The proceeds of the loan `by` repaid this one with `amount_minor` (续贷).
        Renewed = "renewed",
        /// The event `reverses_no` never was (冲正).
        Reversed = "reversed",
        /// All that is outstanding is written off (核销), once credit that is held has settled what it can of it; the class is
        /// loss. Of a loan that is not accrued, what stood off the balance sheet is neither income nor loss.
        ChargedOff = "charged_off",
        /// `amount_minor` came back after the loan was charged off (核销后收回).
        Recovered = "recovered",
        /// The guarantor paid `amount_minor` (代偿).
        GuaranteePaid = "guarantee_paid",
        /// The account is closed (销户).
        Closed = "closed",
        /// The instalment that is due on `on_ymd` falls due on `first_due_on_ymd`; those after it follow from that day, a
        /// cycle apart, and payments stay.
        DueDateMoved = "due_date_moved",
    }
}

vocabulary! {
    /// How an account ended. 0 is one that goes on.
    pub(in crate::ffi) enum Stage("stage", PUHUI_STAGE) {
        /// All of it was repaid at once: nothing is ahead.
        Settled = "settled",
        /// Charged off (核销).
        ChargedOff = "charged_off",
        /// Closed (销户).
        Closed = "closed",
    }
}

vocabulary! {
    /// What moved a line of credit (额度).
    pub(in crate::ffi) enum Movement("kind", PUHUI_LINE) {
        /// A loan was paid out under the line (支用).
        Drawn = "drawn",
        /// Principal of the loans under the line was repaid, whoever paid it.
        Repaid = "repaid",
        /// The limit is another from the day on (额度调整); an amount of 0 suspends the line (额度冻结).
        LimitChanged = "limit_changed",
    }
}
