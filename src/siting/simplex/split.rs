//! On what should a branch be split? A file of its own because it tries many splits for a few steps each, and nothing else
//! looks ahead.

use super::super::core::Core;
use super::super::cut::Cut;
use super::super::lagrangian::Scale;
use super::super::service::Rule;
use super::dual::Run;
use super::stated::{Measure, program};
use super::{Decided, NEAR, Vertex};
use std::cmp::Reverse;

/// Sites tried alone, and sites around which areas are tried.
const TRIED: (usize, usize) = (8, 8);
/// How many stations an area holds in the relaxation: as undecided as can be.
const WANTED: [f64; 3] = [0.5, 1.5, 2.5];
/// How near to that.
const NEARLY: f64 = 0.05;
/// How far from a whole number the stations that count for a least amount must be.
const PARTS: f64 = 0.02;
/// Steps into either branch, of all and of the best few; and how many those are.
const STEPS: (usize, usize) = (10, 40);
const BEST: usize = 4;

/// Two branches that hold every choice of their parent: more than `most` of the sites are taken, or no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Area {
    /// Open sites, ascending; one alone is taken or left out.
    pub(in super::super) sites: Vec<u32>,
    /// See above.
    pub(in super::super) most: usize,
}

impl Area {
    /// A site alone.
    pub(in super::super) fn site(site: u32) -> Self {
        Self { sites: vec![site], most: 0 }
    }

    /// Whether a branch before has been split on it: steps that end early may seem to leave it open.
    fn is_demanded(&self, core: &Core) -> bool {
        [false, true].iter().any(|&more| core.cuts.contains(&self.demand(core.sites.len(), core.choose, more)))
    }

    /// What one of the two branches demands where so many of `all` sites are chosen.
    pub(in super::super) fn demand(&self, all: usize, choose: usize, more: bool) -> Cut {
        let one = |s: u32| (s, 1);
        if more {
            let sites = self.sites.iter().map(|&s| one(s)).collect();
            return Cut { sites, rows: Vec::new(), need: self.most as i64 + 1 };
        }
        // No more of these: the others make up the number.
        let others = (0..all as u32).filter(|s| self.sites.binary_search(s).is_err());
        Cut { sites: others.map(one).collect(), rows: Vec::new(), need: choose as i64 - self.most as i64 }
    }
}

/// The split that lifts both branches most (strong branching, Applegate et al. 1995), as far as a few steps of the dual simplex
/// method into each can tell; none where the relaxation takes no site in part. Returns the entries passed as well.
///
/// Splitting on one site alone leaves its neighbours to take its place; the number of stations in an area cannot be evaded.
pub(in super::super) fn split(of: Decided<'_>, scale: Scale, incumbent: u64, vertex: &Vertex) -> (Option<Area>, usize) {
    let core = of.core;
    let candidates = candidates(of, &vertex.taken);
    if candidates.is_empty() {
        return (None, 0);
    }
    let (mut program, mut basis) = (program(of, scale), vertex.basis.clone());
    let first = program.rows();
    // A row for each that demands nothing yet.
    let any = core.choose as f64 + 1.0;
    for candidate in &candidates {
        let entries = candidate.sites.iter().map(|&s| (s, 1.0));
        program.row(entries, 0.0, (-any, any));
        basis.head.push((program.columns() + program.rows() - 1) as u32);
        basis.lengths.push(1.0);
        basis.upper.push(false);
    }
    let columns = program.matrix.turned(program.columns());
    let run = Run::new(&program, &columns, basis);
    let open = (Measure::of(of, scale).beyond(scale, incumbent) - run.worth).max(0.0);
    let mut work = run.work;
    let mut lifts = |i: usize, steps: usize| -> f64 {
        let logical = program.columns() + first + i;
        let most = candidates[i].most as f64;
        let sides = [(-any, -most - 1.0), (-most, any)].map(|bounds| {
            let mut side = run.clone();
            side.bounds[logical] = bounds;
            side.run(run.worth + open, steps);
            work += side.work - run.work;
            (side.worth - run.worth).clamp(0.0, open)
        });
        // A side that does not rise is worth little, whatever the other does.
        let least = 1e-3 * open;
        sides[0].max(least) * sides[1].max(least)
    };
    let mut order: Vec<(f64, usize)> = (0..candidates.len()).map(|i| (lifts(i, STEPS.0), i)).collect();
    let by_lift = |a: &(f64, usize), b: &(f64, usize)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
    order.sort_by(by_lift);
    order.truncate(BEST);
    order.iter_mut().for_each(|(lift, i)| *lift = lifts(*i, STEPS.1));
    order.sort_by(by_lift);
    (Some(candidates[order[0].1].clone()), work)
}

/// Sites taken in part that matter most, and areas around them.
fn candidates(of: Decided<'_>, taken: &[f64]) -> Vec<Area> {
    let core = of.core;
    let part = |s: u32| taken[s as usize].min(1.0 - taken[s as usize]);
    let weight = |s: u32| {
        let of_rows = core.rows_of(s as usize).iter().map(|&r| core.weights[r as usize]).sum::<u64>();
        (core.own[s as usize] + of_rows) as f64
    };
    let open = (0..taken.len() as u32).filter(|&s| of.fate[s as usize].is_none());
    let mut parts: Vec<(f64, u32)> = open.filter(|&s| part(s) > NEAR).map(|s| (part(s) * weight(s), s)).collect();
    parts.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut found: Vec<Area> = parts.iter().take(TRIED.0).map(|p| Area::site(p.1)).collect();
    let rules = of.service.map_or(&[][..], |s| &s.rules).iter();
    found.extend(rules.filter_map(|rule| counting(core, rule, taken)).filter(|area| !area.is_demanded(core)));
    for &(_, site) in parts.iter().take(TRIED.1) {
        let around = around(core, site);
        for wanted in WANTED {
            let (mut sum, mut best) = (0.0, None);
            for (count, &s) in (1..).zip(&around) {
                sum += taken[s as usize];
                if (sum - wanted).abs() < NEARLY {
                    best = Some(count);
                }
                if sum > wanted + 1.0 {
                    break;
                }
            }
            let Some(count) = best.filter(|&c| c > 1) else { continue };
            let mut sites = around[..count].to_vec();
            sites.sort_unstable();
            let area = Area { sites, most: wanted as usize };
            if !(found.contains(&area) || area.is_demanded(core)) {
                found.push(area);
            }
        }
    }
    found
}

/// The sites that count for a least amount, where the relaxation takes no whole number of them.
fn counting(core: &Core, rule: &Rule, taken: &[f64]) -> Option<Area> {
    let mut sites: Vec<u32> = rule.rows.iter().flat_map(|c| core.sites_of(c.0 as usize)).copied().collect();
    sites.sort_unstable();
    sites.dedup();
    let sum: f64 = sites.iter().map(|&s| taken[s as usize]).sum();
    let most = sum.floor();
    let parts = sum - most > PARTS && most + 1.0 - sum > PARTS && sites.len() > 1;
    parts.then_some(Area { sites, most: most as usize })
}

/// A site and those that share rows with it, most shared weight first.
fn around(core: &Core, site: u32) -> Vec<u32> {
    let mut shared = vec![0u64; core.sites.len()];
    for &r in core.rows_of(site as usize) {
        core.sites_of(r as usize).iter().for_each(|&s| shared[s as usize] += core.weights[r as usize]);
    }
    shared[site as usize] = u64::MAX;
    let mut around: Vec<u32> = (0..shared.len() as u32).filter(|&s| shared[s as usize] > 0).collect();
    around.sort_by_key(|&s| (Reverse(shared[s as usize]), s));
    around
}
