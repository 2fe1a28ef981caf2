//! The statement as it is printed.

use std::fmt::Write;

use chrono::NaiveDate;
use puhui::loan::{Account, Loan, Posting};
use puhui::{Currency, Money};

use super::lines::{Line, Parts, arrears};
use crate::support::loan_book::Failure;
use crate::support::report::grouped;

/// An amount; none is a gap.
fn shown(money: Money, currency: Currency) -> String {
    if money.is_zero() { String::new() } else { grouped(money.display(currency)) }
}

/// What the loan is, in two lines.
pub fn head(loan: &Loan<'_>) -> Result<String, Failure> {
    let (rules, terms) = (loan.product().rules(), loan.terms());
    let last = loan.schedule().to_vec()?.last().map_or(terms.disbursed_on, |row| row.due_on);
    let amount = grouped(terms.principal.display(rules.currency));
    let mut text =
        String::from("Statement of a loan. It is generated: there is no such loan, and no such borrower.\n");
    writeln!(
        text,
        "{amount} {} at {} a year ({}), {}, {} due dates from {} to {last}\n",
        rules.currency.code(),
        terms.rate,
        rules.day_count,
        rules.method.as_str(),
        loan.due_dates(),
        terms.first_due_on.unwrap_or(terms.disbursed_on),
    )?;
    Ok(text)
}

/// The lines, and the sums of what was paid.
pub fn statement(lines: &[Line], currency: Currency) -> Result<String, Failure> {
    let mut text = String::new();
    let mut row = |on: &str, what: &str, amounts: [String; 8], tail: (&str, &str)| {
        let [due, paid, fees, penalty, interest, principal, balance, arrears] = amounts;
        let (days, class) = tail;
        let line = format!(
            "{on:<12}{what:<33}{due:>10}{paid:>11}{fees:>8}{penalty:>9}{interest:>10}{principal:>11}{balance:>12}\
             {arrears:>11}{days:>5}  {class}"
        );
        writeln!(text, "{}", line.trim_end())
    };
    let heads = ["due", "paid", "fees", "penalty", "interest", "principal", "balance", "arrears"];
    row("booked on", "", heads.map(str::to_owned), ("days", "class"))?;
    let (mut paid, mut settled) = (Money::ZERO, Parts::default());
    for line in lines {
        let [fees, penalty, interest, principal] = line.parts.each();
        let amounts = [line.due, line.paid, fees, penalty, interest, principal];
        let [a, b, c, d, e, f] = amounts.map(|money| shown(money, currency));
        let position = &line.position;
        let balance = grouped(position.principal.display(currency));
        let in_arrears = shown(arrears(position)?, currency);
        let days = position.days_past_due;
        let days = if days == 0 { String::new() } else { days.to_string() };
        let class = position.class.map_or("", |class| class.as_str());
        row(&line.on.to_string(), &line.what, [a, b, c, d, e, f, balance, in_arrears], (&days, class))?;
        if !line.paid.is_zero() {
            paid = Money::sum([paid, line.paid])?;
            settled = settled.and(&line.parts)?;
        }
    }
    let [fees, penalty, interest, principal] = settled.each().map(|money| shown(money, currency));
    let none = String::new;
    let sums = [none(), shown(paid, currency), fees, penalty, interest, principal, none(), none()];
    row("", "paid in all", sums, ("", ""))?;
    text.push('\n');
    Ok(text)
}

/// The postings of a month, such as `2020-10`.
pub fn postings(postings: &[Posting], month: &str, currency: Currency) -> Result<String, Failure> {
    let mut text = String::new();
    writeln!(text, "{:<12}{:<24}{:>11}{:>11}", format!("in {month}"), "account", "debit", "credit")?;
    let mut sums = [Money::ZERO; 2];
    let mut before = None;
    for posting in postings.iter().filter(|posting| posting.on.to_string().starts_with(month)) {
        let side = usize::from(posting.amount < Money::ZERO);
        let mut sides = [Money::ZERO; 2];
        sides[side] = if side == 1 { -posting.amount } else { posting.amount };
        sums[side] = Money::sum([sums[side], sides[side]])?;
        // A day stands at the first of its entries.
        let on = if before == Some(posting.on) { String::new() } else { posting.on.to_string() };
        before = Some(posting.on);
        let [debit, credit] = sides.map(|money| shown(money, currency));
        let note = if posting.correction { "  correction" } else { "" };
        writeln!(text, "{on:<12}{:<24}{debit:>11}{credit:>11}{note}", posting.account)?;
    }
    let [debit, credit] = sums.map(|money| shown(money, currency));
    writeln!(text, "{:<12}{:<24}{debit:>11}{credit:>11}\n", "", "sum")?;
    Ok(text)
}

/// The position, what adds up to it, and the pay-off on a later day.
pub fn position(
    account: &Account<'_, '_>,
    pay_off_on: NaiveDate,
    currency: Currency,
) -> Result<String, Failure> {
    let position = account.position();
    let amount = |money: Money| grouped(money.display(currency));
    let mut text = format!("at the end of {}\n", position.as_of);
    let mut row = |what: &str, value: &str| writeln!(text, "  {what:<34}{value:>14}");
    for (what, money) in [
        ("paid out", position.disbursed),
        ("- principal repaid", position.principal_repaid),
        ("= balance", position.principal),
        ("of it overdue", position.overdue_principal),
        ("interest billed and unpaid", position.interest),
        ("interest accrued", position.interest_accrued),
        ("interest of the day", position.interest_of_day),
        ("penalty and compound interest", Parts::owed(position)?.penalty),
        ("fees", position.fees),
        ("credit of the borrower", position.credit),
        ("pay-off", position.pay_off),
    ] {
        row(what, &amount(money))?;
    }
    row("days past due", &position.days_past_due.to_string())?;
    if let Some(class) = position.class {
        row("class", class.as_str())?;
    }
    if let Some(provision) = position.provision {
        row("provision", &amount(provision))?;
    }
    if let Some((on, next)) = position.next_due {
        row(&format!("next due, on {on}"), &amount(next))?;
    }
    row(&format!("pay-off on {pay_off_on}"), &amount(account.pay_off(pay_off_on)?))?;
    Ok(text)
}
