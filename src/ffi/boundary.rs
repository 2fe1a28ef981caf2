//! The border itself: how a call fails, what it reads and writes, text, structs that grow. Knows nothing of loans.

pub(super) mod error;
pub(super) mod failure;
pub(super) mod guard;
pub(super) mod options;
pub(super) mod read;
pub(super) mod result;
pub(super) mod start;
pub(super) mod status;
pub(super) mod text;
