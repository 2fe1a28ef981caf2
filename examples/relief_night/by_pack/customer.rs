//! Who stands behind a generated loan: all of it is made up.

use chrono::{Datelike, NaiveDate};
use puhui::programme::Case;
use puhui::{Currency, Money};

use super::Night;
use crate::support::loan_book::Failure;
use crate::support::random::SplitMix64;

/// A customer: the kind that the product is for, and draws for what is not in the account.
pub struct Customer {
    product: &'static str,
    draws: [u64; 8],
}

/// Poverty-alleviation microcredit.
const MICROCREDIT: &str = "cn/poverty-microcredit";

impl Customer {
    /// The customer of a loan of a product.
    pub fn new(product: &'static str, number: u64) -> Customer {
        let mut random = SplitMix64(number ^ 0x6375_7374_6f6d_6572);
        Customer { product, draws: std::array::from_fn(|_| random.below(1_000)) }
    }

    /// The programme under which the loan was made.
    pub fn programme(&self) -> Option<&'static str> {
        match self.product {
            "microcredit_instalments" | "microcredit_interest_only" | "microcredit_bullet" => {
                Some(MICROCREDIT)
            }
            "startup_person" | "startup_firm" => Some("cn/startup-guaranteed"),
            _ => None,
        }
    }

    fn kind(&self) -> &'static str {
        match self.product {
            "startup_firm" => "micro_firm",
            "small_firm_working_capital"
            | "small_firm_equipment"
            | "small_firm_balloon"
            | "village_industry_plan" => "small_firm",
            "startup_person" | "farm_seasonal" | "orchard_graduated" => "self_employed",
            _ => "person",
        }
    }

    fn purpose(&self) -> &'static str {
        match self.product {
            "housing" => "housing",
            "startup_person" | "startup_firm" => "start_up",
            "farm_seasonal" | "orchard_graduated" | "rural_bullet" => "agriculture",
            // One in a hundred is spent on something else.
            _ if self.programme() == Some(MICROCREDIT) && self.draws[0] < 10 => "housing",
            _ if self.programme() == Some(MICROCREDIT) => "agriculture",
            _ => "operation",
        }
    }

    /// Says what is known of the customer. One in fifty has not said whether it keeps its jobs.
    pub fn facts(
        &self,
        case: &mut Case,
        night: &Night,
        signed_on: NaiveDate,
        balance: Money,
    ) -> Result<(), Failure> {
        let yes = |draw: usize, of_a_thousand: u64| (self.draws[draw] < of_a_thousand).to_string();
        let day = night.on.to_string();
        let status = format!("borrower.status@{signed_on}");
        let born_on = format!("{}-05-05", signed_on.year() - 20 - i32::try_from(self.draws[7] % 50)?);
        // One household in fifty has a second loan of the kind.
        let household = if self.draws[1] < 20 { 2 * balance.minor() } else { balance.minor() };
        let household = Money::from_minor(household).display(Currency::CNY).to_string();
        for (name, value) in [
            ("case.applied_on", day.as_str()),
            ("loan.programme", self.programme().unwrap_or("none")),
            ("loan.product", self.product),
            ("loan.purpose", self.purpose()),
            ("loan.guarantee", if self.programme().is_some() { "credit" } else { "mortgage" }),
            ("borrower.kind", self.kind()),
            ("borrower.credit_line", "3000000.00"),
            ("borrower.born_on", &born_on),
            (&status, if self.draws[2] < 900 { "not_lifted" } else { "lifted" }),
            ("borrower.lives_off_it", &yes(3, 990)),
            ("borrower.hit_by_epidemic", &yes(4, 600)),
            ("household.total", &household),
            ("firm.in_difficulty", &yes(4, 600)),
            ("firm.in_hubei", "false"),
            ("guarantee.kept", &yes(5, 950)),
        ] {
            case.fact(name, value)?;
        }
        if self.draws[6] >= 20 {
            case.fact("firm.keeps_jobs", &yes(6, 920))?;
        }
        case.choice("agreed", &yes(5, 800));
        Ok(())
    }
}
