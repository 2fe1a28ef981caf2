//! Random books: tables there and back, tallies that add up in any order, and those that do not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::num::NonZero;

use proptest::prelude::*;
use puhui::portfolio::{
    Book, Dimension, Distinct, Ids, LoansCounted, Measure, Tally, TallyPlan, TargetedStatement,
};
use puhui::{Currency, ErrorCode, Ladder, StatisticalBasis, parse_date};
use random::Dice;

fn random_book(seed: u64, most: u64) -> Book<'static> {
    let mut dice = Dice::new(seed);
    let loans = usize::try_from(dice.below(most)).unwrap();
    Book::new(Currency::CNY, random::book::columns(&mut dice, loans)).unwrap()
}

fn plan() -> TallyPlan {
    TallyPlan::new(parse_date("2020-03-31", "as_of").unwrap()).unwrap()
}

#[test]
fn random_books_come_back_from_their_tables() {
    for seed in 0..20 {
        let book = random_book(seed, 100);
        let mut table = Vec::new();
        book.write_csv(&mut table).unwrap();
        let read = Book::read_csv(table.as_slice(), Currency::CNY).unwrap();
        if !book.is_empty() {
            assert_eq!(read, book, "seed {seed}");
        }
    }
}

#[test]
fn tallies_that_do_not_add_up_are_refused_and_nothing_is_lost() {
    let book = random_book(1, 50);
    let plan = plan().by(&[Dimension::County]).measures(&[Measure::Balance]);
    let tally = Tally::of(&book, &plan).unwrap();
    let dollars = Book::new(Currency::USD, book.columns().clone()).unwrap();
    let day = |text| parse_date(text, "day").unwrap();
    let ladder = Ladder::new([1, 91, 271, 361]).unwrap();
    let others = [
        (Tally::of(&dollars, &plan), ErrorCode::CurrencyMismatch, "currency"),
        (
            Tally::of(&book, &TallyPlan::new(day("2020-04-30")).unwrap().by(&[Dimension::County])),
            ErrorCode::NotComparable,
            "as_of",
        ),
        (
            Tally::of(&book, &plan.clone().period(day("2020-02-01"), day("2020-03-31")).unwrap()),
            ErrorCode::NotComparable,
            "period",
        ),
        (Tally::of(&book, &plan.clone().basis(StatisticalBasis::Own)), ErrorCode::NotComparable, "basis"),
        (Tally::of(&book, &plan.clone().ladder(ladder)), ErrorCode::NotComparable, "ladder"),
        (Tally::of(&book, &plan.clone().by(&[Dimension::Lender])), ErrorCode::NotComparable, "by"),
        (Tally::of(&book, &plan.clone().measures(&[Measure::Overdue])), ErrorCode::NotComparable, "measures"),
    ];
    let mut sum = tally.clone();
    for (other, code, field) in others {
        let error = sum.merge(&other.unwrap()).unwrap_err();
        assert_eq!((error.code(), error.field()), (code, field));
        assert_eq!(sum, tally);
    }
    let mut borrowers = Distinct::of(&book, &[], Ids::Borrowers, LoansCounted::All).unwrap();
    let households = Distinct::of(&book, &[], Ids::Households, LoansCounted::All).unwrap();
    assert_eq!(borrowers.merge(&households).unwrap_err().code(), ErrorCode::NotComparable);
}

#[test]
fn a_stranger_is_no_tally() {
    let tally = Tally::of(&random_book(2, 50), &plan().by(&[Dimension::County])).unwrap();
    let text = serde_json::to_string(&tally).unwrap();
    assert_eq!(serde_json::from_str::<Tally>(&text).unwrap(), tally);
    let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
    value["groups"][0]["key"] = serde_json::json!([1, 2]);
    assert!(serde_json::from_value::<Tally>(value.clone()).is_err());
    value["groups"][0]["key"] = value["groups"][1]["key"].clone();
    assert!(serde_json::from_value::<Tally>(value).is_err());
}

