//! What the command line asks for.

use std::path::PathBuf;

use puhui::loan::Relief;
#[cfg(feature = "packs")]
use puhui::programme::Pack;

use super::relief_options;
#[cfg(feature = "packs")]
use crate::by_pack::Night;
#[cfg(feature = "packs")]
use crate::packs;
use crate::support::arguments::Arguments;
use crate::support::source::{self, Source};

/// The text of `--help`.
pub const HELP: &str = "\
Grants one relief to every loan of a book that falls in its window.

  relief_night              a generated book: no loan in it is real
    --loans N               how many loans (default 100000)
    --seed N                which book (default 1)

  relief_night --sba FILE   loans of the US Small Business Administration, as it publishes them
    --rate R                the annual rate of every loan, a fraction (default 0.0750);
                            assumed, because the file has none

  --pack PACK --on DATE     instead of one relief: a programme, the id of a pack that comes with the library or a file. Every loan
                            lives to the day, so that what was paid is never put off; what is granted is booked; the same night
                            is run again, and grants nothing more. Prints reasons by rule and condition, and sums by product
    --check                 lists every loan outside the rules of its programme, with rule and figures, and grants nothing
    --bases DIR             the folder of the packs that it builds on

  --out DIR                 also writes DIR/outcomes.csv, DIR/refused.csv, DIR/loan.svg and, last of all,
                            DIR/summary.json
  --loan ID                 the loan that DIR/loan.svg shows before and after; without it, of a generated book
                            a loan of 50,000.00 drawn on 2020-01-15, if the relief touches it, and otherwise
                            the first loan that the relief is granted to
  --help                    this text

The relief, field by field. Without these options it is China's deferral of spring 2020: principal and interest due
from 2020-01-25 to 2020-06-30 are due on 2020-06-30, without penalty. With --sba, both due from 2008-10-01 to
2009-03-31 are deferred and the maturity moves with them. An option replaces one field; none takes a field away.

  --relief FILE             begin with the relief in this file, JSON, in place of the default
  --granted-on DATE         the day of the grant; loans drawn later are not granted anything
  --defer WORD              principal, interest, both
  --due-from DATE           the first due date of the window
  --due-until DATE          its last due date, or
  --instalments N           the first N instalments from --due-from on
  --principal-caught-up WORD   end_of_window, over_remaining, shifted, at_maturity
  --interest-meanwhile WORD    paid, simple, capitalised_at_end, capitalised_each_due_date, waived, at:RATE
  --interest-caught-up WORD    end_of_window, next_instalment, over_remaining, at_maturity
  --new-date DATE           when what is caught up at the end of the window falls due
  --maturity-moved-by N     an extension by N cycles, or
  --maturity-moved-to DATE  to a date
  --rate-from DATE:RATE     the rate of an extension, from a day on
  --penalty WORD            as_contracted, none
  --days-past-due WORD      by_due_dates, excluded
  --class-held-at DATE --class-reason TEXT --class-until DATE
                            the class is held at that of a day (without them: by_ladder)
  --credit-protected-from DATE --credit-protected-to DATE
                            no arrears are reported of these days (without them: as_counted)

A loan that was read is granted the relief, or it is not, for the reason that outcomes.csv names: not_yet_disbursed
(drawn after the day of the grant), nothing_due (nothing in the window), or the code of the error where the relief
does not fit the loan.

Ends with 0 when every row was decided or refused with its reason, 1 when a file cannot be read or written or the
loan of --loan has no picture, 2 when the options are wrong or the relief contradicts itself.
";

/// Which book, which relief, and where to.
pub struct Options {
    /// Where the loans come from.
    pub source: Source,
    /// What is granted.
    pub relief: Relief,
    /// The loan to be shown.
    pub loan: Option<String>,
    /// The folder for the results.
    pub out: Option<PathBuf>,
    /// A programme, in place of one relief.
    #[cfg(feature = "packs")]
    pub night: Option<Night>,
}

/// Reads the command line. None: it asks for help.
pub fn read() -> Result<Option<Options>, String> {
    let known: Vec<_> = source::OPTIONS
        .into_iter()
        .chain(relief_options::OPTIONS)
        .chain(["out", "loan"])
        .chain(NIGHT_OPTIONS)
        .collect();
    let Some(arguments) = Arguments::read(&known, &["check"], None)? else { return Ok(None) };
    let source = Source::read(&arguments)?;
    #[cfg(feature = "packs")]
    let night = night(&arguments, &source)?;
    let default = match source {
        Source::Generated { .. } => relief_options::SPRING_2020,
        Source::Sba { .. } => relief_options::WINTER_2008,
    };
    let relief = relief_options::read(&arguments, default)?;
    let (loan, out) = (arguments.text("loan")?.map(str::to_owned), arguments.path("out")?);
    if loan.is_some() && out.is_none() {
        return Err("--loan needs --out: the picture of the loan is written there".to_owned());
    }
    Ok(Some(Options {
        source,
        relief,
        loan,
        out,
        #[cfg(feature = "packs")]
        night,
    }))
}

/// The options of a night by a pack.
#[cfg(feature = "packs")]
const NIGHT_OPTIONS: [&str; 3] = ["pack", "on", "bases"];
#[cfg(not(feature = "packs"))]
const NIGHT_OPTIONS: [&str; 0] = [];

/// The programme and the day; none where one relief is granted.
#[cfg(feature = "packs")]
fn night(arguments: &Arguments, source: &Source) -> Result<Option<Night>, String> {
    let check = arguments.has("check");
    let (pack, on) = match (arguments.path("pack")?, arguments.text("on")?) {
        (Some(pack), Some(on)) => (pack, on),
        (None, None) if !check && !arguments.has("bases") => return Ok(None),
        _ => return Err("--pack and --on come together, --check and --bases with them".to_owned()),
    };
    if matches!(source, Source::Sba { .. })
        || relief_options::OPTIONS.iter().chain(&["out", "loan"]).any(|option| arguments.has(option))
    {
        return Err(
            "--pack decides a generated book: it has no --sba, no --out and no field of a relief".to_owned()
        );
    }
    let on = puhui::parse_date(on, "--on").map_err(|error| error.to_string())?;
    let (text, bases) = packs::found(&pack, arguments.path("bases")?.as_deref())
        .map_err(|error| format!("--pack: {error}"))?;
    let bases: Vec<&Pack> = bases.iter().collect();
    let pack = Pack::read(&text, &bases).map_err(|fault| format!("--pack: {}:{fault}", pack.display()))?;
    Ok(Some(Night { pack, on, check }))
}
