//! What does each proposed station bring, and what does refusing it cost? A file of its own because every proposal is
//! defended by these numbers.

use super::outcome::{PhaseOutcome, Proposal, Share};
use crate::coverage::{Demand, DemandPoint, Relation};
use crate::model::{People, Phase, Place, PlaceLayer};
use crate::siting::{Infeasible, Question, Refusal, Step};
use crate::travel::SiteIndex;
use std::collections::{BTreeMap, BTreeSet};

/// What the numbers of proposals and phases are counted over.
#[derive(Debug, Clone)]
pub struct Ground {
    /// Residents by demand point; none for clusters.
    residents: Vec<f64>,
    /// Per demand point whether an existing station covers it.
    existing: Vec<bool>,
    /// Demand points by candidate, for those that are asked about.
    points_of: BTreeMap<SiteIndex, Vec<u32>>,
}

impl Ground {
    /// Lays out residents, and the relation by candidate for the sites that are asked about.
    pub fn new(
        places: &[Place],
        demand: &Demand,
        existing: &[bool],
        relation: &Relation,
        asked: &BTreeSet<SiteIndex>,
    ) -> Self {
        let residents = |p: &DemandPoint| match places[p.place].layer {
            PlaceLayer::Residences => places[p.place].people.0 * p.share,
            PlaceLayer::Clusters => 0.0,
        };
        let mut points_of: BTreeMap<SiteIndex, Vec<u32>> = asked.iter().map(|&s| (s, Vec::new())).collect();
        let last = points_of.last_key_value().map_or(0, |(&s, _)| s as usize + 1);
        let mut is_asked = vec![false; last];
        points_of.keys().for_each(|&s| is_asked[s as usize] = true);
        for i in 0..relation.len() {
            for s in relation.sites(i).iter().filter(|&&s| is_asked.get(s as usize) == Some(&true)) {
                points_of.entry(*s).or_default().push(i as u32);
            }
        }
        Self { residents: demand.points.iter().map(residents).collect(), existing: existing.to_vec(), points_of }
    }

    /// Residents covered by these candidates on top of existing stations.
    pub(super) fn reach(&self, sites: &[SiteIndex]) -> Share {
        let mut covered = self.existing.clone();
        for &s in sites {
            self.points_of[&s].iter().for_each(|&i| covered[i as usize] = true);
        }
        let sum = covered.iter().zip(&self.residents).filter(|(c, _)| **c).map(|(_, r)| r).sum();
        Share { people: People(self.residents.iter().sum()), covered: People(sum) }
    }

    /// Residents inside the circle of one candidate, whoever else covers them.
    fn inside(&self, site: SiteIndex) -> People {
        People(self.points_of[&site].iter().map(|&i| self.residents[i as usize]).sum())
    }
}

/// Measures every proposed station, in order of opening.
///
/// A loss is proved when both the last step's plan and the one without the site are.
pub fn proposals(ground: &Ground, question: &Question, steps: &[Step], refusals: &[Refusal]) -> Vec<Proposal> {
    let Some(last) = steps.last() else { return Vec::new() };
    let weighted = |units: u64| units as f64 / question.scale;
    let all = ground.reach(&last.sites);
    let mut before = (ground.reach(&[]), question.problem.objective(&[]));
    let mut proposals = Vec::new();
    for (i, &site) in last.sites.iter().enumerate() {
        let opened = &last.sites[..=i];
        let after = (ground.reach(opened), question.problem.objective(opened));
        let refused = refusals.iter().find(|r| r.site == site).map(|r| &r.without);
        let without = refused.and_then(|w| w.as_ref().ok());
        let loss_proved = match refused {
            Some(Ok(w)) => w.proved() && last.alone.proved(),
            Some(Err(why)) => *why != Infeasible::NoneFound,
            None => false,
        };
        proposals.push(Proposal {
            candidate: site as usize,
            phase: steps.iter().position(|s| s.sites.len() > i).unwrap_or(steps.len() - 1),
            rank: i + 1,
            covered: ground.inside(site),
            gain: after.0.covered - before.0.covered,
            gain_weighted: weighted(after.1 - before.1),
            loss_if_refused: without.map(|w| all.covered - ground.reach(&w.chosen).covered),
            loss_weighted: without.map(|w| weighted(last.objective) - weighted(w.objective)),
            loss_proved,
            alternatives: without
                .map(|w| w.chosen.iter().filter(|s| !last.sites.contains(s)).map(|&s| s as usize).collect())
                .unwrap_or_default(),
        });
        before = after;
    }
    proposals
}

/// Measures the state after every phase.
pub fn phases(
    ground: &Ground,
    question: &Question,
    phases: &[Phase],
    existing: usize,
    steps: &[Step],
) -> Vec<PhaseOutcome> {
    let weighted = |units: u64| units as f64 / question.scale;
    let measure = |(phase, step): (&Phase, &Step)| PhaseOutcome {
        name: phase.name.clone(),
        stations: existing + step.sites.len(),
        reach: ground.reach(&step.sites),
        sites: step.sites.iter().map(|&s| s as usize).collect(),
        best_alone: ground.reach(&step.alone.chosen).covered,
        objective: weighted(step.objective),
        best_alone_objective: weighted(step.alone.objective),
        best_alone_proved: step.alone.proved(),
    };
    phases.iter().zip(steps).map(measure).collect()
}
