//! Why a call failed.

use std::fmt;

use super::status::{PUHUI_ERR_NULL, PUHUI_ERR_ROWS, PUHUI_ERR_UNKNOWN_CODE, puhui_status};
use crate::error::Error;

/// Why a call failed.
#[derive(Debug)]
pub(in crate::ffi) enum Failure {
    /// The call itself is wrong: what is expected at a parameter or field.
    Call { status: puhui_status, field: &'static str, message: &'static str },
    /// An unknown code.
    Code { field: &'static str, given: u32 },
    /// What was asked for is wrong; `names.rs` makes it of an error, for it knows what C calls the field.
    Core(Error),
    /// The first row that failed.
    Row { row: usize, failure: Box<Failure> },
    /// An element of an array of structs.
    Element { array: &'static str, index: usize, failure: Box<Failure> },
    /// A struct that another one points to.
    Inside { parent: &'static str, failure: Box<Failure> },
}

impl Failure {
    /// A NULL pointer.
    #[cold]
    pub(in crate::ffi) fn null(field: &'static str) -> Failure {
        Failure::Call { status: PUHUI_ERR_NULL, field, message: "a pointer that is not NULL" }
    }

    /// A row that failed.
    #[cold]
    pub(in crate::ffi) fn of_row(row: usize, failure: impl Into<Failure>) -> Failure {
        Failure::Row { row, failure: Box::new(failure.into()) }
    }

    /// The same in a struct that another one, or a parameter, points to.
    #[cold]
    pub(in crate::ffi) fn inside(self, parent: &'static str) -> Failure {
        Failure::Inside { parent, failure: Box::new(self) }
    }

    /// An element of an array that failed.
    #[cold]
    pub(in crate::ffi) fn element(array: &'static str, index: usize, failure: impl Into<Failure>) -> Failure {
        Failure::Element { array, index, failure: Box::new(failure.into()) }
    }

    /// What the call returns.
    pub(in crate::ffi) fn returned(&self) -> puhui_status {
        match self {
            Failure::Row { .. } => PUHUI_ERR_ROWS,
            _ => self.detail_status(),
        }
    }

    /// What `puhui_error` says.
    pub(in crate::ffi) fn detail_status(&self) -> puhui_status {
        match self {
            Failure::Call { status, .. } => *status,
            Failure::Code { .. } => PUHUI_ERR_UNKNOWN_CODE,
            Failure::Core(error) => error.into(),
            Failure::Row { failure, .. }
            | Failure::Element { failure, .. }
            | Failure::Inside { failure, .. } => failure.detail_status(),
        }
    }

    pub(in crate::ffi) fn row(&self) -> Option<u64> {
        match self {
            Failure::Row { row, .. } => u64::try_from(*row).ok(),
            _ => None,
        }
    }

    /// Writes where it went wrong.
    pub(in crate::ffi) fn write_field(&self, to: &mut impl fmt::Write) -> fmt::Result {
        match self {
            Failure::Call { field, .. } | Failure::Code { field, .. } => to.write_str(field),
            Failure::Core(error) => to.write_str(error.field()),
            Failure::Row { failure, .. } => failure.write_field(to),
            Failure::Element { array, index, failure } => {
                write!(to, "{array}[{index}].")?;
                failure.write_field(to)
            }
            Failure::Inside { parent, failure } => {
                write!(to, "{parent}.")?;
                failure.write_field(to)
            }
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Call { field: "", message, .. } => f.write_str(message),
            Failure::Call { field, message, .. } => write!(f, "{field}: expected {message}"),
            Failure::Code { field, given } => write!(f, "{field}: unknown code {given}"),
            Failure::Core(error) => error.fmt(f),
            Failure::Row { failure, .. } => failure.fmt(f),
            Failure::Element { array, index, failure } => write!(f, "{array}[{index}].{failure}"),
            Failure::Inside { parent, failure } => write!(f, "{parent}.{failure}"),
        }
    }
}
