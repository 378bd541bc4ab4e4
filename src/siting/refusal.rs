//! What if this site is refused? Each proposed site is taken away and the problem solved again.
//! A file of its own because planners ask it of every proposal.

use super::problem::Problem;
use super::{Answer, Infeasible, Method};
use crate::travel::SiteIndex;
use rayon::prelude::*;

/// The best plan without one of the chosen sites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The site refused.
    pub site: SiteIndex,
    /// The plan without it, or why none meets the conditions.
    pub without: Result<Answer, Infeasible>,
}

/// Solves the problem anew without each chosen site in turn, in parallel; a required one is let go for it.
/// One start is the answer with the refused site replaced by what adds most.
pub fn refusals(method: &dyn Method, problem: &Problem, chosen: &[SiteIndex]) -> Vec<Refusal> {
    chosen
        .par_iter()
        .map(|&site| {
            let mut without = problem.clone();
            without.forbidden[site as usize] = true;
            without.required.retain(|&r| r != site);
            let kept: Vec<SiteIndex> = chosen.iter().copied().filter(|&s| s != site).collect();
            let patched = super::greedy::further(&without, &kept).into_iter().take(1);
            let start: Vec<SiteIndex> = kept.iter().copied().chain(patched).collect();
            Refusal { site, without: method.solve(&without, &[start]) }
        })
        .collect()
}
