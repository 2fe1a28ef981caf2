//! The rows of a schedule, one by one: by the fast way as long as it goes, and else by the general one.

use crate::error::Result;
use crate::loan::agreement::loan::Loan;
use crate::loan::schedule::general_rows::GeneralRows;
use crate::loan::schedule::plain_rows::PlainRows;
use crate::loan::schedule::row::Instalment;

/// The rows of a [`Schedule`](crate::loan::Schedule), computed one by one.
#[derive(Clone, Debug)]
pub struct Instalments<'a> {
    way: Way<'a>,
}

#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant, reason = "a box would be an allocation, and rows are taken without one")]
enum Way<'a> {
    Plain(PlainRows, Loan<'a>),
    General(GeneralRows<'a>),
}

impl<'a> Instalments<'a> {
    #[inline]
    pub(crate) fn new(loan: Loan<'a>) -> Instalments<'a> {
        let way = match PlainRows::of(&loan) {
            Some(plain) => Way::Plain(plain, loan),
            None => Way::General(GeneralRows::new(loan)),
        };
        Instalments { way }
    }

    /// The interest beyond the payment of the last row made, that the next one bills.
    pub(crate) fn carried(&self) -> i64 {
        match &self.way {
            // Payments below their interest are not this way's.
            Way::Plain(..) => 0,
            Way::General(general) => general.carried(),
        }
    }

    /// The next row, whichever it is.
    #[inline(never)]
    fn any(&mut self) -> Option<Result<Instalment>> {
        match &mut self.way {
            Way::Plain(plain, loan) => match plain.any() {
                Some(row) => Some(Ok(row)),
                None if plain.made() == loan.due_dates() => None,
                None => {
                    let (loan, made) = (*loan, plain.made());
                    self.go_on(loan, made)
                }
            },
            Way::General(general) => general.next(),
        }
    }

    /// Goes on by the general way, after the rows that were made.
    #[cold]
    fn go_on(&mut self, loan: Loan<'a>, made: u32) -> Option<Result<Instalment>> {
        let mut general = GeneralRows::new(loan);
        let failed = (0..made).find_map(|_| general.next().filter(Result::is_err));
        let row = failed.or_else(|| general.next());
        self.way = Way::General(general);
        row
    }
}

impl Iterator for Instalments<'_> {
    type Item = Result<Instalment>;

    /// A row goes from registers to where it is wanted: written to memory in parts and copied from there, it would keep the
    /// processor waiting for longer than it takes to compute.
    #[inline]
    fn next(&mut self) -> Option<Result<Instalment>> {
        let plain = match &mut self.way {
            Way::Plain(plain, _) => plain.before_last(),
            Way::General(_) => None,
        };
        let row = match plain {
            Some(row) => row,
            None => match self.any()? {
                Ok(row) => row,
                Err(error) => return Some(Err(error)),
            },
        };
        Some(Ok(row))
    }
}

impl std::iter::FusedIterator for Instalments<'_> {}
