//! A night by a pack: every loan lived to the day of the grant, decided by a programme, and its reliefs booked as events.
//!
//! What was paid by then is never put off: the due dates that a pack decides are those of the account. Run twice, the second night grants
//! nothing: what a rule gave is kept beside the loan, under the pack and the rule.

#[path = "by_pack/customer.rs"]
mod customer;
#[path = "by_pack/life.rs"]
mod life;
#[path = "by_pack/tally.rs"]
mod tally;

use chrono::NaiveDate;
use puhui::loan::{Account, Event, EventKind, Loan};
use puhui::programme::{Case, Decision, Given, Pack, RuleDecision, Verdict};
use puhui::{Currency, ErrorCode, Money};

use crate::support::loan_book::{BookLoan, Failure, LoanBook};
use crate::support::source::Source;
use crate::support::terminal;

use customer::Customer;
use tally::Tally;

/// Which programme, on which day.
pub struct Night {
    /// The pack.
    pub pack: Pack,
    /// The day of the decision.
    pub on: NaiveDate,
    /// Whether loans are held against the programme's rules instead, and nothing is granted.
    pub check: bool,
}

/// What a rule gave a loan.
struct Booked {
    rule: String,
    rows: Vec<NaiveDate>,
}

/// What a pack gave a loan, and the due dates without it.
struct Before {
    booked: Vec<Booked>,
    printed: Vec<NaiveDate>,
}

/// Decides every loan of a generated book, twice, or lists those outside the programme's rules.
pub fn run(night: &Night, source: &Source) -> Result<(), Failure> {
    let mut book = source.open()?;
    let bar = terminal::progress_bar(book.progress().1);
    let mut tally = Tally::new(book.products());
    let mut line = 0;
    while let Some(row) = book.next_row()? {
        line += 1;
        bar.set_position(line);
        let Ok(loan) = row.loan else { continue };
        if loan.terms.disbursed_on > night.on {
            tally.not_yet_drawn += 1;
            continue;
        }
        let customer = Customer::new(book.products()[loan.product].code, line);
        if night.check {
            check(night, book.as_ref(), &loan, &customer, &mut tally)?;
        } else {
            decide(night, book.as_ref(), &loan, &customer, line, &mut tally)?;
        }
    }
    bar.finish_and_clear();
    terminal::print(&if night.check { tally.compliance(night) } else { tally.night(night) })
}

/// Lives a loan to the day, decides it, books what is granted, and decides it again.
fn decide(
    night: &Night,
    book: &dyn LoanBook,
    loan: &BookLoan,
    customer: &Customer,
    line: u64,
    tally: &mut Tally,
) -> Result<(), Failure> {
    let of = loan.check(book.products())?;
    let mut events = life::events(&of, line, night.on)?;
    let account = Account::replay(&of, &events, night.on)?;
    let dues_before = dues(&account);
    let decision = night.pack.decide(&case(night, &of, &account, customer, None)?)?;
    let mut booked = Vec::new();
    let (mut refused, mut put_off) = (None, Amounts::default());
    for rule in decision.rules.iter().filter(|rule| rule.verdict == Verdict::Granted) {
        match book_reliefs(&of, &mut events, rule, night.on)? {
            None => {
                let amounts = Amounts::put_off(rule, &dues_before);
                put_off.principal += amounts.principal;
                put_off.interest += amounts.interest;
                let rows = rule.reliefs.iter().flat_map(|relief| relief.rows.iter().copied()).collect();
                booked.push(Booked { rule: rule.rule.clone(), rows });
            }
            reason => refused = reason,
        }
    }
    let account = Account::replay(&of, &events, night.on)?;
    tally.decided(loan.product, &decision, booked.len(), put_off, refused);
    // The second night: the account as it stands now, and what was given. A day on which something is caught up is no due date that
    // the contract prints, and is not put off again.
    let printed: Vec<NaiveDate> = dues_before.iter().map(|due| due.on).collect();
    let before = Before { booked, printed };
    let again = night.pack.decide(&case(night, &of, &account, customer, Some(&before))?)?;
    let gives = |rule: &&RuleDecision| rule.verdict == Verdict::Granted && !rule.reliefs.is_empty();
    tally.again(again.rules.iter().filter(gives).count());
    Ok(())
}

