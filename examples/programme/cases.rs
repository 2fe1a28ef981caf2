//! Cases as JSON lines, each decided by a pack.

use std::io::{self, BufRead, ErrorKind, Write};

use puhui::Error;
use puhui::programme::{Case, Decision, Pack};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::options::Options;
use crate::support::loan_book::Failure;

/// What is wrong with a case.
#[derive(Serialize)]
struct Fault {
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    message: String,
}

/// Reads cases from the standard input and says what each comes to. A case that is wrong is an answer, not an end.
pub fn decide(pack: &Pack, options: &Options) -> Result<(), Failure> {
    let mut to = io::BufWriter::new(io::stdout().lock());
    let mut wrong = 0_u64;
    for (number, line) in (1_u64..).zip(io::stdin().lock().lines()) {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let (id, decided) = answer(pack, options, &line);
        wrong += u64::from(decided.is_err());
        let written = if options.json {
            write_json(&mut to, id, &decided)
        } else {
            write_text(&mut to, pack, options, number, &decided)
        };
        match written {
            // Whoever reads the answers has had enough.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
            written => written?,
        }
    }
    to.flush()?;
    if wrong > 0 {
        return Err(format!("{wrong} cases are wrong").into());
    }
    Ok(())
}

/// The id of a case, where it has one, and what it comes to.
fn answer(pack: &Pack, options: &Options, line: &str) -> (Option<Value>, Result<Decision, Fault>) {
    let malformed = |message: String| Fault { code: "malformed", field: None, message };
    let mut members: Map<String, Value> = match serde_json::from_str(line) {
        Ok(members) => members,
        Err(error) => return (None, Err(malformed(error.to_string()))),
    };
    let id = members.remove("id");
    if let Some(on) = &options.on {
        let facts = members.entry("facts").or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(facts) = facts {
            facts.entry("case.on").or_insert_with(|| Value::String(on.clone()));
        }
    }
    let decided = serde_json::from_value::<Case>(Value::Object(members))
        .map_err(|error| malformed(error.to_string()))
        .and_then(|case| pack.decide(&case).map_err(fault));
    (id, decided)
}

fn fault(error: Error) -> Fault {
    Fault { code: error.code().as_str(), field: Some(error.field().to_owned()), message: error.to_string() }
}

/// One answer a line: the decision, or `{"error":{...}}`, with the id of the case.
fn write_json(to: &mut impl Write, id: Option<Value>, decided: &Result<Decision, Fault>) -> io::Result<()> {
    #[derive(Serialize)]
    struct Answer<'d> {
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<Value>,
        #[serde(flatten)]
        decision: Option<&'d Decision>,
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<&'d Fault>,
    }
    let answer = Answer { id, decision: decided.as_ref().ok(), error: decided.as_ref().err() };
    serde_json::to_writer(&mut *to, &answer)?;
    to.write_all(b"\n")
}

fn write_text(
    to: &mut impl Write,
    pack: &Pack,
    options: &Options,
    number: u64,
    decided: &Result<Decision, Fault>,
) -> io::Result<()> {
    match decided {
        Ok(decision) => options
            .languages
            .iter()
            .try_for_each(|language| to.write_all(pack.explain(decision, *language).as_bytes())),
        Err(fault) => writeln!(to, "line {number}: {}", fault.message),
    }
}
