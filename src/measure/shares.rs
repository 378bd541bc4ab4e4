//! How many people are covered, in every breakdown. A file of its own because leadership reads nothing else.

use super::outcome::{Change, Shares};
use crate::model::{People, Place, PlaceLayer, Setting};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Adds people up over places; `today` and `proposed` are the covered share of each place, in [0, 1].
///
/// Sums run in the order of places, so they are the same bits on any number of threads.
pub fn shares(places: &[Place], today: &[f64], proposed: &[f64]) -> Shares {
    let mut total = Change::default();
    let mut clusters = Change::default();
    let mut by_county: BTreeMap<Option<Arc<str>>, Change> = BTreeMap::new();
    let mut by_setting: BTreeMap<Option<Setting>, Change> = BTreeMap::new();
    let mut by_group: BTreeMap<Arc<str>, Change> = BTreeMap::new();
    for ((place, &today), &proposed) in places.iter().zip(today).zip(proposed) {
        if place.layer == PlaceLayer::Clusters {
            add(&mut clusters, place.people.0, today, proposed);
            continue;
        }
        add(&mut total, place.people.0, today, proposed);
        add(by_county.entry(place.county.clone()).or_default(), place.people.0, today, proposed);
        add(by_setting.entry(place.setting).or_default(), place.people.0, today, proposed);
        for (group, &count) in &place.groups {
            add(by_group.entry(group.clone()).or_default(), count, today, proposed);
        }
    }
    Shares {
        total,
        by_county: none_last(by_county),
        by_setting: none_last(by_setting),
        by_group: by_group.into_iter().collect(),
        clusters,
    }
}

fn add(change: &mut Change, people: f64, today: f64, proposed: f64) {
    change.today.people += People(people);
    change.today.covered += People(people * today);
    change.proposed.people += People(people);
    change.proposed.covered += People(people * proposed);
}

fn none_last<K: Ord>(map: BTreeMap<Option<K>, Change>) -> Vec<(Option<K>, Change)> {
    let (unstated, mut rows): (Vec<_>, Vec<_>) = map.into_iter().partition(|(key, _)| key.is_none());
    rows.extend(unstated);
    rows
}