/// Books the reliefs of a rule as events; why the loan cannot take them, where it cannot.
fn book_reliefs(
    loan: &Loan<'_>,
    events: &mut Vec<Event>,
    rule: &RuleDecision,
    on: NaiveDate,
) -> Result<Option<ErrorCode>, Failure> {
    let mut with = events.clone();
    for relief in &rule.reliefs {
        let no = with.iter().map(|event| event.no).max().unwrap_or(0) + 1;
        let what = EventKind::Relief(Box::new(relief.relief()?));
        with.push(Event { no, on, booked_on: on, what });
    }
    match Account::replay(loan, &with, on) {
        Ok(_) => {
            *events = with;
            Ok(None)
        }
        Err(error) => Ok(Some(error.code())),
    }
}

/// Sums of principal and of interest, in minor units.
#[derive(Clone, Copy, Default)]
pub struct Amounts {
    pub principal: i128,
    pub interest: i128,
}

impl Amounts {
    /// What a rule puts off of these due dates.
    fn put_off(rule: &RuleDecision, dues: &[Due]) -> Amounts {
        let mut amounts = Amounts::default();
        for relief in &rule.reliefs {
            let defer = relief.form.get("defer").and_then(Given::text);
            for row in dues.iter().filter(|row| relief.rows.contains(&row.on)) {
                if matches!(defer, Some("principal" | "both")) {
                    amounts.principal += i128::from(row.principal.minor());
                }
                if matches!(defer, Some("interest" | "both")) {
                    amounts.interest += i128::from(row.interest.minor());
                }
            }
        }
        amounts
    }
}

/// A due date on which something is unpaid.
struct Due {
    on: NaiveDate,
    principal: Money,
    interest: Money,
}

/// The unpaid due dates of an account: what is in arrears, and the rows to come.
fn dues(account: &Account<'_, '_>) -> Vec<Due> {
    use puhui::loan::Part;
    let arrears = account.position().arrears.iter().map(|owed| Due {
        on: owed.due_on,
        principal: owed.part(Part::Principal),
        interest: owed.part(Part::Interest),
    });
    let ahead = account.rows_to_come().into_iter().map(|row| Due {
        on: row.due_on,
        principal: row.principal,
        interest: row.interest,
    });
    arrears.chain(ahead).collect()
}

/// The case of a loan: what its account tells, what is known of the customer, and what it was given.
fn case(
    night: &Night,
    loan: &Loan<'_>,
    account: &Account<'_, '_>,
    customer: &Customer,
    before: Option<&Before>,
) -> Result<Case, Failure> {
    let mut case = Case::new();
    let (terms, position) = (loan.terms(), account.position());
    let text = |amount: Money| amount.display(Currency::CNY).to_string();
    let rows = dues(account);
    let last = rows.last().map_or(terms.disbursed_on, |row| row.on);
    for (name, value) in [
        ("case.on", night.on.to_string()),
        ("loan.signed_on", terms.disbursed_on.to_string()),
        ("loan.drawn_on", terms.disbursed_on.to_string()),
        ("loan.matures_on", last.to_string()),
        ("loan.original_matures_on", original_maturity(loan)?.to_string()),
        ("loan.amount", text(terms.principal)),
        ("loan.balance", text(position.principal)),
        ("loan.rate", terms.rate.fraction().to_string()),
        ("account.balance", text(position.principal)),
        ("account.days_past_due", position.days_past_due.to_string()),
    ] {
        case.fact(name, &value)?;
    }
    customer.facts(&mut case, night, terms.disbursed_on, position.principal)?;
    let is_printed = |row: &&Due| before.is_none_or(|before| before.printed.contains(&row.on));
    for row in rows.iter().filter(is_printed) {
        case.row(&row.on.to_string(), &text(row.principal), &text(row.interest))?;
    }
    for booked in before.iter().flat_map(|before| &before.booked) {
        case.given(&booked.rule, None);
        booked.rows.iter().for_each(|row| case.given(&booked.rule, Some(*row)));
    }
    Ok(case)
}

fn original_maturity(loan: &Loan<'_>) -> Result<NaiveDate, Failure> {
    Ok(loan.schedule().to_vec()?.last().map_or(loan.terms().disbursed_on, |row| row.due_on))
}

/// Holds a loan against the rules of its programme; what fails, or is not known, is listed with its figures.
fn check(
    night: &Night,
    book: &dyn LoanBook,
    loan: &BookLoan,
    customer: &Customer,
    tally: &mut Tally,
) -> Result<(), Failure> {
    if customer.programme() != Some(night.pack.id()) {
        return Ok(());
    }
    let of = loan.check(book.products())?;
    let account = Account::replay(&of, &[], of.terms().disbursed_on)?;
    let decision: Decision = night.pack.decide(&case(night, &of, &account, customer, None)?)?;
    tally.checked(&loan.id, &decision);
    Ok(())
}
