//! The fields of C under the names that C has for them, where the library calls them by the keys of its JSON.

use super::boundary::failure::Failure;
use crate::error::Error;

/// What JSON keeps in an object, C has in fields of one struct: a part of a path, and the field. What begins with another one comes
/// before it.
const NAMES: &[(&str, &str)] = &[
    ("allocation.by", "allocation_by"),
    ("allocation.order", "allocation_order"),
    ("class.held_at", "class_held_at"),
    ("class.reason", "class_reason"),
    ("class.until", "class_until"),
    ("credit_report.protected_from", "credit_protected_from"),
    ("credit_report.protected_to", "credit_protected_to"),
    ("currency.code", "currency"),
    ("currency.exponent", "currency_exponent"),
    ("due_date_moved", "first_due_on"),
    ("grace.interest", "grace_interest"),
    ("grace.principal", "grace_principal"),
    ("graduated.amount", "graduated_amount"),
    ("graduated.every", "graduated_every"),
    ("graduated.ratio", "graduated_ratio"),
    ("interest_meanwhile.at", "interest_at"),
    ("interest_paused.until", "until"),
    ("maturity.moved_by", "maturity_moved_by"),
    ("maturity.moved_to", "maturity_moved_to"),
    ("months", "season_months"),
    ("non_accrual.allocation.by", "non_accrual_by"),
    ("non_accrual.allocation.order", "non_accrual_order"),
    ("non_accrual.from", "non_accrual_from_days"),
    ("penalty.compound.base", "compound_base"),
    ("penalty.compound.rate", "compound_rate"),
    ("penalty.mark_up", "penalty_mark_up"),
    ("prepayment.fee", "prepayment_fee"),
    ("prepayment.interest", "prepayment_interest"),
    ("published", "published_on"),
    ("rate.stepped", "rate_steps"),
    ("rate_from.from", "rate_from"),
    ("rate_from.rate", "rate_from"),
    ("rate_reset", "rate"),
    ("re_aged.first_due_on", "first_due_on"),
    ("re_aged.instalments", "instalments"),
    ("re_amortised", "kind"),
    ("reversed", "reverses_no"),
];

impl From<Error> for Failure {
    /// An error about a field, by the name that the field has in C.
    #[cold]
    fn from(error: Error) -> Failure {
        Failure::Core(match named(error.field()) {
            Some(field) => error.at(field),
            None => error,
        })
    }
}

/// The path with the name of C in it, where JSON has another: `rate_steps[1].from` for `rate.stepped[1].from`.
fn named(path: &str) -> Option<String> {
    let starts = path.match_indices('.').map(|(dot, _)| dot + 1);
    std::iter::once(0).chain(starts).find_map(|start| {
        let (before, rest) = path.split_at_checked(start)?;
        NAMES.iter().find_map(|(key, name)| {
            let after = rest.strip_prefix(key)?;
            let is_whole = after.is_empty() || after.starts_with(['.', '[']);
            is_whole.then(|| format!("{before}{name}{after}"))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_path_is_renamed_whole() {
        for (path, name) in [
            ("months", Some("season_months")),
            ("rate.stepped[1].from", Some("rate_steps[1].from")),
            ("reliefs[1].maturity.moved_to", Some("reliefs[1].maturity_moved_to")),
            ("events[0].relief.class.until", Some("events[0].relief.class_until")),
            ("non_accrual.allocation.order[2]", Some("non_accrual_order[2]")),
            ("payers[3].allocation.by", Some("payers[3].allocation_by")),
            ("rate.stepped_up", None),
            ("monthsx", None),
            ("rate", None),
            ("", None),
        ] {
            assert_eq!(named(path).as_deref(), name, "{path}");
        }
    }
}
