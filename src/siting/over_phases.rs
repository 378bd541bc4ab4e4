//! In which order, when every phase counts? The weighted sum over nested phases, exactly. A file of its own because it says which
//! phases a search has to look at, and what follows for the others.

use super::linked::{Linked, Phase, Told};
use super::problem::Problem;
use super::{BranchAndBound, Infeasible, Watch, phases};
use crate::travel::SiteIndex;

/// Parts in which the weights of phases are counted at most, and what the sum may come to.
const PARTS: (f64, f64) = (1000.0, 4e15);

/// Nested sets of sites, one per phase, that are best for the weighted sum over phases, and the sum with its bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverPhases {
    /// New sites by the end of each phase, ascending.
    pub sets: Vec<Vec<SiteIndex>>,
    /// The largest weight of a phase is so many parts.
    pub parts: u64,
    /// Sum over phases of weight covered times the phase's weight in parts.
    pub objective: u64,
    /// No nested plan under the same conditions has a larger sum.
    pub bound: u64,
}

/// `max sum_t weight_t covered(S_t)` over `S_1 <= S_2 <= ...` with `news[t]` new sites each; the conditions of `problem` hold at
/// the end, where as many sites are open as it chooses; the last weight is above 0.
///
/// Phases that open nothing, weigh nothing or are as large as the next need no search; [`Linked`] does the rest.
#[derive(Debug, Clone, Copy)]
pub struct PhaseSum<'a> {
    /// Who is covered by what, and the conditions of the last phase.
    pub problem: &'a Problem,
    /// New sites by the end of each phase, never fewer than before.
    pub news: &'a [usize],
    /// What a covered unit counts in each phase.
    pub weights: &'a [f64],
}

impl PhaseSum<'_> {
    /// The largest weight of a phase, in parts.
    pub fn parts(&self) -> u64 {
        (PARTS.1 / (self.problem.coverable().max(1) as f64 * self.news.len() as f64)).floor().clamp(1.0, PARTS.0) as u64
    }

    /// The best nested sets within `work` looks at pairs; `last` is a choice of the last phase that meets its conditions, the best
    /// one if it is known.
    ///
    /// # Errors
    /// The conditions that conflict when no choice meets them all.
    pub fn solve(&self, last: &[SiteIndex], work: usize) -> Result<OverPhases, Infeasible> {
        self.watched(last, work, &Watch::default())
    }

    /// As [`PhaseSum::solve`], followed and ended early through `watch`, which is told sums in the parts of the answer.
    ///
    /// # Errors
    /// As [`PhaseSum::solve`].
    pub fn watched(&self, last: &[SiteIndex], work: usize, watch: &Watch) -> Result<OverPhases, Infeasible> {
        let problem = &Problem { service: None, ..self.problem.clone() };
        let most = self.weights.iter().copied().fold(0.0, f64::max);
        let of = self.parts();
        let parts: Vec<u64> = self.weights.iter().map(|w| (w / most * of as f64).round() as u64).collect();
        let base = problem.base * parts.iter().sum::<u64>();
        let mut searched: Vec<Phase> = Vec::new();
        for (&choose, &parts) in self.news.iter().zip(&parts) {
            match searched.last_mut() {
                Some(before) if before.choose == choose => before.parts += parts,
                _ if parts > 0 && choose > 0 => searched.push(Phase { choose, parts }),
                _ => {}
            }
        }
        let found = match searched.is_empty() {
            true => super::linked::Found::default(),
            false => Linked::new(problem, searched).solve(last, work, Told { watch, base })?,
        };
        let mut sets: Vec<Vec<SiteIndex>> = Vec::new();
        for &choose in self.news {
            let set = match found.sets.iter().find(|set| set.len() >= choose) {
                Some(set) if set.len() == choose => set.clone(),
                Some(within) if choose > 0 => {
                    let before = sets.last().cloned().unwrap_or_default();
                    let forbidden =
                        (0..problem.sites as SiteIndex).map(|s| within.binary_search(&s).is_err()).collect();
                    let between = Problem { required: before, ..phases::freed(problem, choose, forbidden) };
                    BranchAndBound::default().watched(&between, &[], &watch.inner())?.chosen
                }
                _ => Vec::new(),
            };
            sets.push(set);
        }
        Ok(OverPhases { sets, parts: of, objective: found.objective + base, bound: found.bound + base })
    }
}
