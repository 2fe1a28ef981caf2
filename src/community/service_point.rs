//! The points that serve villages.

use super::register::register;
use crate::columns::cell::{Count, Day, Id, Word};
use crate::columns::{check_pair, columns, need, rows_of};
use crate::error::{Error, ErrorCode, Result};
use crate::vocabulary::vocabulary;

vocabulary! {
    /// What serves a village.
    pub enum PointKind("kind", PUHUI_POINT_KIND) {
        /// A bank's own office 银行网点.
        Outlet = "outlet",
        /// A shop or office that pays out and remits for a bank 助农取款服务点.
        Agent = "agent",
        /// A cash machine.
        Atm = "atm",
        /// A machine at a merchant's that takes cards.
        Pos = "pos",
        /// A bank's vehicle or staff who come on known days 流动服务.
        Mobile = "mobile",
        /// Services by telephone or network alone, where a rule lets them count.
        Online = "online",
    }
}

columns! {
    /// The columns of service points 服务点. `point`, `village` and `kind` are there for every point; each other column that is not
    /// empty has one element for each point.
    ///
    /// A point that serves several villages has a row for each of them.
    pub struct PointColumns {
        /// The host's number of the point, 1 or more; once in each village.
        point: u64, Id<u64>, "point";
        /// The village that it serves.
        village: u64, Id<u64>, "village";
        /// What it is, a code of [`PointKind`].
        kind: u8, Word<PointKind>, "kind";
        /// Since when it serves, 0 for always.
        opened_ymd: i32, Day, "opened_on";
        /// The day from which it does not any more, 0 for none.
        closed_ymd: i32, Day, "closed_on";
        /// How far it is from the village's centre, in metres: the host measures it. Needed only where a rule has a greatest
        /// distance; without the column nobody knows who is near, and such a rule is refused.
        distance_m: u32, Count<u32>, "distance_m";
    }
}

/// Checked service points.
///
/// # Threads
///
/// Immutable: any number of threads may read the same points.
///
/// # Examples
///
/// ```
/// use puhui::community::{PointColumns, PointKind, ServicePoints};
///
/// let points = ServicePoints::new(PointColumns {
///     point: vec![1, 2].into(),
///     village: vec![500101017200, 500101017201].into(),
///     kind: vec![PointKind::Outlet.code(), PointKind::Agent.code()].into(),
///     ..PointColumns::default()
/// })?;
/// assert_eq!(points.len(), 2);
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServicePoints<'a> {
    rows: usize,
    columns: PointColumns<'a>,
}

impl<'a> ServicePoints<'a> {
    /// Points of columns.
    ///
    /// # Errors
    ///
    /// The field of an error is the column, with the place of the row: `kind[17]`.
    ///
    /// * [`ErrorCode::LengthsDiffer`] for columns of different lengths.
    /// * [`ErrorCode::Missing`] without points, villages or kinds, or for one of them that is 0.
    /// * [`ErrorCode::UnknownValue`] for a code that is no kind.
    /// * [`ErrorCode::Malformed`] or [`ErrorCode::DateOutOfRange`] for what is no day.
    /// * [`ErrorCode::DatesOutOfOrder`] for a point that closed before it opened.
    pub fn new(columns: PointColumns<'a>) -> Result<ServicePoints<'a>> {
        let rows = rows_of(&columns.lengths().collect::<Vec<_>>())?;
        columns.check()?;
        need(&columns.point, rows, "point")?;
        need(&columns.village, rows, "village")?;
        need(&columns.kind, rows, "kind")?;
        let codes = columns.point.iter().zip(columns.village.iter()).zip(columns.kind.iter());
        for (row, ((point, village), kind)) in codes.enumerate() {
            let names = [("point", *point == 0), ("village", *village == 0), ("kind", *kind == 0)];
            if let Some((name, _)) = names.into_iter().find(|(_, missing)| *missing) {
                return Err(Error::new(ErrorCode::Missing, format!("{name}[{row}]"), 0, "1 or more"));
            }
        }
        check_pair(
            &columns.closed_ymd,
            &columns.opened_ymd,
            "closed_on",
            ErrorCode::DatesOutOfOrder,
            |closed, opened| (closed != 0 && closed < opened).then(|| format!("{opened} or later")),
        )?;
        Ok(ServicePoints { rows, columns })
    }
}

register!(ServicePoints of PointColumns, "rows", &["point", "village", "kind"]);

#[cfg(feature = "csv")]
impl ServicePoints<'static> {
    /// Reads points from CSV: a header that names the columns, in any order, and a line for each point and village.
    ///
    /// # Columns
    ///
    /// `point`, `village` (numbers), `kind` (a word), and any of `opened_on`, `closed_on` (2020-03-31 or 20200331, empty for
    /// none), `distance_m` (a whole number).
    ///
    /// # Errors
    ///
    /// The field of an error is its place: `line 17, column kind`.
    ///
    /// * [`ErrorCode::UnknownField`], [`ErrorCode::Contradiction`] or [`ErrorCode::Missing`] for a column that is not known, is
    ///   there twice, or is needed.
    /// * [`ErrorCode::Malformed`] and the like for a cell that is not strictly of its column.
    /// * [`ErrorCode::Io`] for a source that cannot be read as UTF-8.
    /// * Those of [`ServicePoints::new`], by row.
    ///
    /// # Examples
    ///
    /// ```
    /// use puhui::community::ServicePoints;
    ///
    /// let text = "point,village,kind,opened_on\n1,500101017200,agent,2018-05-01\n";
    /// assert_eq!(ServicePoints::read_csv(text.as_bytes())?.columns().opened_ymd[0], 20180501);
    /// # Ok::<(), puhui::Error>(())
    /// ```
    pub fn read_csv(source: impl std::io::Read) -> Result<ServicePoints<'static>> {
        ServicePoints::new(ServicePoints::read_columns(source)?)
    }
}
