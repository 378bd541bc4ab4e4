//! In which order? Nested phases: the last is planned first, each earlier one among its sites.
//! A file of its own because nesting is a question on top of any method.

use super::problem::Problem;
use super::{Answer, Infeasible, Method, greedy};
use crate::travel::SiteIndex;

/// The state at the end of one phase.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// New sites by then, in order of opening.
    pub sites: Vec<SiteIndex>,
    /// Weight covered by then.
    pub objective: u64,
    /// The best choice of this size on its own: county minima and required sites, which hold at the end, left aside.
    pub alone: Answer,
}

/// Plans the phases before the last one, and puts every site in order of opening.
///
/// `news` are the totals of new stations per phase, ascending, the last one equal to the size of `last`. Phase by phase
/// from the end, the sites of a phase are the best choice among those of the next. Within a phase, what adds most opens first.
///
/// # Errors
/// Those of the method.
pub fn nest(method: &dyn Method, problem: &Problem, last: &Answer, news: &[usize]) -> Result<Vec<Step>, Infeasible> {
    let mut sets = vec![last.chosen.clone()];
    for &choose in news.iter().rev().skip(1) {
        let next = sets.last().expect("starts with the last phase");
        let among = |s: usize| next.binary_search(&(s as SiteIndex)).is_ok();
        let forbidden = (0..problem.sites).map(|s| problem.forbidden[s] || !among(s)).collect();
        sets.push(method.solve(&freed(problem, choose, forbidden), &[])?.chosen);
    }
    sets.reverse();
    opened(method, problem, last, &sets)
}

/// What nested sets of new sites, one per phase, are worth phase by phase, every site in order of opening; `last` is the best
/// choice of the final size.
///
/// # Errors
/// Those of the method.
pub fn opened(
    method: &dyn Method,
    problem: &Problem,
    last: &Answer,
    sets: &[Vec<SiteIndex>],
) -> Result<Vec<Step>, Infeasible> {
    let mut steps: Vec<Step> = Vec::new();
    for set in sets {
        let choose = set.len();
        let mut sites = steps.last().map(|s| s.sites.clone()).unwrap_or_default();
        let new: Vec<SiteIndex> = set.iter().copied().filter(|s| !sites.contains(s)).collect();
        sites.extend(greedy::in_order_of_gain(problem, &sites, &new));
        let alone = if choose == last.chosen.len() {
            last.clone()
        } else {
            method.solve(&freed(problem, choose, problem.forbidden.clone()), std::slice::from_ref(set))?
        };
        steps.push(Step { sites, objective: problem.objective(set), alone });
    }
    Ok(steps)
}

/// The problem of an earlier phase: conditions that need only hold at the end are left aside.
pub(super) fn freed(problem: &Problem, choose: usize, forbidden: Vec<bool>) -> Problem {
    let mut freed = Problem { choose, forbidden, required: Vec::new(), ..problem.clone() };
    freed.counties.iter_mut().for_each(|c| c.min = 0);
    freed.without_rules()
}
