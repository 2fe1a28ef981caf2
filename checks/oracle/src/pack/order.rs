//! The rules in their order: whose a due date is, what is held back, and the verdict.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::known::{Answer, Cause, Causes};
use super::ratio::Ratio;
use super::shown::{day, fraction};
use super::{Due, Scene, expression};
use crate::dates::Day;

/// "the first of granted, open, not_known, held_back, already_granted, nothing_due, refused, not_in_force that some rule has"
const BEST: [&str; 8] = [
    "granted",
    "open",
    "not_known",
    "held_back",
    "already_granted",
    "nothing_due",
    "refused",
    "not_in_force",
];

/// Something that only one rule gives: a due date, or a thing of which a loan has one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Due(Day),
    Once(String),
}

/// Whose the places are so far.
#[derive(Default)]
struct Claims {
    taken: BTreeSet<Place>,
    held: BTreeSet<Place>,
}

impl Claims {
    /// "the first that reaches it and is granted, open or not known"; one that gave it on an earlier night still has it, and one that is
    /// held back holds back what else it would give.
    fn of(&mut self, verdict: &str, gifts: &Gifts) {
        let to = match verdict {
            "granted" | "already_granted" => &mut self.taken,
            "open" | "not_known" | "held_back" => &mut self.held,
            _ => return,
        };
        let own = gifts.places.iter().filter(|(_, standing)| **standing != Standing::Held);
        to.extend(own.map(|(place, _)| place.clone()));
    }
}

/// How something stands that a rule reaches.
#[derive(Clone, Copy, PartialEq)]
enum Standing {
    Own,
    Held,
    Given,
}

pub fn decide(pack: &Value, case: &Value) -> Result<Value, String> {
    let mut claims = Claims::default();
    let mut rules = Vec::new();
    for name in in_order(pack)? {
        let scene = Scene { pack, case, rule: &name };
        rules.push(scene.decided(&mut claims)?);
    }
    let has = |verdict: &&&str| rules.iter().any(|rule| rule["verdict"] == ***verdict);
    let verdict = BEST.iter().find(has).ok_or("a pack has rules")?;
    Ok(json!({ "verdict": verdict, "rules": rules }))
}