/// Bytes of all that is known of a book: sums and sets.
fn bytes(tally: &Tally, sets: &Distinct) -> (String, String) {
    (serde_json::to_string(tally).unwrap(), serde_json::to_string(sets).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_split_and_any_order_give_the_same_bytes(
        seed in any::<u64>(),
        by in prop::sample::subsequence(Dimension::ALL.to_vec(), 0..4),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        order in any::<u64>(),
        threads in 1_usize..9,
    ) {
        let book = random_book(seed, 300);
        let plan = plan().by(&by).measures(Measure::ALL);
        let whole = Tally::of(&book, &plan).unwrap();
        let ids = |book: &Book<'_>| Distinct::of(book, &by, Ids::Households, LoansCounted::Outstanding).unwrap();
        let expected = bytes(&whole, &ids(&book));

        let mut ends: Vec<_> = cuts.iter().map(|cut| cut.index(book.len() + 1)).collect();
        ends.extend([0, book.len()]);
        ends.sort_unstable();
        let mut parts: Vec<_> = ends
            .windows(2)
            .map(|pair| book.rows(pair[0]..pair[1]))
            .map(|part| (Tally::of(&part, &plan).unwrap(), ids(&part)))
            .collect();
        // The empty ones are among them.
        parts.push((
            Tally::empty(Currency::CNY, &plan),
            Distinct::empty(&by, Ids::Households, LoansCounted::Outstanding),
        ));
        // Two parts drawn at random become one, until one is left: any order, any bracketing.
        let mut dice = Dice::new(order);
        while parts.len() > 1 {
            let mut draw = || {
                let at = dice.below(u64::try_from(parts.len()).unwrap());
                parts.swap_remove(usize::try_from(at).unwrap())
            };
            let (mut one, other) = (draw(), draw());
            one.0.merge(&other.0).unwrap();
            one.1.merge(&other.1).unwrap();
            parts.push(one);
        }
        prop_assert_eq!(&bytes(&parts[0].0, &parts[0].1), &expected);
        let threads = NonZero::new(threads).unwrap();
        let (of, counted) = (Ids::Households, LoansCounted::Outstanding);
        let threaded = Tally::of_threads(&book, &plan, threads).unwrap();
        prop_assert_eq!(bytes(&threaded, &Distinct::of_threads(&book, &by, of, counted, threads).unwrap()), expected);
    }

    #[test]
    fn statements_of_parts_are_the_statement_of_the_whole(
        seed in any::<u64>(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        order in any::<u64>(),
        basis in prop::sample::select(StatisticalBasis::ALL),
    ) {
        let book = random_book(seed, 300);
        let day = parse_date("2020-03-31", "as_of").unwrap();
        let text = |statement: &TargetedStatement| serde_json::to_string(statement).unwrap();
        let expected = text(&TargetedStatement::of(&book, day, basis).unwrap());
        let mut ends: Vec<_> = cuts.iter().map(|cut| cut.index(book.len() + 1)).collect();
        ends.extend([0, book.len()]);
        ends.sort_unstable();
        let part = |pair: &[usize]| TargetedStatement::of(&book.rows(pair[0]..pair[1]), day, basis).unwrap();
        let mut parts: Vec<_> = ends.windows(2).map(part).collect();
        parts.push(TargetedStatement::empty(Currency::CNY, day, basis).unwrap());
        let mut dice = Dice::new(order);
        while parts.len() > 1 {
            let mut draw = || {
                let at = dice.below(u64::try_from(parts.len()).unwrap());
                parts.swap_remove(usize::try_from(at).unwrap())
            };
            let (mut one, other) = (draw(), draw());
            one.merge(&other).unwrap();
            parts.push(one);
        }
        prop_assert_eq!(text(&parts[0]), expected);
    }

    #[test]
    fn fewer_dimensions_of_ids_are_what_was_asked_by_fewer(
        seed in any::<u64>(),
        by in prop::sample::subsequence(Dimension::ALL.to_vec(), 1..4),
        kept in any::<prop::sample::Index>(),
        basis in prop::sample::select(StatisticalBasis::ALL),
    ) {
        let book = random_book(seed, 300);
        let ids = |by: &[Dimension]| {
            Distinct::of_basis(&book, by, Ids::Persons, LoansCounted::Outstanding, basis).unwrap()
        };
        let (fine, one) = (ids(&by), *kept.get(&by));
        prop_assert_eq!(fine.roll_up(&[one]).unwrap(), ids(&[one]));
        prop_assert_eq!(fine.roll_up(&[]).unwrap().total(), fine.total());
        let mut odd = fine.only(one, |key| key % 2 == 1).unwrap();
        odd.merge(&fine.only(one, |key| key % 2 == 0).unwrap()).unwrap();
        prop_assert_eq!(odd, fine);
    }

    #[test]
    fn fewer_dimensions_are_what_a_plan_with_fewer_gives(
        seed in any::<u64>(),
        by in prop::sample::subsequence(Dimension::ALL.to_vec(), 1..4),
        kept in any::<prop::sample::Index>(),
    ) {
        let book = random_book(seed, 300);
        let plan = plan().measures(Measure::ALL);
        let fine = Tally::of(&book, &plan.clone().by(&by)).unwrap();
        let one = *kept.get(&by);
        prop_assert_eq!(fine.roll_up(&[one]).unwrap(), Tally::of(&book, &plan.clone().by(&[one])).unwrap());
        let all = Tally::of(&book, &plan).unwrap();
        prop_assert_eq!(fine.total().unwrap(), all.total().unwrap());
        // What is wanted and what is not are the whole.
        let mut odd = fine.only(one, |key| key % 2 == 1).unwrap();
        odd.merge(&fine.only(one, |key| key % 2 == 0).unwrap()).unwrap();
        prop_assert_eq!(odd, fine);
    }
}
