//! Packs of a country that does not exist, and cases of any pack, drawn at random.

pub mod cases;
pub mod packs;
mod phrases;
