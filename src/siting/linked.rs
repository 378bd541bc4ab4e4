//! Which nested sets are best together? Lagrangian decomposition over phases: each phase is a problem of its own that is solved
//! exactly, and prices make their answers agree. A file of its own because it bounds through whole searches, not through rows.

use super::branch::BranchAndBound;
use super::phases::freed;
use super::problem::{Problem, Rows};
use super::{Answer, Infeasible, Watch, greedy};
use crate::coverage::merge;
use crate::travel::SiteIndex;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Rounds of prices at the root, and in a branch, which starts from its parent's.
const ROUNDS: (usize, usize) = (120, 12);
/// Rounds without a better bound after which the step is halved.
const PATIENCE: usize = 4;
/// The step, as a multiple of Polyak's, below which nothing more is expected.
const LEAST_STEP: f64 = 0.02;
/// One search may spend this part of the work.
const PART: usize = 12;
/// All prices together, at most: sums of weights stay far from the end of their type.
const PRICES: i64 = 1 << 58;

/// A phase that counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Phase {
    /// New sites by its end; more than in the phase before.
    pub choose: usize,
    /// What a unit covered by its end counts.
    pub parts: u64,
}

/// Nested sets, their sum without what is covered anyway, and a bound on every other sum.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    pub sets: Vec<Vec<SiteIndex>>,
    pub objective: u64,
    pub bound: u64,
}

/// The problem `max sum_t parts_t covered(S_t)`, `S_t` within `S_t+1`.
///
/// With a price `p_jt >= 0` for every site `j` that is open in phase `t` and not in the next, the phases fall apart:
///
/// `L(p) = sum_t max { parts_t covered(S_t) + sum_(j in S_t) (p_j,t-1 - p_jt) }`
///
/// is at least the best sum. As `S_t` has a given number of sites, a constant on all of them makes every price a gain: a row
/// that only its site covers. So each phase is a covering problem under its own conditions, and its bound holds in integers.
///
/// 1. Without prices `L` is the sum of what each phase could have alone: what is lacking is the price of nesting.
/// 2. Subgradient steps raise the price of sites that are opened and closed again (Polyak's length).
/// 3. The sets of every phase are tried as the heart of a plan: earlier phases among them, later ones around them.
/// 4. Branching on a site: open by the end of a phase, or not before the next; the branch with the largest bound first.
#[derive(Debug)]
pub(super) struct Linked<'a> {
    problem: &'a Problem,
    phases: Vec<Phase>,
    /// Rows of every phase, and the conditions of all but the last.
    problems: Vec<Problem>,
}

/// A part of all plans: per site the first phase in which it may be open, and the first in which it must be; the number of phases
/// where it never may or need not be.
#[derive(Debug, Clone)]
struct Branch {
    from: Vec<u8>,
    by: Vec<u8>,
    /// Per phase but the last, and site.
    prices: Vec<Vec<i64>>,
    bound: u64,
    /// What to split on: site and phase.
    split: (SiteIndex, usize),
}

/// Whom the search tells how it goes, and what is covered anyway.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told<'a> {
    pub watch: &'a Watch,
    pub base: u64,
}

/// The best plan so far, the sets that have been tried, and the work left.
struct State<'a> {
    told: Told<'a>,
    /// No plan at all is better, as far as is known.
    ceiling: u64,
    best: Found,
    tried: BTreeSet<(usize, Vec<SiteIndex>)>,
    left: usize,
    each: usize,
}

impl<'a> Linked<'a> {
    /// `phases` by growing number, the last one of as many sites as `problem` chooses.
    pub(super) fn new(problem: &'a Problem, phases: Vec<Phase>) -> Self {
        let last = phases.len() - 1;
        let problems = phases.iter().enumerate().map(|(t, phase)| {
            let rows = merge(problem.rows().iter().map(|row| (&row.sites[..], row.weight * phase.parts)));
            let conditions = match t == last {
                true => problem.clone(),
                false => freed(problem, phase.choose, problem.forbidden.clone()),
            };
            Problem { demand: Rows::new(problem.sites, rows), base: 0, ..conditions }
        });
        Self { problem, problems: problems.collect(), phases }
    }

