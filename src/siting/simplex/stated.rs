//! What does a core say as a linear program? A file of its own because only here stations, rows and amounts become columns and
//! rows of a matrix, and multipliers of these become prices again.

use super::super::lagrangian::Scale;
use super::super::service::{Rule, Service};
use super::Decided;
use super::dual::Run;
use super::program::Program;
use crate::coverage::chance;

/// A row weighs so much on average in a program: tolerances of the method are for numbers like that.
const AVERAGE: f64 = 100.0;
/// Costs of sites differ by chance, all of a choice together by no more than this part of the least difference of two
/// objectives: vertices that are worth the same let the method walk in circles.
const CHANCE: f64 = 0.1;
/// What the bound must be below the incumbent's for a run to end early, likewise: rounding multipliers may lift it again.
const SPARE: f64 = 0.25;
/// Where nothing weighs anything: what costs may differ by, and by how much amounts must be missed for a run to end early, in what
/// a row counts on average; and the largest price of an amount, for no other measure is given.
const MISSED: (f64, f64) = (1e-5, 0.1);
const DEAREST: f64 = 1.0;

/// What numbers of a program stand for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measure {
    /// What all of it is worth.
    all: f64,
    /// What it calls 1, in weight.
    unit: f64,
    /// The least difference of two objectives, in its own numbers.
    least: f64,
    /// Whether nothing weighs anything: then it asks by how much amounts are missed at least.
    missed: bool,
}

impl Measure {
    pub(super) fn of(of: Decided<'_>, scale: Scale) -> Self {
        let rows: f64 = of.core.weights.iter().map(|&w| w as f64).sum();
        let seconds: f64 = of.service.iter().flat_map(|s| &s.rows).map(|row| row.second as f64).sum();
        let all = of.core.base as f64 + rows + seconds;
        let rules = of.service.map_or(&[][..], |service| &service.rules);
        if rows <= 0.0 && !rules.is_empty() {
            return Self { all, unit: 1.0, least: MISSED.0, missed: true };
        }
        let unit = if rows > 0.0 { rows / of.core.weights.len() as f64 / AVERAGE } else { 1.0 };
        Self { all, unit, least: scale.least() / unit, missed: false }
    }

    /// A program whose solutions are worth that much holds no choice above the incumbent.
    pub(super) fn beyond(self, scale: Scale, incumbent: u64) -> f64 {
        if self.missed {
            return MISSED.1;
        }
        (self.all - scale.weight_of(scale.wanted(incumbent))) / self.unit
    }

    /// What more it must be worth for a run to end.
    pub(super) fn spare(self) -> f64 {
        SPARE * self.least
    }
}

/// What a row of a rule counts on average.
fn counted(rule: &Rule) -> f64 {
    let sum: f64 = rule.rows.iter().map(|&(_, counted)| counted as f64).sum();
    (sum / rule.rows.len().max(1) as f64).max(1.0)
}

