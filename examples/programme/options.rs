//! What the command line asks for.

use std::path::PathBuf;

use puhui::programme::Language;

use crate::support::arguments::Arguments;

/// The text of `--help`.
pub const HELP: &str = "\
Decides cases by a pack, policy as data: a circular as a TOML file (docs/PACK.md), and says why.

  PACK               a file, or the id of a pack that comes with the library: reads cases as JSON lines from the standard input
                     and prints each decision as a clerk reads it to a customer
  --json             one answer a line instead, as JSON
  --lang zh|en|both  the language of what is printed; en unless said otherwise
  --on DATE          the day of the decision, for cases that do not say it
  --check PACK       lists all that is wrong with a pack: line, column, path, what was found, what was expected
  --print PACK       writes it as a page (Markdown), figure by figure with document and sureness
    --html           the page as HTML
  --canonical PACK   writes its canonical form, which its hash is of, and the SHA-256 on a line of its own
  --bases DIR        the folder of the packs that it builds on; those that come with the library need none
  --help             this text

A case: {\"facts\":{\"case.on\":\"2020-03-01\",\"loan.amount\":\"50000.00\",\"account.class@2020-02-29\":\"normal\"},
\"choices\":{\"new_date\":\"2020-06-30\"},\"rows\":[{\"on\":\"2020-03-20\",\"principal\":\"1000.00\",\"interest\":\"20.00\"}]}

Ends with 0, with 1 when something is wrong with the pack or with a case, with 2 when the options are wrong.
";

/// What is to be said of a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    Decide,
    Check,
    Print,
    Canonical,
}

/// Of which pack, and how.
pub struct Options {
    pub asked: Asked,
    pub pack: PathBuf,
    /// Where the packs are that it may build on.
    pub bases: Option<PathBuf>,
    pub json: bool,
    /// A page as HTML.
    pub html: bool,
    pub languages: Vec<Language>,
    /// The day of the decision of cases that do not say it.
    pub on: Option<String>,
}

/// Reads the command line. None: it asks for help.
pub fn read() -> Result<Option<Options>, String> {
    let known = ["check", "print", "canonical", "bases", "lang", "on"];
    let Some(arguments) = Arguments::read(&known, &["html", "json"], Some("pack"))? else { return Ok(None) };
    let mut asked = Vec::new();
    for (option, what) in [
        ("pack", Asked::Decide),
        ("check", Asked::Check),
        ("print", Asked::Print),
        ("canonical", Asked::Canonical),
    ] {
        asked.extend(arguments.path(option)?.map(|pack| (what, pack)));
    }
    let Ok([(asked, pack)]) = <[_; 1]>::try_from(asked) else {
        return Err("expected one of PACK, --check PACK, --print PACK and --canonical PACK".to_owned());
    };
    let languages = match arguments.text("lang")? {
        None | Some("en") => vec![Language::English],
        Some("zh") => vec![Language::Chinese],
        Some("both") => vec![Language::English, Language::Chinese],
        Some(other) => return Err(format!("--lang: expected zh, en or both, got {other:?}")),
    };
    let on = arguments.text("on")?.map(str::to_owned);
    if let Some(on) = &on {
        puhui::parse_date(on, "--on").map_err(|error| error.to_string())?;
    }
    let (bases, json) = (arguments.path("bases")?, arguments.has("json"));
    if asked != Asked::Decide && (json || on.is_some()) {
        return Err("--json and --on are of cases, which PACK alone decides".to_owned());
    }
    let html = arguments.has("html");
    if html && asked != Asked::Print {
        return Err("--html is of a page, which --print writes".to_owned());
    }
    Ok(Some(Options { asked, pack, bases, json, html, languages, on }))
}
