//! A line of credit: what of its limit is used, and what is free.

use super::boundary::error::puhui_error;
use super::boundary::failure::Failure;
use super::boundary::guard::required_array;
use super::boundary::options::{self, Plain, struct_size};
use super::boundary::result::give_struct;
use super::boundary::start::start;
use super::boundary::status::puhui_status;
use super::codes::{flag, loan::Movement, word};
use crate::calendar::{parse_ymd, to_ymd};
use crate::loan::CreditLine;
use crate::money::Money;

/// A movement of a line of credit. A record of arrays: its size does not change.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_line_movement {
    /// One of `PUHUI_LINE_*`.
    pub kind: u32,
    /// The day from which it counts, the day itself included.
    pub on_ymd: i32,
    /// The amount, in minor units; above 0, but for a new limit, which may be 0.
    pub amount_minor: i64,
}

const _: () = assert!(size_of::<puhui_line_movement>() == 16);

/// A line of credit (额度): how much may be drawn, from when to when, and what moved it.
///
/// Start with `PUHUI_CREDIT_LINE_INIT`. Each draw is a loan of its own; the line only counts the principal that they draw and repay.
/// The movements belong to the caller and are only read during a call; they are checked in their order, each against those before it,
/// whatever their days. Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_credit_line {
    /// `sizeof(struct puhui_credit_line)` as the caller was compiled.
    pub struct_size: u32,
    /// 1: principal that is repaid may be drawn again (循环额度). 0: it may not.
    pub revolving: u32,
    /// The first day that the line may be drawn on.
    pub from_ymd: i32,
    /// The last day that the line may be drawn on.
    pub until_ymd: i32,
    /// The limit on the first day, in minor units, above 0.
    pub limit_minor: i64,
    /// The movements; NULL where there are none.
    pub movements: *const puhui_line_movement,
    /// The number of movements.
    pub movement_count: usize,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<puhui_credit_line>() == 40);

// SAFETY: integers and pointers only, without padding on targets of 32 and of 64 bits: 4 x 4 + 8 + 2 words.
unsafe impl Plain for puhui_credit_line {
    const SIZE_V1: usize = 24 + 2 * size_of::<usize>();
}

start! {
    /// Starts a `struct puhui_credit_line` that does not revolve and was not moved; its days and its limit are still to be set.
    PUHUI_CREDIT_LINE_INIT = puhui_credit_line {}
}

/// A line of credit at the end of a day. Amounts in minor units.
///
/// Start with `PUHUI_LINE_POSITION_INIT`. Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_line_position {
    /// `sizeof(struct puhui_line_position)` as the caller was compiled.
    pub struct_size: u32,
    /// The day.
    pub on_ymd: i32,
    /// The limit; 0 on a day that the line is not open.
    pub limit_minor: i64,
    /// What counts against it (已用额度): of a revolving line what is outstanding, of another one all that was drawn until then.
    pub used_minor: i64,
    /// The principal that was drawn and not repaid.
    pub outstanding_minor: i64,
    /// What is free of the limit (可用额度), never below 0. A draw may be less than this, where a later day has less.
    pub headroom_minor: i64,
}

const _: () = assert!(size_of::<puhui_line_position>() == 40);

// SAFETY: integers only, without padding: 2 x 4 + 4 x 8 = 40.
unsafe impl Plain for puhui_line_position {
    const SIZE_V1: usize = 40;
}

start! {
    /// Starts a `struct puhui_line_position`.
    PUHUI_LINE_POSITION_INIT = puhui_line_position {}
}

/// Answers how much of a line of credit is used and free at the end of a day, and stores it in `*out_position`, whose `struct_size`
/// the caller has set.
///
/// `line` is read during the call only. To ask whether a loan may be paid out under the line, add its draw to the movements: a draw
/// beyond what is free is refused. `error` may be NULL; it names a movement that is wrong by its place: `movements[2].amount`. On
/// failure the fields of `*out_position` but `struct_size` are 0. The call allocates memory and releases it before it returns. Any
/// number of threads may call this at the same time.
///
/// Returns `PUHUI_OK`, `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_UNKNOWN_CODE` (a kind, a flag), `PUHUI_ERR_MALFORMED` or
/// `PUHUI_ERR_DATE_OUT_OF_RANGE` (a date), `PUHUI_ERR_DATES_OUT_OF_ORDER` (a line that ends before it begins, a movement on a day that
/// it is not open), `PUHUI_ERR_OUT_OF_RANGE` (an amount, or more repaid than is outstanding), `PUHUI_ERR_LIMIT_EXCEEDED` (more drawn
/// than is free on the day, or on a later one), `PUHUI_ERR_OVERFLOW` or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `*line` must have its `struct_size` readable bytes and its movements their number; `*out_position` must have its `struct_size`
/// writable bytes and overlap nothing else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_credit_line_position(
    line: *const puhui_credit_line,
    on_ymd: i32,
    out_position: *mut puhui_line_position,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        give_struct(out_position, "out_position", error, || {
            let line = read(line)?;
            let on = parse_ymd(on_ymd, "on")?;
            Ok(puhui_line_position {
                struct_size: struct_size::<puhui_line_position>(),
                on_ymd: to_ymd(on),
                limit_minor: line.limit(on).minor(),
                used_minor: line.used(on).minor(),
                outstanding_minor: line.outstanding(on).minor(),
                headroom_minor: line.headroom(on).minor(),
            })
        })
    }
}

/// Reads a line, with all that moved it.
///
/// # Safety
///
/// `line` must be NULL or have its `struct_size` readable bytes, its movements be NULL or have their number.
unsafe fn read(line: *const puhui_credit_line) -> Result<CreditLine, Failure> {
    // SAFETY: forwarded from this function's contract.
    let given = unsafe { options::read(line, "line") }?;
    let revolving = flag(given.revolving, "revolving")?;
    let (from, until) = (parse_ymd(given.from_ymd, "from")?, parse_ymd(given.until_ymd, "until")?);
    let mut line = CreditLine::new(Money::from_minor(given.limit_minor), from, until, revolving)?;
    required_array(given.movements, given.movement_count, "movements")?;
    for index in 0..given.movement_count {
        // SAFETY: not NULL, and `index` is below the number of movements, which are readable by this function's contract.
        let movement = unsafe { given.movements.add(index).read() };
        record(&mut line, movement).map_err(|failure| Failure::element("movements", index, failure))?;
    }
    Ok(line)
}

fn record(line: &mut CreditLine, movement: puhui_line_movement) -> Result<(), Failure> {
    let on = parse_ymd(movement.on_ymd, "on")?;
    let amount = Money::from_minor(movement.amount_minor);
    match word(movement.kind, "kind")? {
        Movement::Drawn => line.draw(on, amount)?,
        Movement::Repaid => line.repaid(on, amount)?,
        Movement::LimitChanged => line.change_limit(on, amount)?,
    }
    Ok(())
}
