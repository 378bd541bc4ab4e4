//! From a plan that asks for more than covering to rows of service: who reaches what, who takes up room, what each county
//! must reach. A file of its own because plans that ask for none of it never come here.

use super::problem::{Problem, Rows};
use super::service::{Capacity, Rule, Service, ServiceRow};
use super::setup::{Amount, Setup};
use crate::coverage::merge;
use crate::model::PlaceLayer;
use crate::travel::SiteIndex;
use std::collections::BTreeMap;

/// Units of room per person.
const PER_PERSON: f64 = 1000.0;

/// What rows are merged by: the county they count for, existing stations within reach, and sites.
type Key<'a> = (Option<usize>, usize, &'a [SiteIndex]);

/// What demand points have in common that share room alike: sites, standing stations, weight and people.
type Same<'a> = (&'a [SiteIndex], Vec<u32>, u64, u64);

/// Cells of one place that reach the same stations: place, sites and standing stations.
type Alike<'a> = (usize, &'a [SiteIndex], Vec<u32>);

impl Setup<'_> {
    /// Whether the plan asks for more than coverage, faded or not.
    pub(super) fn asks_more(&self) -> bool {
        let objective = &self.plan.objective;
        objective.capacity || objective.second_station > 0.0 || objective.by_county()
    }

    /// The problem with its service, and what its counties have and could have.
    pub(super) fn served(
        &self,
        weights: &[u64],
        inner: &[u64],
        scale: f64,
        conditions: Problem,
    ) -> (Problem, Vec<Amount>) {
        if self.plan.objective.capacity {
            return (self.with_room(weights, conditions), Vec::new());
        }
        let (amounts, county_of) = self.amounts(scale);
        let second = self.plan.objective.second_station;
        let mut merged: BTreeMap<Key<'_>, (u64, u64)> = BTreeMap::new();
        let mut base = 0;
        for (i, &weight) in inner.iter().enumerate() {
            let more = (weight as f64 * second).round() as u64;
            let has = self.stations.sites(i).len().min(2);
            base += [0, weight, weight + more][has];
            let counted = county_of[i].map_or(0, |_| self.residents(i, scale));
            let county = county_of[i].filter(|_| has == 0 && counted > 0);
            let worth = [weight, more, 0][has];
            if !self.relation.sites(i).is_empty() && (worth > 0 || county.is_some()) {
                let row = merged.entry((county, has, self.relation.sites(i))).or_default();
                (row.0, row.1) = (row.0 + worth, row.1 + counted);
            }
        }
        // Coverage that fades adds plain rows.
        let (mut rings, ring_base) = self.rings(weights);
        let mut rows = Vec::new();
        let mut rules: Vec<Rule> =
            amounts.iter().map(|a| Rule { name: a.county.clone(), rows: Vec::new(), least: 0 }).collect();
        for ((county, has, sites), (worth, counted)) in merged {
            let second = if has == 0 { (worth as f64 * second).round() as u64 } else { 0 };
            if let Some(county) = county {
                rules[county].rows.push((rows.len() as u32, counted));
            }
            rows.push(ServiceRow { sites: sites.to_vec(), first: worth, second, ..ServiceRow::default() });
        }
        rows.append(&mut rings);
        let base = base + ring_base;
        let plain = rows.iter().map(|row| (&row.sites[..], row.first + row.second));
        let demand = Rows::new(self.candidates.len(), merge(plain));
        let mut service = Service::new(self.candidates.len(), base, rows);
        service.rules = rules;
        for (rule, amount) in service.rules.iter_mut().zip(&amounts) {
            if let Some(share) = self.plan.objective.each_county {
                rule.least = amount.least(share);
            }
        }
        (Problem { demand, base, service: Some(service.into()), ..conditions }, amounts)
    }

    /// Rows of the rings beyond the standard: what a ring is worth on top of the next; and what existing stations cover of it.
    ///
    /// A person inside the standard is inside every ring, so the ring's part is taken off what the standard adds.
    pub(super) fn rings(&self, weights: &[u64]) -> (Vec<ServiceRow>, u64) {
        let fade = &self.plan.objective.fade;
        let (mut base, mut found) = (0, Vec::new());
        for (k, ring) in self.rings.iter().enumerate() {
            let worth = fade[k].part - fade.get(k + 1).map_or(0.0, |next| next.part);
            let worth = |i: usize| (weights[i] as f64 * worth).round() as u64;
            base += (0..weights.len()).filter(|&i| ring.covered[i]).map(worth).sum::<u64>();
            let open = (0..weights.len()).filter(|&i| !ring.covered[i]);
            let rows = merge(open.map(|i| (ring.relation.sites(i), worth(i))));
            found.extend(rows.into_iter().map(|row| ServiceRow {
                sites: row.sites,
                first: row.weight,
                ..ServiceRow::default()
            }));
        }
        (found, base)
    }

    /// Per county with residents what is covered already and what there is, and the county of every demand point.
    fn amounts(&self, scale: f64) -> (Vec<Amount>, Vec<Option<usize>>) {
        let points = &self.demand.points;
        let county = |i: usize| self.places[points[i].place].county.as_deref();
        let mut totals: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        if self.plan.objective.by_county() {
            for i in 0..points.len() {
                let residents = self.residents(i, scale);
                if let Some(county) = county(i).filter(|_| residents > 0) {
                    let total = totals.entry(county).or_default();
                    total.0 += if self.covered[i] { residents } else { 0 };
                    total.1 += residents;
                }
            }
        }
        let number = |i: usize| county(i).and_then(|c| totals.keys().position(|t| *t == c));
        let of = (0..points.len()).map(number).collect();
        let amount = |(county, (covered, total)): (&&str, &(u64, u64))| Amount {
            county: (*county).to_owned(),
            covered: *covered,
            total: *total,
        };
        (totals.iter().map(amount).collect(), of)
    }

    /// Residents of a demand point, in units.
    fn residents(&self, i: usize, scale: f64) -> u64 {
        let point = &self.demand.points[i];
        let place = &self.places[point.place];
        match place.layer {
            PlaceLayer::Residences => (place.people.0 * point.share * scale).round() as u64,
            PlaceLayer::Clusters => 0,
        }
    }

    /// Stations that have room for so many people. Those that exist without a stated capacity have room for everybody.
    fn with_room(&self, weights: &[u64], conditions: Problem) -> Problem {
        let limited: Vec<SiteIndex> =
            (0..).zip(self.existing).filter(|(_, s)| s.capacity.is_some()).map(|(e, _)| e).collect();
        let (mut base, mut plain_base) = (0, 0);
        // A place's people all weigh alike: those of its cells that reach the same stations are one row.
        let mut alike: BTreeMap<Alike<'_>, (u64, u64)> = BTreeMap::new();
        for (i, &weight) in weights.iter().enumerate().filter(|(_, w)| **w > 0) {
            let near = self.stations.sites(i);
            if near.iter().any(|e| limited.binary_search(e).is_err()) {
                base += weight;
                plain_base += weight;
                continue;
            }
            plain_base += if near.is_empty() { 0 } else { weight };
            let standing: Vec<u32> =
                near.iter().filter_map(|e| limited.binary_search(e).ok()).map(|e| e as u32).collect();
            if standing.is_empty() && self.relation.sites(i).is_empty() {
                continue;
            }
            let point = &self.demand.points[i];
            let heads = self.places[point.place].people.0 * point.share;
            let people = if heads > 0.0 { ((heads * PER_PERSON).round() as u64).max(1) } else { 0 };
            let row = alike.entry((point.place, self.relation.sites(i), standing)).or_default();
            (row.0, row.1) = (row.0 + weight, row.1 + people);
        }
        let mut rows: BTreeMap<Same<'_>, u64> = BTreeMap::new();
        for ((_, sites, standing), (weight, people)) in alike {
            *rows.entry((sites, standing, weight, people)).or_default() += 1;
        }
        let row = |((sites, standing, weight, people), times): (Same<'_>, u64)| ServiceRow {
            sites: sites.to_vec(),
            first: weight * times,
            second: 0,
            people: people * times,
            standing,
        };
        let rows: Vec<ServiceRow> = rows.into_iter().map(row).collect();
        let plain = rows.iter().filter(|row| row.standing.is_empty()).map(|row| (&row.sites[..], row.first));
        let demand = Rows::new(self.candidates.len(), merge(plain));
        let room = |capacity: Option<f64>| capacity.map(|c| (c * PER_PERSON).floor() as u64);
        let mut service = Service::new(self.candidates.len(), base, rows);
        service.capacity = Some(Capacity {
            of_site: self.candidates.iter().map(|c| room(c.capacity)).collect(),
            standing: limited.iter().filter_map(|&e| room(self.existing[e as usize].capacity)).collect(),
        });
        Problem { demand, base: plain_base, service: Some(service.into()), ..conditions }
    }
}