/// The strongest first; those that never meet after them, by name.
fn in_order(pack: &Value) -> Result<Vec<String>, String> {
    let mut names: Vec<String> =
        super::list(pack, "order").iter().filter_map(Value::as_str).map(str::to_owned).collect();
    let mut rest: Vec<&String> = pack["rules"].as_object().ok_or("a pack has rules")?.keys().collect();
    rest.sort();
    for name in rest {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    Ok(names)
}

/// What a rule would give, once it is known that all holds.
#[derive(Default)]
struct Gifts {
    places: BTreeMap<Place, Standing>,
    /// How what its reliefs and payments reach stands; none where it has neither.
    reached: Option<Vec<Standing>>,
    reliefs: Vec<Value>,
    payments: Vec<Value>,
    outputs: Map<String, Value>,
    missing: Causes,
    /// Something that it would give is a stronger rule's.
    lost: bool,
}

impl Scene<'_> {
    fn decided(&self, claims: &mut Claims) -> Result<Value, String> {
        let in_force = self.in_force()?;
        if in_force == Answer::Known(false) {
            return Ok(json!({ "rule": self.rule, "verdict": "not_in_force" }));
        }
        let tried = self.tried()?;
        let mut missing = tried.unknown;
        missing.extend(in_force.causes());
        let mut told = json!({ "rule": self.rule, "verdict": "refused", "failed": tried.failed });
        if !tried.failed.is_empty() {
            tell_missing(&mut told, &missing);
            return Ok(told);
        }
        let mut gifts = self.gifts(claims)?;
        missing.append(&mut gifts.missing);
        let verdict = if !missing.iter().all(|cause| matches!(cause, Cause::Choice(_))) {
            "not_known"
        } else if !missing.is_empty() {
            "open"
        } else {
            gifts.verdict()
        };
        claims.of(verdict, &gifts);
        told["verdict"] = json!(verdict);
        tell_missing(&mut told, &missing);
        if verdict == "granted" {
            told["reliefs"] = Value::Array(gifts.reliefs);
            told["payments"] = Value::Array(gifts.payments);
            told["outputs"] = Value::Object(gifts.outputs);
        }
        Ok(told)
    }

    fn gifts(&self, claims: &Claims) -> Result<Gifts, String> {
        let mut gifts = Gifts { missing: self.missing_of_outputs()?, ..Gifts::default() };
        let dues = self.dues()?;
        if !self.reliefs().is_empty() || !self.payments().is_empty() {
            gifts.reached = Some(Vec::new());
        }
        for relief in self.reliefs() {
            self.give_relief(relief, &dues, claims, &mut gifts)?;
        }
        for payment in self.payments() {
            self.give_payment(payment, &dues, claims, &mut gifts)?;
        }
        for kind in ["price", "subsidy", "guarantee", "funding"] {
            if self.of_rule().get(kind).is_some() {
                gifts.once(kind, claims);
            }
        }
        if let Some(Value::Object(outputs)) = self.of_rule().get("outputs") {
            for (name, value) in outputs {
                let standing = gifts.once(&format!("outputs.{name}"), claims);
                if standing == Some(Standing::Own) && self.causes_of(value)?.is_empty() {
                    gifts.outputs.insert(name.clone(), self.output(value)?);
                }
            }
        }
        Ok(gifts)
    }

    /// Whether a relief or a payment is given at all, as far as that can be said of the loan.
    fn wanted_by_loan(&self, gift: &Value, gifts: &mut Gifts) -> Result<bool, String> {
        match gift.get("if") {
            Some(condition) if self.is_of("due.", &expression(condition)?)? => Ok(true),
            _ => {
                let wanted = self.wanted(gift, None)?;
                gifts.missing.extend(wanted.causes());
                Ok(wanted != Answer::Known(false))
            }
        }
    }

    fn give_relief(
        &self,
        relief: &Value,
        dues: &[Due],
        claims: &Claims,
        gifts: &mut Gifts,
    ) -> Result<(), String> {
        if !self.wanted_by_loan(relief, gifts)? {
            return Ok(());
        }
        gifts.missing.extend(self.missing_of_relief(relief)?);
        // "`granted_on` ... is `case.on`"
        gifts.missing.extend(self.date("case.on", None)?.causes());
        let restructures = self.restructures(relief)?;
        let Some((window, _)) = self.window(relief)? else {
            if self.reach_loan("relief", claims, gifts)? == Some(Standing::Own) {
                gifts.reliefs.push(json!({ "rows": [], "restructures": restructures }));
            }
            return Ok(());
        };
        let mut rows = BTreeSet::new();
        for due in dues {
            if window.has(due.on)
                && self.puts_off(relief, due)?
                && self.reach_due(due, claims, gifts)? == Some(Standing::Own)
            {
                rows.insert(day(due.on));
            }
        }
        if !rows.is_empty() {
            gifts.reliefs.push(json!({ "rows": rows, "restructures": restructures }));
        }
        Ok(())
    }

    fn give_payment(
        &self,
        payment: &Value,
        dues: &[Due],
        claims: &Claims,
        gifts: &mut Gifts,
    ) -> Result<(), String> {
        let Some((window, missing)) = self.window(payment)? else {
            let Some(paid) = self.payment(payment, None, &mut gifts.missing)? else { return Ok(()) };
            if self.reach_loan("payment", claims, gifts)? == Some(Standing::Own) {
                gifts.payments.extend(paid);
            }
            return Ok(());
        };
        if !self.wanted_by_loan(payment, gifts)? {
            return Ok(());
        }
        let rows = self.rows_of(payment)?;
        gifts.missing.extend(missing);
        gifts.missing.extend(rows.causes());
        let most = rows.known().cloned().flatten();
        // So many due dates that it did not pay before, and that are not a stronger rule's.
        let mut count = Ratio::whole(0);
        for due in dues.iter().filter(|due| window.has(due.on)) {
            let Some(standing) = self.standing_of_due(due, claims)? else { continue };
            if standing == Standing::Given {
                if self.payment(payment, Some(due), &mut Causes::new())?.is_some() {
                    gifts.add(Place::Due(due.on), standing, true);
                }
                continue;
            }
            if most.as_ref().is_some_and(|most| count >= *most) {
                continue;
            }
            let Some(paid) = self.payment(payment, Some(due), &mut gifts.missing)? else { continue };
            gifts.add(Place::Due(due.on), standing, true);
            if paid.is_some() {
                count = count.plus(&Ratio::whole(1));
            }
            if standing == Standing::Own {
                gifts.payments.extend(paid);
            }
        }
        Ok(())
    }

    /// A payment for a due date, or for the loan. None where there is none; nothing in it where something is missing.
    fn payment(
        &self,
        payment: &Value,
        due: Option<&Due>,
        missing: &mut Causes,
    ) -> Result<Option<Option<Value>>, String> {
        let wanted = self.wanted(payment, due)?;
        if wanted == Answer::Known(false) {
            return Ok(None);
        }
        let amount = self.amount(payment, due)?;
        // "An amount that is not above zero is no payment."
        if amount.known().is_some_and(|amount| *amount <= Ratio::whole(0)) {
            return Ok(None);
        }
        let on = self.paid_on(payment, due)?;
        missing.extend(wanted.causes().into_iter().chain(amount.causes()).chain(on.causes()));
        let (Answer::Known(_), Answer::Known(amount), Answer::Known(on)) = (wanted, amount, on) else {
            return Ok(Some(None));
        };
        Ok(Some(Some(json!({
            "from": payment["from"], "to": payment["to"], "on": day(on), "amount": fraction(&amount),
            "due_on": due.map(|due| day(due.on)),
        }))))
    }

    /// How a due date stands; none where a stronger rule has it.
    fn standing_of_due(&self, due: &Due, claims: &Claims) -> Result<Option<Standing>, String> {
        let before = self.given()?.is_some_and(|days| days.contains(&due.on));
        Ok(claims
            .standing(&Place::Due(due.on))
            .map(|standing| if before { Standing::Given } else { standing }))
    }

    fn reach_due(&self, due: &Due, claims: &Claims, gifts: &mut Gifts) -> Result<Option<Standing>, String> {
        let standing = self.standing_of_due(due, claims)?;
        if let Some(standing) = standing {
            gifts.add(Place::Due(due.on), standing, true);
        }
        Ok(standing)
    }

    /// A relief or a payment of the whole loan: "given once".
    fn reach_loan(&self, kind: &str, claims: &Claims, gifts: &mut Gifts) -> Result<Option<Standing>, String> {
        let place = Place::Once(kind.to_owned());
        let standing = if self.given()?.is_some() { Some(Standing::Given) } else { claims.standing(&place) };
        if let Some(standing) = standing {
            gifts.add(place, standing, true);
        }
        Ok(standing)
    }
}

