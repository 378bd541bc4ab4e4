//! Which other plans are nearly as good? A file of its own because it is where negotiation starts: it answers not with one
//! choice but with all that are worth talking about.

use super::part::Part;
use super::problem::Problem;
use super::refusal::Refusal;
use super::relaxed::{self, Effort};
use super::{Answer, Infeasible, infeasible};
use crate::travel::SiteIndex;
use std::cmp::Reverse;
use std::sync::Arc;

/// Rounds of the first bound at most, and at least for the search to be worth starting.
const ROOT_ROUNDS: (usize, usize) = (20, 600);
/// Rounds of a later bound, which starts from its parent's multipliers.
const PART_ROUNDS: usize = 15;
/// First step of a later bound.
const PART_STEP: f64 = 0.2;

/// How near, and how hard to look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nearness {
    /// A plan is near when it covers at least `1 - within` of what the best covers.
    pub within: f64,
    /// Plans listed at most: the best ones.
    pub plans: usize,
    /// Pairs that the search may look at: a count, not a clock, so that runs repeat.
    pub work: usize,
}

/// A choice and what it covers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NearPlan {
    /// Weight covered; larger first.
    pub objective: Reverse<u64>,
    /// Chosen sites, ascending.
    pub chosen: Vec<SiteIndex>,
}

/// What a list of near plans is a list of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Every near plan there is: proved.
    All,
    /// The best ones of more: proved. Of plans that cover the same, some may stand for the others.
    Best,
    /// Those found before the search was cut off.
    Found,
}

impl Extent {
    /// `all`, `best` or `found`.
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Best => "best",
            Self::Found => "found",
        }
    }
}

/// Near plans, the best first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearPlans {
    /// A plan is near when it covers at least this.
    pub least: u64,
    /// The plans; among them the answer, unless many cover more.
    pub plans: Vec<NearPlan>,
    /// What the list is.
    pub extent: Extent,
}

/// Whether a proposed site is in every near plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is in all of them: proved.
    Fixed,
    /// A near plan goes without it.
    Exchangeable,
    /// Neither is proved.
    Undecided,
}

/// Lists the best choices that cover nearly as much as `answer`.
///
/// 1. `known` choices that meet every condition are on the list from the start.
/// 2. Depth-first over parts of the choices: a site that the relaxation cannot decide is taken, then left out. A part ends when its
///    Lagrangian bound is below the threshold; reduced costs decide further sites.
/// 3. The threshold is nearness, and rises to the last of the list once that is full. One plan more than asked for is
///    sought, so that a list is only called whole when it is.
///
/// A plan that covers nothing is never near. With spacing and a budget, which bounds relax, parts go on until conditions are met.
pub fn near(problem: &Problem, answer: &Answer, known: &[Vec<SiteIndex>], ask: Nearness) -> NearPlans {
    let give = (answer.objective as f64 * ask.within.clamp(0.0, 1.0)).floor() as u64;
    let least = (answer.objective - give.min(answer.objective)).max(1);
    let mut list = List { problem, least, most: ask.plans.saturating_add(1), plans: Vec::new() };
    std::iter::once(&answer.chosen).chain(known).for_each(|chosen| list.keep(chosen));
    let whole = search(problem, answer, ask.work, &mut list);
    let extent = match (whole, list.plans.len() > ask.plans) {
        (false, _) => Extent::Found,
        (true, true) => Extent::Best,
        (true, false) => Extent::All,
    };
    list.plans.truncate(ask.plans);
    NearPlans { least, plans: list.plans, extent }
}

/// Per chosen site of the answer whether near plans go without it. What the list leaves open, re-solved refusals may decide.
pub fn standings(problem: &Problem, answer: &Answer, near: &NearPlans, refusals: &[Refusal]) -> Vec<Standing> {
    let standing = |site: &SiteIndex| {
        if near.plans.iter().any(|plan| !plan.chosen.contains(site)) {
            return Standing::Exchangeable;
        }
        if near.extent == Extent::All || problem.required.contains(site) {
            return Standing::Fixed;
        }
        match refusals.iter().find(|r| r.site == *site).map(|r| &r.without) {
            Some(Ok(without)) if without.objective >= near.least => Standing::Exchangeable,
            Some(Ok(without)) if without.bound < near.least => Standing::Fixed,
            Some(Err(why)) if *why != Infeasible::NoneFound => Standing::Fixed,
            _ => Standing::Undecided,
        }
    };
    answer.chosen.iter().map(standing).collect()
}