    /// The best plan within `work` looks at pairs, or until it is told to stop; `last` is a choice that meets the conditions of the last phase.
    ///
    /// # Errors
    /// When no choice meets them.
    pub(super) fn solve(&self, last: &[SiteIndex], work: usize, told: Told<'_>) -> Result<Found, Infeasible> {
        let (sites, count) = (self.problem.sites, self.phases.len());
        let ceiling = self.problems.iter().map(Problem::coverable).sum();
        let each = (work / PART).max(1);
        let mut state = State { told, ceiling, best: Found::default(), tried: BTreeSet::new(), left: work, each };
        self.around(count - 1, last, &mut state);
        let mut root = Branch {
            from: self.problem.forbidden.iter().map(|&f| if f { count as u8 } else { 0 }).collect(),
            by: vec![count as u8; sites],
            prices: vec![vec![0; sites]; count - 1],
            bound: u64::MAX,
            split: (0, 0),
        };
        self.problem.required.iter().for_each(|&s| root.by[s as usize] = count as u8 - 1);
        // Where the sets contradict nothing there is nothing to split: such a bound is given up.
        let mut given_up = 0;
        let mut open = BTreeMap::new();
        let mut born = 0;
        let mut keep = |looked: Option<(Branch, bool)>, open: &mut BTreeMap<_, Branch>, given_up: &mut u64| {
            let Some((branch, undecided)) = looked else { return };
            match undecided {
                true => drop(open.insert((Reverse(branch.bound), born), branch)),
                false => *given_up = branch.bound.max(*given_up),
            }
            born += 1;
        };
        keep(self.look(root, ROUNDS.0, &mut state)?, &mut open, &mut given_up);
        while let Some((_, branch)) = open.pop_first() {
            state.lower(branch.bound.max(given_up));
            if branch.bound <= state.best.objective.max(given_up) || state.is_over() {
                given_up = given_up.max(branch.bound);
                break;
            }
            let (site, phase) = (branch.split.0 as usize, branch.split.1 as u8);
            let (mut by, mut after) = (branch.clone(), branch);
            by.by[site] = phase;
            after.from[site] = phase + 1;
            for child in [by, after] {
                keep(self.look(child, ROUNDS.1, &mut state).unwrap_or(None), &mut open, &mut given_up);
            }
        }
        state.best.bound = state.best.objective.max(given_up);
        match state.best.sets.is_empty() {
            true => Err(Infeasible::NoneFound),
            false => Ok(state.best),
        }
    }

    /// Bounds a branch; `None` when no better plan is in it, else whether there is something to split.
    fn look(
        &self,
        mut branch: Branch,
        rounds: usize,
        state: &mut State<'_>,
    ) -> Result<Option<(Branch, bool)>, Infeasible> {
        let (last, sites) = (self.phases.len() - 1, self.problem.sites);
        let mut prices = branch.prices.clone();
        let root = branch.bound == u64::MAX;
        let (mut step, mut stalled) = (1.0, 0);
        // How often a site was opened and closed again, and how often it came late although its price says otherwise.
        let mut against = vec![vec![(0u32, 0u32); sites]; last];
        for round in 0..rounds {
            let (mut bound, mut sets) = (0i128, Vec::new());
            for t in 0..=last {
                let Some(answer) = self.phase(t, &branch, &prices, state)? else { return Ok(None) };
                bound += answer.0;
                sets.push(answer.1);
            }
            let bound = u64::try_from(bound).unwrap_or(0);
            stalled += 1;
            if bound < branch.bound {
                (branch.bound, stalled) = (bound, 0);
                branch.prices.clone_from(&prices);
            }
            // Before anything is split this bounds every plan.
            if root {
                state.lower(branch.bound);
            }
            for (t, set) in sets.iter().enumerate() {
                self.around(t, set, state);
            }
            if branch.bound <= state.best.objective {
                return Ok(None);
            }
            let inside: Vec<Vec<bool>> = sets.iter().map(|set| open(set, sites)).collect();
            let mut moves = Vec::new();
            for (t, pair) in inside.windows(2).enumerate() {
                for s in 0..sites {
                    match (pair[0][s], pair[1][s]) {
                        (true, false) => {
                            moves.push((t, s, 1.0));
                            against[t][s].0 += 1;
                        }
                        (false, true) if prices[t][s] > 0 => {
                            moves.push((t, s, -1.0));
                            against[t][s].1 += 1;
                        }
                        _ => {}
                    }
                }
            }
            if moves.is_empty() || step < LEAST_STEP || state.is_over() || round + 1 == rounds {
                break;
            }
            if stalled == PATIENCE {
                (step, stalled) = (step / 2.0, 0);
                prices.clone_from(&branch.prices);
            }
            let most = PRICES / (sites as i64 + 1);
            let length = step * (bound - state.best.objective.min(bound)) as f64 / moves.len() as f64;
            for (t, s, direction) in moves {
                prices[t][s] = (prices[t][s] + (direction * length).round() as i64).clamp(0, most);
            }
        }
        let undecided = |s: usize, t: usize| usize::from(branch.from[s]) <= t && usize::from(branch.by[s]) > t;
        let pairs = (0..last).flat_map(|t| (0..sites).map(move |s| (s, t))).filter(|&(s, t)| undecided(s, t));
        let split = pairs.max_by_key(|&(s, t)| (against[t][s], branch.prices[t][s], Reverse((s, t))));
        if let Some((s, t)) = split {
            branch.split = (s as SiteIndex, t);
        }
        Ok(Some((branch, split.is_some())))
    }

