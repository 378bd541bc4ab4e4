//! How many people does a place bring to each sum? Places laid out for adding, and sums that do not depend on the order in
//! which one adds. A file of its own because an answer is a sum of differences and must be the sum of the whole, to the bit.

use crate::model::{Place, PlaceLayer, Setting};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A number of people in units of 2^-64: additions are exact, so their order does not matter.
pub(super) type Exact = i128;

/// 2^64.
const UNITS: f64 = 18_446_744_073_709_551_616.0;

/// A finite number of people, exactly but for what lies below the unit.
pub(super) fn exact(people: f64) -> Exact {
    (people * UNITS) as Exact
}

/// Back to people.
pub(super) fn people(exact: Exact) -> f64 {
    exact as f64 / UNITS
}

/// Places as sums see them.
#[derive(Debug)]
pub(super) struct Census {
    places: Vec<Counted>,
    /// Group and count, place by place.
    groups: Vec<(u32, f64)>,
    /// Sorted by name; `None`, last, where some place states none.
    pub(super) counties: Vec<Option<Arc<str>>>,
    /// Likewise.
    pub(super) settings: Vec<Option<Setting>>,
    /// Sorted.
    pub(super) group_names: Vec<Arc<str>>,
    /// Everybody.
    pub(super) all: Tally,
}

#[derive(Debug, Clone, Copy)]
struct Counted {
    people: f64,
    cluster: bool,
    county: u32,
    setting: u32,
    groups: (u32, u32),
}

/// People in every breakdown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Tally {
    pub(super) total: Exact,
    pub(super) clusters: Exact,
    pub(super) counties: Vec<Exact>,
    pub(super) settings: Vec<Exact>,
    pub(super) groups: Vec<Exact>,
}

impl Census {
    pub(super) fn new(places: &[Place]) -> Self {
        let residences = || places.iter().filter(|p| p.layer == PlaceLayer::Residences);
        let counties = numbered(residences().map(|p| p.county.clone()));
        let settings = numbered(residences().map(|p| p.setting));
        let named: BTreeMap<Arc<str>, u32> = {
            let mut names: Vec<Arc<str>> = residences().flat_map(|p| p.groups.keys().cloned()).collect();
            names.sort();
            names.dedup();
            names.into_iter().zip(0..).collect()
        };
        let at = |found: Option<usize>| found.unwrap_or(0) as u32;
        let mut groups = Vec::new();
        let mut counted = Vec::with_capacity(places.len());
        for place in places {
            let cluster = place.layer == PlaceLayer::Clusters;
            let first = groups.len() as u32;
            if !cluster {
                groups.extend(place.groups.iter().map(|(name, count)| (named[name], *count)));
            }
            counted.push(Counted {
                people: place.people.0,
                cluster,
                county: at(counties.iter().position(|c| *c == place.county)),
                setting: at(settings.iter().position(|s| *s == place.setting)),
                groups: (first, groups.len() as u32),
            });
        }
        let group_names = named.into_keys().collect();
        let mut census = Self { places: counted, groups, counties, settings, group_names, all: Tally::default() };
        let mut all = census.nobody();
        (0..census.places.len()).for_each(|place| census.shift(&mut all, place, 0.0, 1.0));
        census.all = all;
        census
    }

    /// Sums of nobody.
    pub(super) fn nobody(&self) -> Tally {
        let zero = |n: usize| vec![0; n];
        Tally {
            counties: zero(self.counties.len()),
            settings: zero(self.settings.len()),
            groups: zero(self.group_names.len()),
            ..Tally::default()
        }
    }

    /// Everybody whose places are covered by these shares.
    pub(super) fn of(&self, shares: &[f64]) -> Tally {
        let mut tally = self.nobody();
        for (place, &share) in shares.iter().enumerate().filter(|(_, share)| **share > 0.0) {
            self.shift(&mut tally, place, 0.0, share);
        }
        tally
    }

    /// Takes away what a place brought at one share, and adds what it brings at another.
    pub(super) fn shift(&self, tally: &mut Tally, place: usize, from: f64, to: f64) {
        let counted = self.places[place];
        let change = |people: f64| exact(people * to) - exact(people * from);
        let people = change(counted.people);
        if counted.cluster {
            tally.clusters += people;
            return;
        }
        tally.total += people;
        tally.counties[counted.county as usize] += people;
        tally.settings[counted.setting as usize] += people;
        for (group, count) in &self.groups[counted.groups.0 as usize..counted.groups.1 as usize] {
            tally.groups[*group as usize] += change(*count);
        }
    }

    /// People of a place, whatever its layer.
    pub(super) fn people(&self, place: usize) -> f64 {
        self.places[place].people
    }

    /// Whether a place counts among residents.
    pub(super) fn is_residence(&self, place: usize) -> bool {
        !self.places[place].cluster
    }
}

/// Distinct values in order, none last.
fn numbered<K: Ord>(values: impl Iterator<Item = Option<K>>) -> Vec<Option<K>> {
    let mut all: Vec<Option<K>> = values.collect();
    all.sort_unstable_by(|a, b| a.is_none().cmp(&b.is_none()).then(a.cmp(b)));
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_added_in_any_order_are_the_same_to_the_bit() {
        let numbers: Vec<f64> = (1..2000).map(|i| 1.0 / f64::from(i) + f64::from(i) * 1e3).collect();
        let forth: Exact = numbers.iter().map(|n| exact(*n)).sum();
        let back: Exact = numbers.iter().rev().map(|n| exact(*n)).sum();
        assert_eq!(forth, back);
        let plain: f64 = numbers.iter().sum();
        assert!((people(forth) - plain).abs() < 1e-6);
        assert_eq!(people(exact(199_453.0)), 199_453.0);
    }
}
