//! Do the layers agree with each other and with the plan?
//! A file of its own because these faults are in no single file: ids, counties, standards, limits. (Axes: `axes.rs`.)

use super::axes;
use super::boundaries::Outlines;
use super::codes;
use super::fault::{FeatureRef, nearest, quoted, shown};
use super::fault_words::{Kind, Meant};
use super::headings::Field;
use super::layer_file::{Feature, LayerFile, Layers};
use super::plan_toml::PlanFile;
use super::plan_toml_keys::finding;
use super::source::Finding;
use crate::model::{Candidate, Place, Setting};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Names that a fault lists before it stops.
const LISTED: usize = 12;

/// Finds every disagreement, and fills in the counties that the outlines tell.
pub(super) fn check(plan: &mut PlanFile, layers: &mut Layers) {
    let same_id = |first: &FeatureRef| match first.row {
        Some(row) => Kind::DuplicateIdRow { row },
        None => Kind::DuplicateId { first: first.index },
    };
    unique(&mut layers.residences, same_id);
    unique(&mut layers.clusters, same_id);
    unique(&mut layers.stations, same_id);
    unique(&mut layers.candidates, same_id);
    unique(&mut layers.boundaries, |first| match first.row {
        Some(row) => Kind::DuplicateIdRow { row },
        None => Kind::DuplicateCounty { first: first.index },
    });
    let residences = &mut layers.residences;
    if residences.complete && residences.items.is_empty() && residences.findings.is_empty() {
        residences.findings.push(Finding::of(Kind::EmptyLayer));
    }
    counties(plan, layers);
    if plan.circles_hold {
        standards(plan, &mut layers.residences);
        standards(plan, &mut layers.clusters);
    }
    candidate_limits(plan, &mut layers.candidates);
    groups(plan, &layers.residences);
    axes::check(layers);
}

/// No id stands twice in a layer, those of refused rows included.
fn unique<T: Feature>(layer: &mut LayerFile<T>, kind: impl Fn(&FeatureRef) -> Kind) {
    let items = layer.items.iter().map(|item| (item.value.id(), item.index, item.byte, item.row));
    let refused = layer.refused.iter().filter_map(|f| Some((f.id.as_deref()?, f.index, None, f.row)));
    let mut ids: Vec<(&str, usize, Option<usize>, Option<usize>)> = items.chain(refused).collect();
    ids.par_sort_unstable();
    let mut found = Vec::new();
    for same in ids.chunk_by(|a, b| a.0 == b.0) {
        let first = FeatureRef { index: same[0].1, id: None, row: same[0].3 };
        for (id, index, byte, row) in &same[1..] {
            found.push(Finding {
                byte: *byte,
                feature: Some(FeatureRef { index: *index, id: Some((*id).to_owned()), row: *row }),
                field: Some(Field::Id.name().to_owned()),
                value: Some(quoted(id)),
                kind: kind(&first),
            });
        }
    }
    layer.findings.extend(found);
}

/// Counties: filled in from the outlines, known, and stated where the limits need them.
fn counties(plan: &mut PlanFile, layers: &mut Layers) {
    let Layers { residences, clusters, stations, candidates, boundaries } = layers;
    // Behind a break in the file that decides there may be more counties than we have seen.
    let decides = if boundaries.file.is_some() || !boundaries.complete {
        boundaries.complete.then(|| boundaries.names.counties.all())
    } else {
        residences.complete.then(|| residences.names.counties.all())
    };
    let Some(mut known) = decides else { return };
    known.extend(plan.plan.counties.iter().map(|name| Arc::from(name.as_str())));
    // A code names a county only once it is known which counties there are.
    known.retain(|name| codes::county_part(name).is_none() && !plan.book.aliases.contains_key(&**name));
    named(residences, &known, &plan.book);
    if boundaries.file.is_none() {
        known.extend(residences.items.iter().filter_map(|item| item.value.county.clone()));
    } else {
        known.extend(boundaries.items.iter().map(|item| Arc::clone(&item.value.county)));
    }
    named(clusters, &known, &plan.book);
    named(stations, &known, &plan.book);
    named(candidates, &known, &plan.book);

    boundaries.items.sort_by(|a, b| a.value.county.cmp(&b.value.county));
    let outlines = Outlines::of(boundaries.items.iter().map(|item| &item.value));
    known_counties(residences, &known, &outlines);
    known_counties(clusters, &known, &outlines);
    known_counties(stations, &known, &outlines);
    known_counties(candidates, &known, &outlines);

    let limited: Vec<String> = plan.plan.limits.counties.keys().cloned().collect();
    if limited.is_empty() {
        return;
    }
    if !known.is_empty() {
        for county in limited.iter().filter(|county| !known.contains(county.as_str())) {
            let kind = unknown_county(county, &known);
            plan.findings.push(finding(&plan.places, &format!("limits.counties.{county}"), kind));
        }
    }
    // With a fault in the outlines a county may be missing only because of that.
    if boundaries.refused.is_empty() {
        stated_counties(stations, |station| station.status.counts());
        stated_counties(candidates, |_| true);
    }
}

/// Turns codes and other names of counties into those of the plan.
fn named<T: Feature>(layer: &mut LayerFile<T>, known: &BTreeSet<Arc<str>>, book: &codes::Book) {
    let mut unclear = Vec::new();
    for at in 0..layer.items.len() {
        let Some(county) = layer.items[at].value.county() else { return };
        let Some(written) = county.clone() else { continue };
        match book.among(&written, known.iter().map(AsRef::as_ref)) {
            Ok(name) if *name == *written => {}
            Ok(name) => *county = Some(layer.names.counties.keep(&name)),
            Err(kind) => {
                *county = None;
                unclear.push((at, written, kind));
            }
        }
    }
    for (at, written, kind) in unclear {
        let id = layer.items[at].value.id().to_owned();
        layer.fault(at, &id, Some(Field::County.name()), Some(quoted(&written)), kind);
    }
}

