//! What is the linear relaxation worth exactly, and what does it leave undecided? The same bound as [`super::saddle`], from a
//! vertex: where circles overlap, primal-dual steps stop short of it, and a branch needs all of what its split brings.
//! A room of its own because a linear program knows nothing of stations: only this file and [`split`] do.

mod dual;
mod elimination;
mod factor;
mod lift;
mod local;
mod program;
mod ratio;
mod sparse;
mod split;
mod stated;

use super::Watch;
use super::core::Core;
use super::lagrangian::Scale;
use super::saddle::Point;
use super::service::Service;
use dual::{End, Run};
pub(super) use local::broken as local_cuts;
use program::{Basis, Program};
pub(super) use split::{Area, split};
use stated::{Measure, program};

/// Steps between two looks at who may ask to stop, and at most, as a multiple of the rows and columns.
const STEPS: (usize, usize) = (100, 10);
/// A site counts as taken or left out from so near on.
const NEAR: f64 = 1e-6;
/// A price counts as at the end of its range from so near on, in units that prices are rounded to.
const NEAR_PRICE: f64 = 8.0;

/// A vertex of the linear relaxation of a core.
#[derive(Debug, Clone)]
pub(super) struct Vertex {
    /// Per open site how much of it is taken, in \[0, 1\].
    pub(super) taken: Vec<f64>,
    /// Multipliers per row and then per cut, in weight.
    pub(super) price: Vec<f64>,
    /// What least amounts are worth, in weight for one unit that counts.
    pub(super) amounts: Vec<f64>,
    /// Columns of the program.
    columns: usize,
    basis: Basis,
}

impl Vertex {
    /// Numbers that it holds.
    pub(super) fn size(&self) -> usize {
        self.taken.len() + self.price.len() + 2 * self.basis.head.len()
    }

    /// Takes cuts that do not hold the vertex out of a core, but no demands of branches.
    pub(super) fn drop_idle_cuts(&mut self, core: &mut Core) {
        let (columns, rows) = (self.columns, core.weights.len());
        let mut kept = vec![true; self.basis.head.len()];
        for &j in self.basis.head.iter().filter(|j| **j as usize >= columns) {
            let row = j as usize - columns;
            let idle = row.checked_sub(rows).and_then(|cut| core.cuts.get(cut)).is_some_and(|cut| !cut.rows.is_empty());
            kept[row] = !idle;
        }
        self.basis.only(columns, &kept);
        let mut at = kept[rows..].iter();
        core.cuts.retain(|_| *at.next().unwrap_or(&true));
        let mut at = kept.iter();
        self.price.retain(|_| *at.next().unwrap_or(&true));
    }
}

/// Where a run begins.
pub(super) enum Start<'a> {
    /// At the vertex that seems to be the nearest.
    Near(&'a Point),
    /// At a vertex of the same core, or of the same without its last cuts.
    At(&'a Vertex),
}

/// A core in which some sites are decided: per site whether it is taken. It keeps its shape, so that vertices of it stay
/// vertices.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decided<'a> {
    pub(super) core: &'a Core,
    pub(super) fate: &'a [Option<bool>],
    /// What more is asked of its rows than that they are covered.
    pub(super) service: Option<&'a Service>,
}

/// The best vertex, or one that shows that no choice above the incumbent is in the core, or one met when `work` entries had been
/// passed or whoever watches asked to stop; with the entries passed.
///
/// The program has a variable per site and one per row for what of it is not covered; rows, cuts, the number of stations
/// and county rules are its rows. The dual simplex method (Lemke 1954; steepest edge, Forrest and Goldfarb 1992; long steps over
/// bounds, Maros 2003) keeps its multipliers a bound all the time; rounded to integers they give one that no error of it makes wrong.
pub(super) fn vertex(
    of: Decided<'_>,
    scale: Scale,
    incumbent: u64,
    from: Start<'_>,
    work: usize,
    watch: &Watch,
) -> (Vertex, usize) {
    let Decided { core, .. } = of;
    let measure = Measure::of(of, scale);
    let program = program(of, scale);
    let columns = program.matrix.turned(program.columns());
    let basis = match from {
        Start::Near(point) => nearest(core, scale, &program, point),
        Start::At(vertex) => vertex.basis.clone().within(&program, core.weights.len() + core.cuts.len()),
    };
    let mut run = Run::new(&program, &columns, basis);
    let beyond = measure.beyond(scale, incumbent) + measure.spare();
    let most = STEPS.1 * (program.columns() + program.rows());
    while run.run(beyond, STEPS.0) == End::Limit && run.steps < most && run.work < work && !watch.stopped() {}
    let (price, amounts) = stated::prices(of, scale, &mut run);
    let taken = (0..core.sites.len()).map(|s| run.value(s).clamp(0.0, 1.0)).collect();
    let Run { basis, work, .. } = run;
    (Vertex { taken, price, amounts, columns: columns.len(), basis }, work)
}

