//! What the command line asks for.

use std::path::PathBuf;

use crate::support::arguments::Arguments;

/// The text of `--help`.
pub const HELP: &str = "\
Reads a pack, policy as data: a circular as a TOML file (docs/PACK.md).

  --check FILE       lists all that is wrong with a pack: line, column, path, what was found, what was expected
  --canonical FILE   writes its canonical form, which its hash is of, and the SHA-256 on a line of its own
  --bases DIR        the folder of the packs that it builds on
  --help             this text

Ends with 0 when the pack is right, 1 when something is wrong with it, 2 when the options are wrong.
";

/// What is to be said of a pack.
pub enum Asked {
    Check,
    Canonical,
}

/// Of which pack.
pub struct Options {
    pub asked: Asked,
    pub pack: PathBuf,
    /// Where the packs are that it may build on.
    pub bases: Option<PathBuf>,
}

/// Reads the command line. None: it asks for help.
pub fn read() -> Result<Option<Options>, String> {
    let Some(arguments) = Arguments::read(&["check", "canonical", "bases"])? else { return Ok(None) };
    let (asked, pack) = match (arguments.path("check")?, arguments.path("canonical")?) {
        (Some(pack), None) => (Asked::Check, pack),
        (None, Some(pack)) => (Asked::Canonical, pack),
        _ => return Err("expected one of --check FILE and --canonical FILE".to_owned()),
    };
    Ok(Some(Options { asked, pack, bases: arguments.path("bases")? }))
}
