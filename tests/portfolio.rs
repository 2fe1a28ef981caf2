//! Books and tallies: what is refused and how it is named, and tables there and back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use puhui::portfolio::{Book, Columns, Dimension, Distinct, Ids, LoansCounted, Measure, Tally, TallyPlan};
use puhui::{Currency, ErrorCode, Figure, StatisticalBasis, TermBand, parse_date};
#[cfg(feature = "csv")]
use support::says;

fn plan() -> TallyPlan {
    TallyPlan::new(parse_date("2020-03-31", "as_of").unwrap()).unwrap()
}

/// What is wrong with these columns.
fn refused(columns: Columns<'_>) -> (ErrorCode, String) {
    let error = Book::new(Currency::CNY, columns).unwrap_err();
    (error.code(), error.to_string())
}

#[test]
fn a_wrong_column_is_named_with_its_row() {
    let two = || Columns { balance_minor: vec![5, 7].into(), ..Columns::default() };
    let cases: Vec<(Columns<'_>, ErrorCode, &str)> = vec![
        (
            Columns { county: vec![500_101].into(), ..two() },
            ErrorCode::LengthsDiffer,
            "county: expected as many rows as balance has, 2, or none, got 1",
        ),
        (
            Columns { balance_minor: vec![5, -7].into(), ..two() },
            ErrorCode::OutOfRange,
            "balance[1]: expected 0 or more, got -7",
        ),
        (
            Columns { class: vec![0, 6].into(), ..two() },
            ErrorCode::UnknownValue,
            "class[1]: expected a code from 1 to 5, or 0 for none, got 6",
        ),
        (
            Columns { forbearance: vec![8, 0].into(), ..two() },
            ErrorCode::UnknownValue,
            "forbearance[0]: expected a sum of 1, 2, 4, each at most once, got 8",
        ),
        (
            Columns { disbursed_ymd: vec![20_200_229, 20_210_229].into(), ..two() },
            ErrorCode::Malformed,
            "disbursed_on[1]: expected a calendar date as yyyymmdd, got 20210229",
        ),
        (
            Columns { overdue_minor: vec![5, 8].into(), ..two() },
            ErrorCode::Contradiction,
            "overdue[1]: expected at most 7, the balance, got 8",
        ),
        (
            Columns {
                disbursed_ymd: vec![20_200_101, 0].into(),
                due_ymd: vec![20_191_231, 0].into(),
                ..two()
            },
            ErrorCode::DatesOutOfOrder,
            "due_on[0]: expected 20200101 or later, got 20191231",
        ),
        (
            Columns { rate_ppb: vec![0, 10_000_000_001].into(), ..two() },
            ErrorCode::OutOfRange,
            "rate[1]: expected -10000000000 to 10000000000 parts per billion (1000 % a year), got 10000000001",
        ),
        (
            Columns { persons: vec![1].into(), ..two() },
            ErrorCode::LengthsDiffer,
            "person_offset: expected offsets that say whose the persons are, got no column",
        ),
        (
            Columns { persons: vec![1].into(), person_offset: vec![0, 2, 1].into(), ..two() },
            ErrorCode::LengthsDiffer,
            "person_offset[0]: expected offsets that rise to at most 1, got 0",
        ),
        (
            Columns {
                persons: vec![1, 2].into(),
                person_offset: vec![0, 0, 2].into(),
                person_times: vec![0, 1].into(),
                ..two()
            },
            ErrorCode::Contradiction,
            "persons[1]: expected at most 1, the number of person-times, got 2",
        ),
    ];
    for (columns, code, message) in cases {
        assert_eq!(refused(columns), (code, message.to_owned()));
    }
}

#[cfg(feature = "csv")]
#[test]
fn a_wrong_table_is_named_with_its_line_and_column() {
    let cases = [
        ("county\n500101\n", ErrorCode::Missing, "line 1: expected a column currency, got none"),
        ("currency,colour\n", ErrorCode::UnknownField, "line 1: expected … got \"colour\""),
        ("currency,county,county\n", ErrorCode::Contradiction, "line 1: expected … got \"county\""),
        (
            "currency,balance\nCNY,1.00\nUSD,1.00\n",
            ErrorCode::CurrencyMismatch,
            "line 3, column currency: expected … got \"USD\"",
        ),
        (
            "currency,balance\nCNY,1.001\n",
            ErrorCode::TooManyDigits,
            "line 2, column balance: expected … got 1.001",
        ),
        ("currency,balance\nCNY,\n", ErrorCode::Malformed, "line 2, column balance: expected … got \"\""),
        (
            "currency,balance\nCNY,-1.00\n",
            ErrorCode::OutOfRange,
            "line 2, column balance: expected … got -100",
        ),
        ("currency,balance\nCNY\n", ErrorCode::Malformed, "line 2: expected 2 cells, got 1"),
        (
            "currency,class\nCNY,good\n",
            ErrorCode::UnknownValue,
            "line 2, column class: expected … got \"good\"",
        ),
        (
            "currency,disbursed_on\nCNY,2020-2-1\n",
            ErrorCode::Malformed,
            "line 2, column disbursed_on: expected … got \"2020-2-1\"",
        ),
        (
            "currency,disbursed_on\nCNY,20200230\n",
            ErrorCode::Malformed,
            "line 2, column disbursed_on: expected … got 20200230",
        ),
        ("currency,county\nCNY,+5\n", ErrorCode::Malformed, "line 2, column county: expected … got \"+5\""),
        (
            "currency,county\nCNY,4294967296\n",
            ErrorCode::OutOfRange,
            "line 2, column county: expected … got \"4294967296\"",
        ),
        (
            "currency,rate\nCNY,0.04350000001\n",
            ErrorCode::TooManyDigits,
            "line 2, column rate: expected … got \"0.04350000001\"",
        ),
        (
            "currency,persons\nCNY,7  8\n",
            ErrorCode::Malformed,
            "line 2, column persons: expected … got \"7  8\"",
        ),
        (
            "currency,basis\nCNY,own own\n",
            ErrorCode::Contradiction,
            "line 2, column basis: expected … got \"own own\"",
        ),
    ];
    for (text, code, message) in cases {
        let error = Book::read_csv(text.as_bytes(), Currency::CNY).unwrap_err();
        assert_eq!(error.code(), code, "{text}: {error}");
        assert!(says(&error, message), "{text}: {error}");
    }
    let bytes = b"currency,county\nCNY,\xff\n";
    assert_eq!(Book::read_csv(bytes.as_slice(), Currency::CNY).unwrap_err().code(), ErrorCode::Io);
}

