//! The wire form of a rate: fixed, stepped, or by a benchmark.

use chrono::NaiveDate;

use crate::calendar::{Cycle, MAX_DATE, parse_date};
use crate::error::{Error, ErrorCode, Result};
use crate::rate::{BasisPoints, Benchmark, Rate, RateStep};
use crate::wire::form::{form, required};
use crate::wire::text::{contradiction, read};

form! {
    /// A rate: exactly one of `fixed`, `stepped` and `benchmark`.
    pub(crate) struct RateForm {
        /// One rate for the whole loan.
        fixed: String,
        /// Rates by their first day; the first one holds on the day of disbursement.
        stepped: Vec<RateStepForm>,
        /// The name of a built-in benchmark.
        benchmark: String,
        /// What is added to the benchmark, in basis points. None: nothing.
        spread_bp: i32,
        /// How often the benchmark is looked up again. None: never.
        reset: String,
        /// The day whose knowledge of the benchmark is used. Required with a benchmark.
        known_on: String,
    }
}

form! {
    /// A rate and its first day.
    pub(crate) struct RateStepForm {
        /// The first day of the rate. Required.
        from: String,
        /// The rate. Required.
        rate: String,
    }
}

impl RateStepForm {
    /// Reads the day and the rate.
    pub(crate) fn read(&self) -> Result<(NaiveDate, Rate)> {
        let from = required(self.from.as_ref(), "from", "a date")?;
        let rate = required(self.rate.as_ref(), "rate", "an annual rate")?;
        Ok((parse_date(from, "from")?, read(rate, "rate")?))
    }

    /// Writes the day and the rate.
    pub(crate) fn of((from, rate): (NaiveDate, Rate)) -> RateStepForm {
        RateStepForm { from: Some(from.to_string()), rate: Some(rate.to_string()) }
    }
}

/// A first rate, and what follows it.
type Rates = (Rate, Vec<RateStep>);

impl RateForm {
    /// The rate on the day of disbursement, and the changes after it.
    pub(crate) fn read(&self, disbursed_on: NaiveDate) -> Result<Rates> {
        match (&self.fixed, &self.benchmark) {
            (Some(fixed), _) => Ok((read(fixed, "rate.fixed")?, Vec::new())),
            (None, Some(name)) => self.of_benchmark(name, disbursed_on),
            (None, None) => self.steps(disbursed_on),
        }
    }

    /// Exactly one kind of rate, and no key of another kind.
    pub(crate) fn check(&self) -> Result<()> {
        let kinds = [
            ("rate.fixed", self.fixed.is_some()),
            ("rate.stepped", self.stepped.is_some()),
            ("rate.benchmark", self.benchmark.is_some()),
        ];
        let mut given = kinds.iter().filter(|(_, given)| *given);
        if given.next().is_none() {
            return required(None, "rate", "one of fixed, stepped, benchmark");
        }
        if let Some((field, _)) = given.next() {
            return contradiction(field, "a second rate", "exactly one of fixed, stepped, benchmark");
        }
        let extras = [
            ("rate.spread_bp", self.spread_bp.is_some()),
            ("rate.reset", self.reset.is_some()),
            ("rate.known_on", self.known_on.is_some()),
        ];
        for (field, given) in extras {
            if given && self.benchmark.is_none() {
                return contradiction(field, "a value", "nothing unless there is a benchmark");
            }
        }
        Ok(())
    }

    /// What the benchmark was known to be, as far as anything is known: a relief may move the maturity, and the payments of a
    /// balloon are those of a longer loan.
    fn of_benchmark(&self, name: &str, disbursed_on: NaiveDate) -> Result<Rates> {
        let benchmark = Benchmark::built_in(name).map_err(|error| error.at("rate.benchmark"))?;
        let reset = self.reset.as_ref().map(|reset| read::<Cycle>(reset, "rate.reset")).transpose()?;
        let known_on = self.known_on.as_ref().map(|day| parse_date(day, "rate.known_on")).transpose()?;
        let known_on = required(known_on, "rate.known_on", "the day up to which what was published counts")?;
        let spread = BasisPoints(self.spread_bp.unwrap_or(0));
        let rates = benchmark.rates(spread, reset, disbursed_on, MAX_DATE, known_on);
        rates.map_err(|error| error.at("rate.benchmark"))
    }

    /// Writes a rate and its changes; what a benchmark paid is written as the steps that it was read into.
    pub(crate) fn of(first: Rate, disbursed_on: NaiveDate, changes: &[RateStep]) -> RateForm {
        if changes.is_empty() {
            return RateForm { fixed: Some(first.to_string()), ..RateForm::default() };
        }
        let steps = changes.iter().map(|change| (change.from, change.rate));
        let steps = std::iter::once((disbursed_on, first)).chain(steps).map(RateStepForm::of).collect();
        RateForm { stepped: Some(steps), ..RateForm::default() }
    }

    /// The first rate, and the changes of a stepped one.
    fn steps(&self, disbursed_on: NaiveDate) -> Result<Rates> {
        let mut first: Option<Rate> = None;
        let mut before: Option<NaiveDate> = None;
        let mut changes = Vec::new();
        for (index, step) in self.stepped.iter().flatten().enumerate() {
            let at = |error: Error| error.within(&format!("rate.stepped[{index}]"));
            let (from, rate) = step.read().map_err(at)?;
            if let Some(before) = before
                && from <= before
            {
                let bound = format!("after {before}");
                return Err(at(Error::new(ErrorCode::DatesOutOfOrder, "from", from, bound)));
            }
            before = Some(from);
            if from <= disbursed_on {
                first = Some(rate);
            } else {
                changes.push(RateStep { from, rate, projected: false });
            }
        }
        let bound = format!("a rate from {disbursed_on} on");
        Ok((required(first, "rate.stepped", &bound)?, changes))
    }
}
