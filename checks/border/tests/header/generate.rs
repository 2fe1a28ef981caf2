//! How `include/puhui.h` is made, for whoever changes the border, and for the test that it is not stale.

use std::error::Error;
use std::path::Path;

/// The C header, from the sources of the border and of the record that crosses it as it is.
pub(crate) fn generate(root: &Path) -> Result<String, Box<dyn Error>> {
    let config = cbindgen::Config::from_file(root.join("cbindgen.toml")).unwrap_or_default();
    let mut builder = cbindgen::Builder::new().with_config(config);
    for source in [
        "boundary/status",
        "boundary/error",
        "codes",
        "codes/statistics",
        "codes/community",
        "calendar",
        "benchmark",
        "servicing",
        "product",
        "loan",
        "loan_columns",
        "instalment",
        "schedule",
        "relief",
        "relieve",
        "event",
        "account",
        "record",
        "roll",
        "credit_line",
        "book",
        "figure",
        "sums",
        "tally",
        "distinct",
        "growth",
        "coverage",
    ] {
        builder = builder.with_src(root.join("src/ffi").join(source).with_extension("rs"));
    }
    // The record of an account is one for Rust and C.
    let bindings = builder.with_src(root.join("src/loan/account/state.rs")).generate()?;
    let mut header = Vec::new();
    bindings.write(&mut header);
    // What a caller must see to has the heading in Rust that its tools ask for; a reader of C knows no such word.
    Ok(String::from_utf8(header)?.replace(" * # Safety\n", " * # Requirements\n"))
}