/// The best plans so far.
struct List<'a> {
    problem: &'a Problem,
    least: u64,
    most: usize,
    plans: Vec<NearPlan>,
}

impl List<'_> {
    /// What a further plan must cover.
    fn need(&self) -> u64 {
        let full = self.plans.last().filter(|_| self.plans.len() == self.most);
        full.map_or(self.least, |last| last.objective.0 + 1)
    }

    fn keep(&mut self, chosen: &[SiteIndex]) {
        if !self.problem.admits(chosen) {
            return;
        }
        let mut chosen = chosen.to_vec();
        chosen.sort_unstable();
        let plan = NearPlan { objective: Reverse(self.problem.objective(&chosen)), chosen };
        if plan.objective.0 >= self.need()
            && let Err(at) = self.plans.binary_search(&plan)
        {
            self.plans.insert(at, plan);
            self.plans.truncate(self.most);
        }
    }
}

/// A part still to be looked at, with the multipliers of the one it was cut from.
struct Open {
    part: Part,
    multipliers: Arc<[f64]>,
}

/// Fills the list; whether every part was looked at.
fn search(problem: &Problem, answer: &Answer, work: usize, list: &mut List<'_>) -> bool {
    let round = (2 * problem.rows_of().iter().map(Vec::len).sum::<usize>() + problem.rows().len()).max(1);
    let mut left = work / round;
    if left < ROOT_ROUNDS.0 {
        return false;
    }
    let rounds = (left / 4).clamp(ROOT_ROUNDS.0, ROOT_ROUNDS.1);
    left -= rounds;
    let root = relaxed::bound(problem, answer.objective, Effort { from: None, rounds, step: 1.0 });
    root.suggestions.iter().for_each(|chosen| list.keep(chosen));
    let mut here = problem.clone();
    let mut stack = vec![Open { part: Part::whole(problem), multipliers: root.multipliers.into() }];
    while let Some(open) = stack.pop() {
        if left < PART_ROUNDS {
            return false;
        }
        left -= PART_ROUNDS;
        let Open { part, multipliers } = open;
        part.narrow(&mut here);
        if infeasible::check(&here).is_err() {
            continue;
        }
        let usable = part.usable();
        if usable.len() == problem.choose || part.required.len() == problem.choose {
            list.keep(if usable.len() == problem.choose { &usable } else { &part.required });
            continue;
        }
        let below = list.need() - 1;
        let effort = Effort { from: Some(&multipliers), rounds: PART_ROUNDS, step: PART_STEP };
        let bound = relaxed::bound(&here, below, effort);
        if bound.bound <= below {
            continue;
        }
        // What the relaxation picks is often a plan itself; finding plans early raises the threshold.
        bound.suggestions.last().into_iter().for_each(|chosen| list.keep(chosen));
        let (take, leave) = relaxed::decided(&here, &bound.multipliers, below);
        let part = leave.iter().fold(part, |part, &s| part.leave(s));
        let Some(part) = take.iter().try_fold(part, |part, &s| part.take(problem, s)) else { continue };
        let undecided = |s: SiteIndex| (bound.often[s as usize] - 0.5).abs();
        let split = usable
            .into_iter()
            .filter(|&s| part.is_open(s))
            .min_by(|&a, &b| undecided(a).total_cmp(&undecided(b)).then(a.cmp(&b)));
        let Some(site) = split else {
            // Everything is decided: what is taken is the one choice left.
            list.keep(&part.required);
            continue;
        };
        let multipliers: Arc<[f64]> = bound.multipliers.into();
        let without = Open { part: part.clone().leave(site), multipliers: multipliers.clone() };
        let with = part.take(problem, site).map(|part| Open { part, multipliers });
        stack.push(without);
        stack.extend(with);
    }
    true
}
