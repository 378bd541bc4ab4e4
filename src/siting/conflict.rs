//! Which conditions of a plan conflict? The smallest set, in the words of `plan.toml`. A file of its own because it asks the same
//! question many times over, each time with one condition fewer.

use super::feasible::{Feasible, feasible};
use super::problem::{Choice, Problem};
use super::setup::Setup;
use super::{Infeasible, infeasible};
use crate::model::{Lang, Plan};

/// One condition, as `plan.toml` writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// `target`.
    Target {
        /// The target.
        target: usize,
        /// Stations that count towards it already.
        existing: usize,
    },
    /// A candidate in `required`.
    Required(String),
    /// A candidate in `forbidden`.
    Forbidden(String),
    /// `min` of a county.
    CountyMin(String, usize),
    /// `max` of a county.
    CountyMax(String, usize),
    /// `spacing_km`, as written.
    Spacing(String),
    /// `budget`, as written.
    Budget(String),
}

impl Condition {
    /// In words.
    pub fn say(&self, lang: Lang) -> String {
        match self {
            Self::Target { target, existing } => {
                let new = target.saturating_sub(*existing);
                lang.pick(
                    format!("target = {target}（已有 {existing} 站，还需新建 {new} 站）"),
                    format!("target = {target} ({existing} exist, {new} are to be built)"),
                )
            }
            Self::Required(id) => lang.pick(format!("required 中的 \"{id}\""), format!("\"{id}\" in required")),
            Self::Forbidden(id) => lang.pick(format!("forbidden 中的 \"{id}\""), format!("\"{id}\" in forbidden")),
            Self::CountyMin(county, min) => {
                lang.pick(format!("\"{county}\" 的下限 min = {min}"), format!("min = {min} of \"{county}\""))
            }
            Self::CountyMax(county, max) => {
                lang.pick(format!("\"{county}\" 的上限 max = {max}"), format!("max = {max} of \"{county}\""))
            }
            Self::Spacing(km) => lang.pick(format!("间距 spacing_km = {km}"), format!("spacing_km = {km}")),
            Self::Budget(most) => lang.pick(format!("预算 budget = {most}"), format!("budget = {most}")),
        }
    }

    /// Every condition of a plan, those first that are given up most easily.
    fn all(plan: &Plan, existing: usize) -> Vec<Self> {
        let limits = &plan.limits;
        let maxima = limits.counties.iter().filter_map(|(c, l)| l.max.map(|max| Self::CountyMax(c.clone(), max)));
        let minima = limits.counties.iter().filter(|(_, l)| l.min > 0);
        (limits.forbidden.iter().cloned().map(Self::Forbidden))
            .chain(limits.required.iter().cloned().map(Self::Required))
            .chain(limits.spacing.map(|s| Self::Spacing((s.0 / 1000.0).to_string())))
            .chain(limits.budget.map(|b| Self::Budget(b.to_string())))
            .chain(maxima)
            .chain(minima.map(|(c, l)| Self::CountyMin(c.clone(), l.min)))
            .chain([Self::Target { target: plan.target, existing }])
            .collect()
    }

    /// Gives the condition up.
    fn lift(&self, question: &mut Asked) {
        let limits = &mut question.plan.limits;
        match self {
            Self::Target { .. } => question.any_number = true,
            Self::Required(id) => limits.required.retain(|r| r != id),
            Self::Forbidden(id) => limits.forbidden.retain(|f| f != id),
            Self::CountyMin(county, _) => limits.counties.entry(county.clone()).or_default().min = 0,
            Self::CountyMax(county, _) => limits.counties.entry(county.clone()).or_default().max = None,
            Self::Spacing(_) => limits.spacing = None,
            Self::Budget(_) => limits.budget = None,
        }
    }
}

/// Conditions that cannot be met together: proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The conditions, those of the plan that are not among them have no part in it.
    pub conditions: Vec<Condition>,
    /// Whether giving up any one of them is enough: proved. Otherwise some may have no part in it either.
    pub smallest: bool,
    /// What counting says of these conditions alone; `None` when it takes a search.
    pub why: Option<Infeasible>,
}

impl Conflict {
    /// In words.
    pub fn say(&self, lang: Lang) -> String {
        let list: Vec<String> = self.conditions.iter().map(|c| c.say(lang)).collect();
        let list = list.join(lang.pick("；", "; "));
        match (self.smallest, self.conditions.len()) {
            (true, 1) => lang
                .pick(format!("仅这一条就无法满足：{list}。"), format!("This condition alone cannot be met: {list}.")),
            (true, _) => lang.pick(
                format!("以下条件不能同时满足，放宽其中任何一条即可：{list}。"),
                format!("These conditions cannot be met together, and giving up any one of them is enough: {list}."),
            ),
            (false, _) => lang.pick(
                format!("以下条件不能同时满足（其中可能有无关的）：{list}。"),
                format!("These conditions cannot be met together (some may have no part in it): {list}."),
            ),
        }
    }
}

/// A plan with some conditions given up.
#[derive(Debug, Clone)]
struct Asked {
    plan: Plan,
    any_number: bool,
}

impl Asked {
    fn problem(&self, setup: &Setup<'_>) -> Result<Problem, Infeasible> {
        let mut problem = (Setup { plan: &self.plan, ..*setup }).conditions()?;
        if self.any_number {
            problem.choose = least(&problem)?;
        }
        infeasible::check(&problem)?;
        Ok(problem)
    }

    fn feasible(&self, setup: &Setup<'_>) -> Feasible {
        self.problem(setup).map_or(Feasible::No, |problem| feasible(&problem))
    }
}

/// How many sites the other conditions ask for. More are never easier: whatever rules sites out also holds for a part of a choice.
fn least(problem: &Problem) -> Result<usize, Infeasible> {
    let mut choice = Choice::new(problem);
    for &site in &problem.required {
        if !choice.admits(site) {
            return Err(Infeasible::RequiredRuledOut { site });
        }
        choice.add(site);
    }
    Ok(choice.chosen.len() + choice.owed())
}

/// The smallest set of conditions that conflict, by a deletion filter (Chinneck 1997): one condition after the other is given up,
/// and stays so where the rest conflict all the same. `None` when it cannot be proved that they conflict.
///
/// Costs a search for any choice per condition of the plan.
pub fn conflict(setup: &Setup<'_>) -> Option<Conflict> {
    let mut asked = Asked { plan: setup.plan.clone(), any_number: false };
    if asked.feasible(setup) != Feasible::No {
        return None;
    }
    let mut conflict = Conflict { conditions: Vec::new(), smallest: true, why: None };
    for condition in Condition::all(setup.plan, setup.existing.len()) {
        let mut without = asked.clone();
        condition.lift(&mut without);
        match without.feasible(setup) {
            Feasible::No => asked = without,
            Feasible::Yes(_) => conflict.conditions.push(condition),
            Feasible::Unknown => {
                conflict.smallest = false;
                conflict.conditions.push(condition);
            }
        }
    }
    conflict.why = asked.problem(setup).err();
    Some(conflict)
}