#[cfg(feature = "csv")]
#[test]
fn a_table_is_read_in_any_order_of_columns_and_either_form_of_days() {
    let text = "\u{feff}balance,disbursed_on,currency,persons,basis,person_times\r\n\
                50000.00,2020-03-31,CNY,7 8,central_bank own,3\r\n0,20200229,CNY,,,0\r\n";
    let book = Book::read_csv(text.as_bytes(), Currency::CNY).unwrap();
    let columns = book.columns();
    assert_eq!(columns.balance_minor.as_ref(), [5_000_000, 0]);
    assert_eq!(columns.disbursed_ymd.as_ref(), [20_200_331, 20_200_229]);
    assert_eq!(
        columns.basis.as_ref(),
        [StatisticalBasis::CentralBank.bit() | StatisticalBasis::Own.bit(), 0]
    );
    assert_eq!((book.persons(0), book.persons(1)), ([7, 8].as_slice(), [].as_slice()));
    let mut written = Vec::new();
    book.write_csv(&mut written).unwrap();
    assert_eq!(
        String::from_utf8(written).unwrap(),
        "currency,basis,balance,disbursed_on,person_times,persons\n\
         CNY,central_bank own,50000.00,2020-03-31,3,7 8\nCNY,,0.00,2020-02-29,0,\n"
    );
}

#[test]
fn an_empty_book_has_every_column_and_no_figure() {
    let book = Book::new(Currency::CNY, Columns::default()).unwrap();
    let tally = Tally::of(&book, &plan().by(Dimension::ALL).measures(Measure::ALL)).unwrap();
    assert_eq!(tally.groups().count(), 0);
    let total = tally.total().unwrap();
    assert_eq!((total.loans, total.balance()), (0, 0));
    for figure in
        [total.npl_ratio(), total.overdue_rate(), total.rate_of_balance(), total.outstanding.average()]
    {
        assert_eq!(figure.unwrap(), Figure::ZeroBase);
    }
    let none = Distinct::of(&book, &[], Ids::Persons, LoansCounted::All).unwrap();
    assert_eq!((none.total().len(), none.share_of(Some(0)).unwrap()), (0, Figure::ZeroBase));
    assert_eq!(none.share_of(None).unwrap(), Figure::MissingBase);
}

#[test]
fn a_book_without_a_column_is_not_a_book_of_zeros() {
    let columns = Columns { balance_minor: vec![5, 7].into(), ..Columns::default() };
    let book = Book::new(Currency::CNY, columns).unwrap();
    for (measure, column) in [
        (Measure::BalanceRate, "rate"),
        (Measure::Lending, "amount"),
        (Measure::Overdue, "overdue"),
        (Measure::Classes, "class"),
        (Measure::PersonTimes, "person_times"),
        (Measure::Forbearance, "forbearance"),
        (Measure::Deferred, "deferred"),
    ] {
        let error = Tally::of(&book, &plan().measures(&[measure])).unwrap_err();
        assert_eq!((error.code(), error.field()), (ErrorCode::Missing, column));
    }
    let error = Tally::of(&book, &plan().by(&[Dimension::Township])).unwrap_err();
    assert_eq!((error.code(), error.field()), (ErrorCode::Missing, "township"));
    let error = Tally::of(&book, &plan().basis(StatisticalBasis::Own)).unwrap_err();
    assert_eq!((error.code(), error.field()), (ErrorCode::Missing, "basis"));
}

#[test]
fn an_extended_loan_keeps_its_original_term() {
    // A year and extended by one; a year to the day from 29 February; five years and a day.
    let columns = Columns {
        disbursed_ymd: vec![20_180_101, 20_200_229, 20_150_101].into(),
        original_due_ymd: vec![20_190_101, 20_210_228, 20_200_102].into(),
        due_ymd: vec![20_200_101, 20_210_228, 20_200_102].into(),
        balance_minor: vec![1, 10, 100].into(),
        ..Columns::default()
    };
    let book = Book::new(Currency::CNY, columns).unwrap();
    let balances = |by| {
        let tally = Tally::of(&book, &plan().by(&[by]).measures(&[Measure::Balance])).unwrap();
        TermBand::ALL
            .iter()
            .map(|term| tally.group(&[term.code().into()]).map_or(0, |sums| sums.balance()))
            .collect::<Vec<_>>()
    };
    assert_eq!(balances(Dimension::OriginalTerm), [11, 0, 100]);
    assert_eq!(balances(Dimension::Term), [10, 1, 100]);
}
