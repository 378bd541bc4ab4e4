//! What would fewer or more stations cover? A file of its own because the target is the first thing a council asks about:
//! this is the answer for every number of stations, and the fewest that reach a share.

use super::problem::{Choice, Problem};
use super::relaxed::{self, Effort};
use super::{Answer, Method, exchange, greedy, infeasible};
use crate::travel::SiteIndex;
use rayon::prelude::*;

/// Pairs that the bounds from point to point may look at.
const BOUND_WORK: usize = 1_000_000_000;
/// Rounds of the first of these bounds at most, and of each later one.
const FIRST_ROUNDS: usize = 400;
const POINT_ROUNDS: usize = 15;

/// The best that at most so many new stations cover.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurvePoint {
    /// New stations at most.
    pub new: usize,
    /// A choice of at most as many sites that covers `objective`.
    pub chosen: Vec<SiteIndex>,
    /// Weight covered, `base` included.
    pub objective: u64,
    /// No choice of at most `new` sites covers more.
    pub bound: u64,
}

/// Why a curve goes no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CurveEnd {
    /// Everything that any site could cover is covered.
    Everything,
    /// No choice of more sites meets the conditions: proved.
    NoMore,
    /// No choice of more sites was found.
    NoneFound,
    /// Enough points.
    Enough,
}

/// Coverage by number of new stations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Curve {
    /// From no new station on, ascending; objectives and bounds never fall.
    pub points: Vec<CurvePoint>,
    /// Why it goes no further.
    pub end: CurveEnd,
}

/// The fewest new stations that cover a weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StationsFor {
    /// So many do; `None` when none on the curve does.
    pub enough: Option<usize>,
    /// Fewer than this do not: proved. `None` when no number does, which is proved as well.
    pub needed: Option<usize>,
}

/// The problem on the curve: what is said about sites (forbidden, spacing) holds; what is said about this number of stations
/// (required sites, county minima and maxima, the budget) is left aside, for another number is another decision. So any part
/// of an admissible choice is admissible, and more stations never cover less.
fn loosened(problem: &Problem, choose: usize) -> Problem {
    Problem {
        choose,
        required: Vec::new(),
        counties: Vec::new(),
        county_of: vec![None; problem.sites],
        budget: None,
        ..problem.clone()
    }
    .without_rules()
}

/// The curve up to `most` new stations, or where it levels out, at about `points` numbers of stations, evenly apart.
///
/// 1. From point to point the choice grows by the site that adds most and is improved by exchange.
/// 2. Every point is solved by `method`, in parallel, from its own choice and, at its number, from `answer`.
/// 3. Bounds walk along the curve.
/// 4. At most so many stations: a choice of fewer counts for more, a bound on more holds for fewer.
pub fn curve(method: &dyn Method, problem: &Problem, answer: &Answer, most: usize, points: usize) -> Curve {
    let target = answer.chosen.len();
    let step = most.div_ceil(points.max(1)).max(1);
    let mut numbers: Vec<usize> = (step..=most).step_by(step).collect();
    if (1..=most).contains(&target)
        && let Err(at) = numbers.binary_search(&target)
    {
        numbers.insert(at, target);
    }
    let (starts, mut end) = starts(problem, &numbers);
    let solve = |(new, chosen): &(usize, Vec<SiteIndex>)| {
        let own = std::iter::once(chosen.clone());
        let from: Vec<_> = own.chain((*new == target).then(|| answer.chosen.clone())).collect();
        method.solve(&loosened(problem, *new), &from)
    };
    let solved: Vec<_> = starts.par_iter().map(solve).collect();
    let nothing = problem.objective(&[]);
    let mut points = vec![CurvePoint { new: 0, chosen: Vec::new(), objective: nothing, bound: nothing }];
    for ((new, _), solved) in starts.iter().zip(solved) {
        let Ok(solved) = solved else {
            end = CurveEnd::NoneFound;
            break;
        };
        let before = points.last().expect("begins with no station");
        let (chosen, objective) = if solved.objective > before.objective {
            (solved.chosen, solved.objective)
        } else {
            (before.chosen.clone(), before.objective)
        };
        points.push(CurvePoint { new: *new, chosen, objective, bound: solved.bound.max(before.bound) });
    }
    tighten(problem, &mut points, target);
    for i in (1..points.len()).rev() {
        points[i - 1].bound = points[i - 1].bound.min(points[i].bound);
    }
    if let Some(reached) = points.iter().position(|p| p.objective == problem.coverable()) {
        points.truncate(reached + 1);
        end = CurveEnd::Everything;
    }
    Curve { points, end }
}