/// The basis that a point suggests: a row with a price between 0 and its weight is covered exactly, and a site stands in its
/// place that is taken in part. Where one is missing the row's own variables fill in.
fn nearest(core: &Core, scale: Scale, program: &Program, point: &Point) -> Basis {
    let (sites, rows, all) = (core.sites.len(), core.weights.len(), program.rows());
    let logical = |r: usize| (program.columns() + r) as u32;
    let price = |r: usize| point.price.get(r).copied().unwrap_or(0.0);
    let doubt = |s: &u32| {
        let x = point.taken[*s as usize];
        x.min(1.0 - x)
    };
    let mut parts: Vec<u32> = (0..sites as u32).filter(|s| doubt(s) > NEAR).collect();
    parts.sort_by(|a, b| doubt(b).total_cmp(&doubt(a)).then(a.cmp(b)));
    let mut parts = parts.into_iter();
    // What a row may cost, once the cuts that it stands in have been paid.
    let mut dearest: Vec<f64> = core.weights.iter().map(|&w| w as f64).collect();
    for (at, cut) in (rows..).zip(&core.cuts) {
        cut.rows.iter().for_each(|&r| dearest[r as usize] -= price(at));
    }
    let near = NEAR_PRICE * scale.weight(1);
    let head = (0..all).map(|r| {
        let number = r == rows + core.cuts.len();
        if price(r) <= near && !number {
            logical(r)
        } else if dearest.get(r).is_some_and(|most| price(r) >= most - near) {
            (sites + r) as u32
        } else {
            parts.next().unwrap_or(Basis::ANY)
        }
    });
    let head = head.collect();
    let mut upper: Vec<bool> = point.taken.iter().map(|&x| x > 0.5).collect();
    upper.resize(program.bounds.len(), false);
    Basis { head, lengths: vec![1.0; all], upper }
}

#[cfg(test)]
mod tests {
    use super::super::iterate::Chance;
    use super::super::lagrangian::{self, Relaxation};
    use super::super::problem::{CountyRule, Problem, Rows};
    use super::super::separate;
    use super::*;
    use crate::coverage::merge;

    fn problem(chance: &mut Chance, case: usize) -> Problem {
        let sites = 8 + chance.below(25);
        let mut sets = Vec::new();
        for _ in 0..3 * sites {
            let mut set: Vec<u32> = (0..1 + chance.below(5)).map(|_| chance.below(sites) as u32).collect();
            set.sort_unstable();
            set.dedup();
            sets.push((set, 1 + chance.below(40) as u64));
        }
        let county = |county: &str| CountyRule { county: county.to_owned(), min: 1, max: 2 };
        Problem {
            sites,
            demand: Rows::new(sites, merge(sets.iter().map(|(set, weight)| (&set[..], *weight)))),
            choose: 2 + chance.below(4),
            forbidden: vec![false; sites],
            county_of: (0..sites).map(|s| (case % 3 == 1).then_some(s % 3).filter(|c| *c < 2)).collect(),
            counties: if case % 3 == 1 { vec![county("one"), county("two")] } else { Vec::new() },
            preference: vec![0; sites],
            ..Problem::default()
        }
    }

    /// What a relaxed choice covers.
    fn covered(core: &Core, taken: &[f64]) -> f64 {
        let row = |(r, &w): (usize, &u64)| {
            w as f64 * core.sites_of(r).iter().map(|&s| taken[s as usize]).sum::<f64>().min(1.0)
        };
        let own = core.own.iter().zip(taken).map(|(&own, x)| own as f64 * x).sum::<f64>();
        core.base as f64 + core.weights.iter().enumerate().map(row).sum::<f64>() + own
    }

    #[test]
    fn a_vertex_covers_as_much_as_its_multipliers_allow_at_most() {
        // Weak duality is the oracle: a relaxed choice and multipliers that are worth the same are both best.
        let mut chance = Chance(5);
        let mut parts = 0;
        for case in 0..600 {
            let problem = problem(&mut chance, case);
            let Some(core) = Core::of(&problem).filter(|core| !core.is_decided()) else { continue };
            let scale = Scale::of(&problem).expect("small weights");
            let none = vec![None; core.sites.len()];
            let of = Decided { core: &core, fate: &none, service: None };
            let watch = Watch::default();
            let (vertex, _) = vertex(of, scale, 0, Start::Near(&Point::even(&core)), usize::MAX, &watch);
            let sum: f64 = vertex.taken.iter().sum();
            assert!((sum - core.choose as f64).abs() < 1e-6, "case {case}: {sum} stations");
            let multipliers = lagrangian::rounded(&core, scale, &vertex.price);
            let most = scale.weight_of(Relaxation::of(&core, scale, multipliers).worth());
            let covered = covered(&core, &vertex.taken);
            assert!((most - covered).abs() < 0.2, "case {case}: covers {covered} of {most}");
            parts += usize::from(vertex.taken.iter().any(|x| *x > 0.01 && *x < 0.99));
            let cuts = separate::broken(&core, &vertex.taken, &mut 0);
            if !cuts.is_empty() {
                let zero = vec![0; core.weights.len()];
                let (cut, _) = core.with_cuts(cuts[..1].to_vec(), &zero);
                let of = Decided { core: &cut, fate: &none, service: None };
                let (lower, _) = super::vertex(of, scale, 0, Start::At(&vertex), usize::MAX, &watch);
                let multipliers = lagrangian::rounded(&cut, scale, &lower.price);
                let with = scale.weight_of(Relaxation::of(&cut, scale, multipliers).worth());
                assert!(with < most + 0.2, "case {case}: a cut lifts nothing, {with} after {most}");
            }
        }
        assert!(parts > 50, "{parts} vertices take a site in part");
    }
}