impl Claims {
    fn standing(&self, place: &Place) -> Option<Standing> {
        if self.taken.contains(place) {
            None
        } else if self.held.contains(place) {
            Some(Standing::Held)
        } else {
            Some(Standing::Own)
        }
    }
}

impl Gifts {
    fn add(&mut self, place: Place, standing: Standing, decides: bool) {
        if let Some(reached) = self.reached.as_mut().filter(|_| decides) {
            reached.push(standing);
        }
        self.places.insert(place, standing);
    }

    /// Something of which a loan has one.
    fn once(&mut self, kind: &str, claims: &Claims) -> Option<Standing> {
        let place = Place::Once(kind.to_owned());
        let standing = claims.standing(&place);
        match standing {
            Some(standing) => self.add(place, standing, false),
            None => self.lost = true,
        }
        standing
    }

    /// What a rule comes to of which all holds. Where it has reliefs or payments, they decide; otherwise what a loan has one of.
    fn verdict(&self) -> &'static str {
        let standings: Vec<Standing> = match &self.reached {
            Some(reached) => reached.clone(),
            None if self.places.is_empty() && !self.lost => return "granted",
            None => self.places.values().copied().collect(),
        };
        let has = |standing: Standing| standings.contains(&standing);
        if has(Standing::Own) {
            "granted"
        } else if has(Standing::Held) {
            "held_back"
        } else if has(Standing::Given) {
            "already_granted"
        } else {
            "nothing_due"
        }
    }
}

fn tell_missing(told: &mut Value, missing: &Causes) {
    let named: BTreeSet<String> = missing.iter().map(name_of).collect();
    told["missing"] = named.iter().filter(|name| !name.starts_with("choice ")).cloned().collect();
    told["open"] = named.iter().filter_map(|name| name.strip_prefix("choice ")).map(str::to_owned).collect();
}

fn name_of(cause: &Cause) -> String {
    match cause {
        Cause::Fact(name) => format!("fact {name}"),
        Cause::Figure(name) => format!("figure {name}"),
        Cause::Series(name) => format!("series {name}"),
        Cause::Choice(name) => format!("choice {name}"),
    }
}
