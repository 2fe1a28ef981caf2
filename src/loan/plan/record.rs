//! A plan, written down.

use crate::error::{Error, Result};
use crate::loan::agreement::loan::Loan;
use crate::loan::plan::balance_movements::{BalanceMovements, Cause, Movement, OverdueEarning};
use crate::loan::plan::brought_forward::BroughtForward;
use crate::loan::plan::deferred_pool::{DeferredPool, Share};
use crate::loan::plan::row::{Amount, Billing, CaughtUp, Found, InterestRule, Place, PlanRow, RowRule};
use crate::loan::plan::{CycleChanges, Plan, Purpose, Rates, RowParts};
use crate::loan::schedule::Instalment;
use crate::record::{Node, Recorded, inside, recorded, recorded_words, unreadable};

recorded! {
    Rates { first, changes }
    CycleChanges { shifted, own, re_aged }
    RowParts { principal, interest }
    DeferredPool { capital, each_due_date, relief, given, total, left }
    Share { pool, of }
    BalanceMovements { lent, movements, pauses, overdue }
    Movement { from, amount, cause }
    OverdueEarning { from, until, amount }
    PlanRow {
        place, rule, figures, found, billing, chosen_on, grace, fell_away, catches_up, arrears_moved,
    }
    Place { cycle_row, own_row, date, begins, agreed_on, bills_to, repaid_from }
    RowRule {
        amount, payment, puts_off, interest, rate, settled_interest, pays, defers_again, capitalises, caught_up,
    }
    CaughtUp { principal, capital_of }
    Found { balance, waived, joins, payment, carried, moved }
    Billing { prepaid, billed, last }
    Instalment {
        no, days, due_on, opening, principal, interest, payment, closing, interest_deferred,
        deferred_interest_paid, fees, original_due_on, provisional, projected,
    }
}

recorded_words! {
    Cause { Tranche = "tranche", Arrears = "arrears", Prepayment = "prepayment", SettledAhead = "settled_ahead" }
}

impl Recorded for Amount {
    fn write(&self) -> Node {
        let (rule, minor) = match self {
            Amount::Planned(planned) => ("planned", planned),
            Amount::Payment(payment) => ("payment", payment),
            Amount::Solved { planned } => ("solved", planned),
        };
        Node::Fields(vec![(rule.into(), Node::Number(*minor))])
    }

    fn read(node: &Node) -> Result<Amount> {
        let read = |rule| node.fields([rule]).ok().map(|[minor]| i64::read(minor));
        if let Some(planned) = read("planned") {
            return planned.map(Amount::Planned);
        }
        if let Some(payment) = read("payment") {
            return payment.map(Amount::Payment);
        }
        let [planned] = node.fields(["solved"])?;
        Ok(Amount::Solved { planned: i64::read(planned)? })
    }
}

impl Recorded for InterestRule {
    fn write(&self) -> Node {
        match self {
            InterestRule::Payable => Node::Text("payable".into()),
            InterestRule::Waived => Node::Text("waived".into()),
            InterestRule::Deferred(pool) => Node::Fields(vec![("deferred".into(), pool.write())]),
            InterestRule::Capitalised(pool) => Node::Fields(vec![("capitalised".into(), pool.write())]),
        }
    }

    fn read(node: &Node) -> Result<InterestRule> {
        if let Ok([pool]) = node.fields(["deferred"]) {
            return usize::read(pool).map(InterestRule::Deferred);
        }
        if let Ok([pool]) = node.fields(["capitalised"]) {
            return usize::read(pool).map(InterestRule::Capitalised);
        }
        match node.text()? {
            "payable" => Ok(InterestRule::Payable),
            "waived" => Ok(InterestRule::Waived),
            other => Err(unreadable(other, "payable, waived, or a pool of deferred interest")),
        }
    }
}

const FIELDS: [&str; 7] = ["rates", "rows", "pools", "deferred_principal", "cycle", "movements", "brought"];