/// What is left over is to be least: the weight not covered, less what sites alone cover. First the rows of demand, then cuts, the
/// number of stations, counties and least amounts.
///
/// A row has a column for that it is not covered, and a row that a second site adds to another one for that it is not covered twice.
/// Of least amounts it says how much may stay uncovered; where nothing weighs anything all of them may be missed, by as little as
/// can be.
pub(super) fn program(of: Decided<'_>, scale: Scale) -> Program {
    let Decided { core, fate, service } = of;
    let (sites, rows) = (core.sites.len(), core.weights.len());
    let measure = Measure::of(of, scale);
    let by_chance = CHANCE * measure.least / core.choose.max(1) as f64;
    let chance = |s: usize| (chance::mixed(u64::from(core.sites[s])) >> 32) as f64 / f64::from(u32::MAX);
    let of_sites = core.own.iter().enumerate().map(|(s, &own)| -(own as f64 / measure.unit + by_chance * chance(s)));
    let twice = twice(service, sites + rows);
    let rules = service.map_or(&[][..], |service| &service.rules);
    let most_missed = rules.iter().map(|rule| rule.least as f64 / counted(rule)).fold(1.0, f64::max);
    let most_left = rules.iter().map(|rule| rule.rows.len() as f64).fold(1.0, f64::max);
    let weigh = |w: u64| w as f64 / measure.unit;
    let seconds = service.iter().flat_map(|s| &s.rows).filter(|row| row.second > 0).map(|row| weigh(row.second));
    let mut program = Program {
        cost: of_sites.chain(core.weights.iter().map(|&w| weigh(w))).chain(seconds).collect(),
        bounds: fate.iter().map(|&fate| of_fate(fate)).collect(),
        ..Program::default()
    };
    program.bounds.resize(program.cost.len(), (0.0, 1.0));
    let missed = measure.missed.then_some((program.columns() as u32, -1.0));
    if missed.is_some() {
        program.cost.push(1.0);
        program.bounds.push((-most_left, most_missed));
    }
    let choose = core.choose as f64;
    let lost = |r: usize| ((sites + r) as u32, 1.0);
    for r in 0..rows {
        let second = twice.get(r).copied().flatten().map(|column| (column, 1.0));
        let entries = core.sites_of(r).iter().map(|&s| (s, 1.0)).chain([lost(r)]).chain(second);
        program.row(entries, if second.is_some() { 2.0 } else { 1.0 }, (0.0, choose + 1.0));
    }
    for cut in &core.cuts {
        let most = cut.sites.iter().map(|s| s.1).max().unwrap_or(0);
        let of_sites = cut.sites.iter().map(|&(s, c)| (s, f64::from(c)));
        // A row may stand in a cut more than once.
        let of_rows = cut.rows.chunk_by(|a, b| a == b).map(|same| (lost(same[0] as usize).0, same.len() as f64));
        let room = f64::from(most.max(0)) * choose + cut.rows.len() as f64 + cut.need.unsigned_abs() as f64;
        program.row(of_sites.chain(of_rows), cut.need as f64, (0.0, room));
    }
    program.row((0..sites as u32).map(|s| (s, 1.0)), choose, (0.0, 0.0));
    for (county, &(min, max)) in core.counties.iter().enumerate() {
        if min > 0 || max < core.choose {
            let here = (0..).zip(&core.county_of).filter(|s| *s.1 == Some(county)).map(|s| (s.0, 1.0));
            program.row(here, min as f64, (0.0, max.min(core.choose) as f64 - min as f64));
        }
    }
    for rule in rules {
        let by = counted(rule);
        let entries = rule.rows.iter().filter(|c| c.1 > 0).map(|&(r, c)| (lost(r as usize).0, c as f64 / by));
        let all = rule.rows.iter().map(|&(_, counted)| counted as f64).sum::<f64>() / by;
        let least = rule.least as f64 / by;
        program.row(entries.chain(missed), all - least, (-(all + least + most_missed), 0.0));
    }
    program
}

/// Per row the column for that it is not covered twice, from `next` on, where a second site adds anything.
fn twice(service: Option<&Service>, next: usize) -> Vec<Option<u32>> {
    let mut next = next as u32;
    let mut column = |second: u64| {
        (second > 0).then(|| {
            next += 1;
            next - 1
        })
    };
    service.iter().flat_map(|s| &s.rows).map(|row| column(row.second)).collect()
}

/// Prices of rows and cuts, and of what counts for least amounts, in weight: the rows of these are the last of a program.
pub(super) fn prices(of: Decided<'_>, scale: Scale, run: &mut Run<'_>) -> (Vec<f64>, Vec<f64>) {
    let Decided { core, service, .. } = of;
    let measure = Measure::of(of, scale);
    let found = match measure.missed {
        // One unit may be missed: no room for costs by chance.
        true => run.prices_at(&only_missed(run.basis.upper.len() - run.basis.head.len())),
        false => run.prices(),
    };
    let rules = service.map_or(&[][..], |service| &service.rules);
    let last = &found[found.len() - rules.len()..];
    let amounts: Vec<f64> = rules.iter().zip(last).map(|(rule, &price)| (-price / counted(rule)).max(0.0)).collect();
    let dearest = amounts.iter().copied().fold(0.0, f64::max);
    let unit = if measure.missed && dearest > 0.0 { DEAREST / dearest } else { measure.unit };
    let of_rows = &found[..core.weights.len() + core.cuts.len()];
    let price = of_rows.iter().map(|&u| (u * unit).max(0.0)).collect();
    (price, amounts.iter().map(|a| a * unit).collect())
}

/// Costs where only that amounts are missed costs anything.
fn only_missed(columns: usize) -> Vec<f64> {
    let mut cost = vec![0.0; columns];
    cost[columns - 1] = 1.0;
    cost
}

fn of_fate(fate: Option<bool>) -> (f64, f64) {
    match fate {
        None => (0.0, 1.0),
        Some(taken) => (f64::from(u8::from(taken)), f64::from(u8::from(taken))),
    }
}