    /// The most that a phase is worth at these prices, and a set for it; `None` when nothing in the branch meets its conditions.
    fn phase(
        &self,
        t: usize,
        branch: &Branch,
        prices: &[Vec<i64>],
        state: &mut State<'_>,
    ) -> Result<Option<(i128, Vec<SiteIndex>)>, Infeasible> {
        let phase = &self.problems[t];
        let worth = |s: usize| {
            let earlier = if t == 0 { 0 } else { prices[t - 1][s] };
            earlier - prices.get(t).map_or(0, |p| p[s])
        };
        let lift = (0..phase.sites).map(|s| -worth(s)).max().unwrap_or(0).max(0);
        let gains: Vec<[SiteIndex; 1]> = (0..phase.sites as SiteIndex).map(|s| [s]).collect();
        let demand = if (0..phase.sites).all(|s| worth(s) + lift == 0) {
            Arc::clone(&phase.demand)
        } else {
            let rows = phase.rows().iter().map(|row| (&row.sites[..], row.weight));
            let gains = gains.iter().map(|s| (&s[..], (worth(s[0] as usize) + lift) as u64));
            Rows::new(phase.sites, merge(rows.chain(gains)))
        };
        let all = 0..phase.sites as SiteIndex;
        let here = Problem {
            demand,
            forbidden: branch.from.iter().map(|&from| usize::from(from) > t).collect(),
            required: all.filter(|&s| usize::from(branch.by[s as usize]) <= t).collect(),
            ..phase.clone()
        };
        let start: Vec<Vec<SiteIndex>> = state.best.sets.get(t).cloned().into_iter().collect();
        let lifted = i128::from(lift) * phase.choose as i128;
        match self.search(&here, &start, state) {
            Ok(answer) => Ok(Some((i128::from(answer.bound) - lifted, answer.chosen))),
            // What is not found is not excluded.
            Err(Infeasible::NoneFound) => Ok(Some((i128::from(here.coverable()) - lifted, Vec::new()))),
            Err(why) if t == self.phases.len() - 1 && branch.bound == u64::MAX => Err(why),
            Err(_) => Ok(None),
        }
    }

    /// The best plan around a set of one phase: earlier phases among its sites, later ones with all of them.
    fn around(&self, heart: usize, set: &[SiteIndex], state: &mut State<'_>) {
        if set.len() != self.phases[heart].choose || !state.tried.insert((heart, set.to_vec())) {
            return;
        }
        let mut sets = vec![set.to_vec()];
        for t in (0..heart).rev() {
            let within = open(&sets[0], self.problem.sites);
            let forbidden = within.iter().map(|w| !w).collect();
            let start = greedy::in_order_of_gain(self.problem, &[], &sets[0]);
            let start = vec![sorted(start.into_iter().take(self.phases[t].choose).collect())];
            let among = Problem { forbidden, ..self.problems[t].clone() };
            let Ok(answer) = self.search(&among, &start, state) else { return };
            sets.insert(0, answer.chosen);
        }
        for t in heart + 1..self.phases.len() {
            let mut required = sets[t - 1].clone();
            required.extend(&self.problems[t].required);
            required = sorted(required);
            required.dedup();
            let with = Problem { required, ..self.problems[t].clone() };
            let Ok(answer) = self.search(&with, &[], state) else { return };
            sets.push(answer.chosen);
        }
        let objective = self.problems.iter().zip(&sets).map(|(phase, set)| phase.objective(set)).sum();
        if state.best.sets.is_empty() || objective > state.best.objective {
            state.best = Found { sets, objective, bound: 0 };
            state.tell();
        }
    }

    fn search(
        &self,
        problem: &Problem,
        starts: &[Vec<SiteIndex>],
        state: &mut State<'_>,
    ) -> Result<Answer, Infeasible> {
        let (answer, work) = BranchAndBound { work: state.each }.counted(problem, starts, &state.told.watch.inner())?;
        state.left = state.left.saturating_sub(work);
        Ok(answer)
    }
}

impl State<'_> {
    fn is_over(&self) -> bool {
        self.left == 0 || self.told.watch.stopped()
    }

    /// No plan is better than this.
    fn lower(&mut self, bound: u64) {
        self.ceiling = self.ceiling.min(bound);
        self.tell();
    }

    fn tell(&self) {
        let base = self.told.base;
        self.told.watch.tell(self.best.objective + base, self.ceiling.max(self.best.objective) + base);
    }
}

fn open(set: &[SiteIndex], sites: usize) -> Vec<bool> {
    let mut open = vec![false; sites];
    set.iter().for_each(|&s| open[s as usize] = true);
    open
}

fn sorted(mut set: Vec<SiteIndex>) -> Vec<SiteIndex> {
    set.sort_unstable();
    set
}
