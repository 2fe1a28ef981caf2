//! Who pays.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// Who pays.
    pub enum Payer("payer", PUHUI_PAYER) {
        /// The borrower 借款人.
        Borrower = "borrower",
        /// The guarantor 担保人.
        Guarantor = "guarantor",
        /// The treasury 财政.
        Treasury = "treasury",
        /// The insurer 保险人.
        Insurer = "insurer",
        /// The merchant or supplier, who gives a price back.
        Refund = "refund",
        /// The lender itself.
        Goodwill = "goodwill",
    }
}