/// Bounds from point to point, outwards from the target, each from its neighbour's multipliers: they change little with the
/// number of stations. No value is below zero, so a bound on exactly so many sites is one on at most as many.
fn tighten(problem: &Problem, points: &mut [CurvePoint], target: usize) {
    let round = (2 * problem.rows_of().iter().map(Vec::len).sum::<usize>() + problem.rows().len()).max(1);
    let rounds = BOUND_WORK / round;
    let per_point = (rounds / (2 * points.len())).min(POINT_ROUNDS);
    if per_point == 0 || points.iter().all(|p| p.bound == p.objective) {
        return;
    }
    let middle = points.partition_point(|p| p.new < target).min(points.len() - 1);
    let look = |point: &mut CurvePoint, from: Option<&[f64]>, rounds: usize, step: f64| {
        let effort = Effort { from, rounds, step };
        let found = relaxed::bound(&loosened(problem, point.new), point.objective, effort);
        point.bound = point.bound.min(found.bound);
        found.multipliers
    };
    let first = look(&mut points[middle], None, (rounds / 2).min(FIRST_ROUNDS), 1.0);
    let (before, after) = points.split_at_mut(middle);
    before.iter_mut().rev().fold(first.clone(), |from, p| look(p, Some(&from), per_point, 0.5));
    after.iter_mut().skip(1).fold(first, |from, p| look(p, Some(&from), per_point, 0.5));
}

/// A choice for each number, each grown from the one before it.
fn starts(problem: &Problem, numbers: &[usize]) -> (Vec<(usize, Vec<SiteIndex>)>, CurveEnd) {
    let mut starts: Vec<(usize, Vec<SiteIndex>)> = Vec::new();
    let mut chosen: Vec<SiteIndex> = Vec::new();
    for &new in numbers {
        let before = starts.last().map_or(0, |s| s.0);
        if starts.last().is_some_and(|s| problem.objective(&s.1) == problem.coverable()) {
            return (starts, CurveEnd::Everything);
        }
        let loose = loosened(problem, new);
        if infeasible::check(&loose).is_err() {
            // Whatever holds for a choice holds for each part of it: no larger number can do either.
            return (starts, if before + 1 == new { CurveEnd::NoMore } else { CurveEnd::NoneFound });
        }
        match grown(&loose, &chosen).or_else(|| greedy::greedy(&loose)) {
            Some(larger) => chosen = swapped(&loose, &larger),
            None => return (starts, CurveEnd::NoneFound),
        }
        starts.push((new, chosen.clone()));
    }
    (starts, CurveEnd::Enough)
}

/// The choice with the sites added, one by one, that add most; `None` when no further site may join.
fn grown(loose: &Problem, chosen: &[SiteIndex]) -> Option<Vec<SiteIndex>> {
    let mut choice = Choice::of(loose, chosen);
    let mut covered = vec![false; loose.rows().len()];
    let cover = |s: SiteIndex, covered: &mut [bool]| {
        loose.rows_of()[s as usize].iter().for_each(|&r| covered[r as usize] = true);
    };
    chosen.iter().for_each(|&s| cover(s, &mut covered));
    while choice.chosen.len() < loose.choose {
        let gain = |s: SiteIndex| {
            let open = loose.rows_of()[s as usize].iter().filter(|&&r| !covered[r as usize]);
            open.map(|&r| loose.rows()[r as usize].weight).sum::<u64>()
        };
        let may = (0..loose.sites as SiteIndex).filter(|&s| choice.admits(s));
        let best = may.max_by_key(|&s| (gain(s), loose.preference[s as usize], std::cmp::Reverse(s)))?;
        choice.add(best);
        cover(best, &mut covered);
    }
    Some(choice.chosen)
}

impl Curve {
    /// The fewest new stations that cover at least `weight`; `coverable` is what all sites together cover.
    pub fn fewest(&self, weight: u64, coverable: u64) -> StationsFor {
        let enough = self.points.iter().find(|p| p.objective >= weight).map(|p| p.new);
        let short = self.points.iter().rev().find(|p| p.bound < weight);
        let last = self.points.last().is_some_and(|p| p.bound < weight);
        let never = weight > coverable || (last && self.end == CurveEnd::NoMore);
        StationsFor { enough, needed: (!never).then(|| short.map_or(0, |p| p.new + 1)) }
    }
}
/// Best swaps from a choice, where anything is left to decide.
fn swapped(problem: &Problem, chosen: &[SiteIndex]) -> Vec<SiteIndex> {
    match super::core::Core::of(problem) {
        Some(core) => exchange::exchange(problem, &core, chosen, &mut 0),
        None => chosen.to_vec(),
    }
}