impl<'a> Plan<'a> {
    /// The plan of an account, written down.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Internal`](crate::error::ErrorCode::Internal) for payments that are still to be found: each step finds what it
    /// asks for.
    pub(crate) fn write(&self) -> Result<Node> {
        if let Some(to_solve) = &self.to_solve {
            return Err(Error::internal("payments to be found at the end of a day from row", to_solve.first));
        }
        let nodes = [
            self.rates.write(),
            self.rows.write(),
            self.pools.write(),
            self.deferred_principal.write(),
            self.cycle.write(),
            self.movements.write(),
            self.brought.write(),
        ];
        Ok(Node::object(FIELDS, nodes))
    }

    /// The plan of a loan's account, of which so many rows were billed, read back.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::InvalidSnapshot`](crate::error::ErrorCode::InvalidSnapshot) for what no account has written.
    pub(crate) fn read(loan: Loan<'a>, node: &Node, billed: usize) -> Result<Plan<'a>> {
        let [rates, rows, pools, deferred_principal, cycle, movements, brought] = node.fields(FIELDS)?;
        let within = |name: &'static str| move |error: Error| inside(error, name);
        let plan = Plan {
            loan,
            rates: Rates::read(rates).map_err(within("rates"))?,
            rows: Vec::read(rows).map_err(within("rows"))?,
            pools: Vec::read(pools).map_err(within("pools"))?,
            deferred_principal: i128::read(deferred_principal).map_err(within("deferred_principal"))?,
            cycle: CycleChanges::read(cycle).map_err(within("cycle"))?,
            movements: BalanceMovements::read(movements).map_err(within("movements"))?,
            purpose: Purpose::Account,
            billed,
            brought: BroughtForward::read(brought).map_err(within("brought"))?,
            waiting: None,
            to_solve: None,
        };
        plan.check()?;
        Ok(plan)
    }

    /// Whether its parts point at each other, its dates do not fall, and its rows follow each other.
    fn check(&self) -> Result<()> {
        let brought = &self.brought;
        if brought.at > self.billed || brought.pools.len() > self.pools.len() {
            let bound = format_args!("at most {} rows and {} pools", self.billed, self.pools.len());
            return Err(
                unreadable(format_args!("{} and {}", brought.at, brought.pools.len()), bound).at("brought")
            );
        }
        self.check_length()?;
        let is_pool = |pool: usize| pool < self.pools.len();
        for (at, (row, next)) in
            self.rows.iter().zip(self.rows.iter().skip(1).map(Some).chain([None])).enumerate()
        {
            let rule = &row.rule;
            let of_interest = match rule.interest {
                InterestRule::Deferred(pool) | InterestRule::Capitalised(pool) => Some(pool),
                InterestRule::Payable | InterestRule::Waived => None,
            };
            let again = rule.defers_again.iter().flat_map(|(share, into)| [share.pool, *into]);
            let pools = rule.pays.iter().map(|share| share.pool).chain(again);
            let mut pools = pools.chain(of_interest).chain(rule.capitalises).chain(rule.caught_up.capital_of);
            if let Some(pool) = pools.find(|pool| !is_pool(*pool)) {
                let bound = format!("a pool below {}", self.pools.len());
                return Err(unreadable(pool, bound).at(format!("rows[{at}].rule")));
            }
            if let Some(next) = next.filter(|next| next.figures.due_on < row.figures.due_on) {
                let bound = format!("{} or later", row.figures.due_on);
                return Err(
                    unreadable(next.figures.due_on, bound).at(format!("rows[{}].figures.due_on", at + 1))
                );
            }
        }
        Ok(())
    }

    /// Whether the rows that were billed, and what they bring forward, are what they come to from what was lent: so it is of an
    /// account whose rows go on.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::InvalidSnapshot`](crate::error::ErrorCode::InvalidSnapshot) where it is not.
    pub(crate) fn check_billed(&self) -> Result<()> {
        let (brought, changed) = self.computed_from_lent(self.brought.at)?;
        if let Some(at) = changed {
            return Err(unreadable("other figures", "what the row was billed").at(format!("rows[{at}]")));
        }
        // A pool that was added since holds nothing of them.
        let known = self.brought.pools.len();
        let brought = BroughtForward { pools: brought.pools.into_iter().take(known).collect(), ..brought };
        if brought.write() != self.brought.write() {
            return Err(unreadable("other figures", "what the rows before it come to").at("brought"));
        }
        Ok(())
    }
}
