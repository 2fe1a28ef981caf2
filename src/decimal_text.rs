//! The strict text form of numbers: `-?digits(.digits)?` and nothing else.

use rust_decimal::Decimal;

use crate::error::{Error, ErrorCode, Result};

/// A decimal as it was written: the sign, and the digits on either side of the point.
pub(crate) struct DecimalText<'a> {
    pub(crate) negative: bool,
    pub(crate) whole: &'a str,
    pub(crate) decimals: &'a str,
}

/// Splits `text`, refusing exponents, underscores, plus signs, spaces and missing digits; the error shows what is wanted, such as
/// `such_as`.
pub(crate) fn split_decimal<'a>(
    text: &'a str,
    field: &'static str,
    such_as: &str,
) -> Result<DecimalText<'a>> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, decimals) = match unsigned.split_once('.') {
        Some((whole, decimals)) if !decimals.is_empty() => (whole, decimals),
        Some(_) => return Err(malformed(text, field, such_as)),
        None => (unsigned, ""),
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(decimals) {
        return Err(malformed(text, field, such_as));
    }
    Ok(DecimalText { negative, whole, decimals })
}

/// Reads a decimal that is held exactly.
///
/// # Errors
///
/// [`ErrorCode::Malformed`] for another form, [`ErrorCode::TooManyDigits`] for more than 28 digits.
pub(crate) fn exact_decimal(text: &str, field: &'static str, such_as: &str) -> Result<Decimal> {
    let has_point = !split_decimal(text, field, such_as)?.decimals.is_empty();
    // Zeros at the end say nothing, and must not count as digits.
    let digits = if has_point { text.trim_end_matches('0').trim_end_matches('.') } else { text };
    Decimal::from_str_exact(digits)
        .map_err(|_| Error::new(ErrorCode::TooManyDigits, field, quoted(text), "at most 28 digits"))
}

#[cold]
fn malformed(text: &str, field: &'static str, such_as: &str) -> Error {
    Error::new(
        ErrorCode::Malformed,
        field,
        quoted(text),
        format_args!("a decimal such as {such_as}, as a string"),
    )
}

/// `text` in quotes, cut where it is long: an error must not carry a megabyte of somebody's input.
pub(crate) fn quoted(text: &str) -> String {
    const SHOWN: usize = 40;
    if text.chars().count() <= SHOWN {
        return format!("{text:?}");
    }
    let head: String = text.chars().take(SHOWN).collect();
    format!("{head:?}...")
}