/// Fills in counties that are not stated, and refuses those that nobody knows.
fn known_counties<T: Feature>(layer: &mut LayerFile<T>, known: &BTreeSet<Arc<str>>, outlines: &Outlines<'_>) {
    let unknown: Vec<(usize, Arc<str>)> = layer
        .items
        .par_iter_mut()
        .enumerate()
        .filter_map(|(at, item)| {
            if item.value.county()?.is_none() {
                let found = item.value.inside().and_then(|point| outlines.county(point));
                *item.value.county()? = found;
            }
            item.value
                .county()?
                .as_ref()
                .filter(|c| !known.is_empty() && !known.contains(*c))
                .map(|c| (at, Arc::clone(c)))
        })
        .collect();
    for (at, county) in unknown {
        let id = layer.items[at].value.id().to_owned();
        let kind = unknown_county(&county, known);
        layer.fault(at, &id, Some(Field::County.name()), Some(quoted(&county)), kind);
    }
}

fn unknown_county(county: &str, known: &BTreeSet<Arc<str>>) -> Kind {
    let meant = Meant(nearest(county, known.iter().map(AsRef::as_ref)));
    Kind::UnknownCounty { known: listed(known.iter().map(AsRef::as_ref)), meant }
}

/// Every station and candidate that a county's limit may count has a county.
fn stated_counties<T: Feature>(layer: &mut LayerFile<T>, counts: impl Fn(&T) -> bool) {
    for at in 0..layer.items.len() {
        let value = &mut layer.items[at].value;
        if value.county().is_some_and(|county| county.is_none()) && counts(value) {
            let id = value.id().to_owned();
            layer.fault(at, &id, Some(Field::County.name()), None, Kind::NoCounty);
        }
    }
}

/// Every place has a standard.
fn standards(plan: &PlanFile, layer: &mut LayerFile<Place>) {
    let settings: Option<BTreeSet<Setting>> = plan.plan.circles.iter().map(|circle| circle.setting).collect();
    // A standard for every place: nothing to check.
    let Some(settings) = settings else { return };
    let known = settings.iter().map(|s| s.name()).collect::<Vec<_>>().join(", ");
    for at in 0..layer.items.len() {
        let place = &layer.items[at].value;
        if place.setting.is_none_or(|setting| !settings.contains(&setting)) {
            let (id, value) = (place.id.clone(), place.setting.map(|s| quoted(s.name())));
            let kind = Kind::NoCircleFits { known: known.clone() };
            layer.fault(at, &id, Some(Field::Setting.name()), value, kind);
        }
    }
}

/// Required and forbidden ids exist, and under a budget every candidate has a cost.
fn candidate_limits(plan: &mut PlanFile, candidates: &mut LayerFile<Candidate>) {
    if !candidates.complete {
        return;
    }
    let refused = candidates.refused.iter().filter_map(|f| f.id.as_deref());
    let ids: BTreeSet<&str> = candidates.items.iter().map(|item| item.value.id.as_str()).chain(refused).collect();
    let limits = &plan.plan.limits;
    for (key, listed) in [("required", &limits.required), ("forbidden", &limits.forbidden)] {
        for (i, id) in listed.iter().enumerate() {
            let kind = match candidates.file {
                Some(_) if plan.plan.derive => Kind::DerivedNotGiven,
                None => Kind::NoCandidateLayer,
                Some(_) if ids.contains(id.as_str()) => continue,
                Some(_) => Kind::NoSuchCandidate { meant: Meant(nearest(id, ids.iter().copied())) },
            };
            plan.findings.push(finding(&plan.places, &format!("limits.{key}[{i}]"), kind));
        }
    }
    if limits.budget.is_none() {
        return;
    }
    if candidates.file.is_none() {
        plan.findings.push(finding(&plan.places, "limits.budget", Kind::NoCandidateLayer));
    } else if plan.plan.derive {
        plan.findings.push(finding(&plan.places, "limits.budget", Kind::DerivedNotGiven));
        return;
    }
    for at in 0..candidates.items.len() {
        let candidate = &candidates.items[at].value;
        if candidate.cost.is_none() {
            let id = candidate.id.clone();
            candidates.fault(at, &id, Some(Field::Cost.name()), None, Kind::NoCost);
        }
    }
}

/// A weight for a group that nobody counted, where a similar one was: a slip, not a plan.
fn groups(plan: &mut PlanFile, residences: &LayerFile<Place>) {
    let counted = residences.names.groups.all();
    if !residences.complete {
        return;
    }
    let mut found = BTreeMap::new();
    for group in plan.plan.weights.groups.keys().filter(|group| !counted.contains(group.as_str())) {
        let near =
            nearest(group, counted.iter().map(AsRef::as_ref).filter(|c| !plan.plan.weights.groups.contains_key(*c)));
        if near.is_some() {
            let known = listed(counted.iter().map(AsRef::as_ref));
            found.insert(format!("weights.groups.{group}"), Kind::UnknownGroup { known, meant: Meant(near) });
        }
    }
    plan.findings.extend(found.into_iter().map(|(path, kind)| finding(&plan.places, &path, kind)));
}

/// The first names of many.
fn listed<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    let all = names.len();
    let mut first: Vec<String> = names.take(LISTED).map(shown).collect();
    if all > LISTED {
        first.push(format!("… ({all})"));
    }
    first.join(", ")
}
