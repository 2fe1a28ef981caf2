//! What was signed: the product, the terms of one loan, and how it is serviced. It never changes.
//!
//! # One loan, from the product to the checked pair
//!
//! A bank sells one kind of loan to a million people. What they share is a [`ProductRules`](crate::loan::ProductRules): the
//! currency, the method of repayment, the day count, the rounding, the cycle of the due dates, and how loans are serviced
//! ([`Servicing`](crate::loan::Servicing): what arrears cost, what a payment settles first). It is checked once, by
//! [`Product::new`](crate::loan::Product::new), and shared by reference. What differs is a [`Terms`](crate::loan::Terms) of
//! 64 bytes: amount, rate, fees, days. [`Loan::new`](crate::loan::Loan::new) holds the two against each other; the
//! [`Loan`](crate::loan::Loan) that comes out is what every other room is built on.
//!
//! 50,000.00 are lent on 15 January 2020 and repaid on the 20th of six months. The due dates are counted from the first
//! one, roll off days that are not worked, and interest follows them or not, as the product says: 20 June 2020 is a Saturday.
//!
//! ```
//! use puhui::loan::{Loan, Method, Product, ProductRules, Terms};
//! use puhui::{BusinessDays, Calendar, Currency, Cycle, DayCount, Money, Roll, RolledInterest, Rounding, parse_date};
//!
//! let mut rules = ProductRules::new(Currency::CNY, Method::EqualInstalment, DayCount::Actual360, Rounding::HalfUp)
//!     .every(Cycle::MONTHLY);
//! let (calendar, roll, interest) = (Calendar::cn(), Roll::Following, RolledInterest::Unadjusted);
//! rules.business_days = Some(BusinessDays { calendar, roll, interest, strict: true });
//! let product = Product::new(rules)?;
//!
//! let terms = Terms::new(Money::from_minor(5_000_000), "0.0435".parse()?, parse_date("2020-01-15", "disbursed_on")?)
//!     .instalments(6, parse_date("2020-02-20", "first_due_on")?);
//! let loan = Loan::new(&product, terms)?;
//! assert_eq!((loan.due_dates(), loan.maturity().to_string()), (6, "2020-07-20".to_owned()));
//! // The fifth falls due on Monday, and bills the interest of the days to Saturday.
//! let fifth = &loan.schedule().to_vec()?[4];
//! assert_eq!((fifth.due_on.to_string(), fifth.days), ("2020-06-22".to_owned(), 31));
//!
//! // A first due date that does not lie after the disbursement gets no loan, but the name of the field.
//! let late = Terms { first_due_on: Some(terms.disbursed_on), ..terms };
//! assert_eq!(Loan::new(&product, late).unwrap_err().field(), "first_due_on");
//! # Ok::<(), puhui::Error>(())
//! ```
//!
//! # What is checked where
//!
//! | door | what holds behind it |
//! |---|---|
//! | the types | a rate is a fraction between their bounds, a cycle is not empty, an order of allocation names each part once, a season has a month |
//! | `Product::new` | a method that needs a cycle has one; a grace fits its method and is no longer without interest than without principal; `payment_multiple` is above zero; payments that may be lower than their interest carry none of it to later instalments; every number of the servicing lies in its range, and no payer is named twice |
//! | `Loan::new` | all that follows |
//!
//! The invariants of a [`Loan`](crate::loan::Loan), which no code behind it asks for again:
//!
//! * The principal is above zero, fees are not below it. A residual lies between zero and the principal, and is zero unless a
//!   balloon leaves it.
//! * There are 1 to [`Loan::MAX_INSTALMENTS`](crate::loan::Loan::MAX_INSTALMENTS) due dates, more than the grace of principal,
//!   fewer than the instalments that a balloon is amortised over; a season has one of them, after the grace.
//! * Cycle dates rise from row to row, and the last one is the maturity. The first row falls due, and ends its period, after the
//!   disbursement. Where they roll to, two of them may meet on one day.
//! * The days of later rates rise and do not lie before the disbursement.
//! * Planned principal is there with a custom loan alone. Its days rise, lie between the disbursement and the maturity, and its
//!   amounts are above zero and sum to the principal.
//!
//! What depends on figures is not asked at this door: amounts that exceed 64 bits of minor units, and a date between the first
//! and the last that a strict calendar does not cover, are errors of the row in which they are found.
//!
//! # The files
//!
//! `payer`, `allocation`, `method`, `servicing` and `product` are the words and the numbers; `terms` what differs; `loan` the
//! pair; `due_dates` what its cycle gives; `checks` the door.

pub(crate) mod allocation;
mod checks;
pub(crate) mod due_dates;
pub(crate) mod loan;
pub(crate) mod method;
pub(crate) mod payer;
pub(crate) mod product;
pub(crate) mod servicing;
pub(crate) mod terms;
