//! A door for every language: one request a line on the standard input, one answer a line on the standard output.
//!
//! ```text
//! cargo run --release --example jsonl < requests.jsonl
//! ```
//!
//! A request is `{"id":"1","terms":{...}}`; its answer is `{"id":"1","schedule":{...}}`, or
//! `{"id":"1","error":{"code":"...","field":"terms.principal","message":"..."}}`. A bad line is an answer, not an end. With
//! `"relief":[{...}]` beside the terms, the schedule is that after the reliefs, with their `"impact"`. With
//! `"events":[{...}],"as_of":"2020-12-31"` the answer has the `"position"` of that day, and the `"postings"` up to it.

#[path = "jsonl/answer.rs"]
mod answer;
#[path = "jsonl/request.rs"]
mod request;

use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, Read, Write};
use std::process::ExitCode;

use puhui::ErrorCode;

use answer::{Answer, Fault, answer};

/// The longest line that is read. A longer one is answered with an error and skipped.
const LONGEST_LINE: usize = 64 << 20;

const HELP: &str = "\
One request a line on the standard input, one answer a line on the standard output, in the same order.

  {\"id\":\"1\",\"terms\":{...}}                     ->  {\"id\":\"1\",\"schedule\":{...}}
  {\"id\":\"1\",\"terms\":{...},\"annualised\":true}   ->  {\"id\":\"1\",\"schedule\":{...},\"annualised\":{...}}
  {\"id\":\"1\",\"terms\":{...},\"relief\":[{...}]}    ->  {\"id\":\"1\",\"schedule\":{...},\"impact\":{...}}
  {\"id\":\"1\",\"terms\":{...},\"events\":[{...}],\"as_of\":\"2020-12-31\"}
                                               ->  {\"id\":\"1\",\"schedule\":{...},\"position\":{...},\"postings\":[...]}
  anything else                                ->  {\"id\":...,\"error\":{\"code\":...,\"field\":...,\"message\":...}}

With reliefs, the schedule is the one after them; the annualised rates are always those of the contract as it was made.
No relief in the array is as no array.

The position is that at the end of the day of as_of, after all events up to it: {\"on\":\"2020-02-20\",\"repaid\":\"1500.00\"}.
Without events, nothing happened but that the loan was paid out. With \"known_on\":\"2020-06-30\" what was booked later is
left out. The schedule is that of the contract: a relief is an event there, {\"on\":...,\"relief\":{...}}.

Empty lines are skipped. An answer goes out before the next line is waited for. There are no options.
";

fn main() -> ExitCode {
    let done = match std::env::args_os().nth(1) {
        None => serve(io::stdin().lock(), io::stdout().lock()),
        Some(arg) if arg == "--help" || arg == "-h" => io::stdout().write_all(HELP.as_bytes()),
        Some(arg) => {
            eprintln!("jsonl: there is no option {}\nTry --help.", arg.display());
            return ExitCode::from(2);
        }
    };
    match done {
        // Whoever reads the answers has had enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("jsonl: {error}");
            ExitCode::FAILURE
        }
        Ok(()) => ExitCode::SUCCESS,
    }
}

fn serve(input: impl Read, output: impl Write) -> io::Result<()> {
    let mut input = BufReader::with_capacity(1 << 16, input);
    let mut output = BufWriter::with_capacity(1 << 16, output);
    let mut line = Vec::new();
    loop {
        if !input.buffer().contains(&b'\n') {
            // The next line may be long in coming: let its sender have the answers to the ones before.
            output.flush()?;
        }
        line.clear();
        let most = u64::try_from(LONGEST_LINE).unwrap_or(u64::MAX).saturating_add(1);
        if input.by_ref().take(most).read_until(b'\n', &mut line)? == 0 {
            return output.flush();
        }
        let reply = if line.len() > LONGEST_LINE && line.last() != Some(&b'\n') {
            input.skip_until(b'\n')?;
            Answer::error(None, Fault::of_line(ErrorCode::OutOfRange, "the line is longer than 64 MiB"))
        } else {
            match line.trim_ascii() {
                [] => continue,
                request => answer(request),
            }
        };
        serde_json::to_writer(&mut output, &reply)?;
        output.write_all(b"\n")?;
    }
}
