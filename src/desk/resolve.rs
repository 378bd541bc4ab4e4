//! What do changes mean on this plan? Ids become sites, numbers are looked at, contradictions are refused, every one of them at
//! once. A file of its own because everything behind it may trust what it is given.

use super::changes::Changes;
use super::error::{DeskError, Fault};
use super::roster::{Roster, SiteNumber};
use crate::job::Outcome;
use crate::model::{Limit, Minutes, Plan, Position, Setting};
use std::collections::BTreeSet;

/// Changes of features at most.
pub const MOST_FEATURES: usize = 5_000;
/// Longest id and name, in bytes.
const LONGEST: (usize, usize) = (80, 400);

/// Changes, understood.
#[derive(Debug)]
pub(super) struct Resolved {
    /// Sites that no longer stand where they stood, ascending.
    pub(super) leave: Vec<SiteNumber>,
    /// Candidates that now stand where they are listed, ascending.
    pub(super) enter: Vec<SiteNumber>,
    /// Sites that now stand where none is listed: moved ones by number, then added ones by their place in `Changes::add`.
    pub(super) placed: Vec<(Placed, Position)>,
    /// Candidates that moved but do not stand.
    pub(super) idle: Vec<(SiteNumber, Position)>,
    /// Every listed site that stands, wherever, ascending.
    pub(super) standing: Vec<SiteNumber>,
}

/// Who stands at a new place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placed {
    /// A listed site.
    Moved(SiteNumber),
    /// An index into `Changes::add`.
    Added(usize),
}

/// Where a fault goes: key, value, and why in both languages.
type Faulted<'a> = dyn FnMut(&'static str, &str, (&'static str, &'static str)) + 'a;

/// Understands changes; `changes` are [`Changes::sorted`].
///
/// # Errors
/// [`DeskError::Changes`] with every fault.
pub(super) fn resolve(outcome: &Outcome, roster: &Roster, changes: &Changes) -> Result<Resolved, DeskError> {
    let mut faults = Vec::new();
    let mut fault = |key, value: &str, why| faults.push(Fault { key, value: value.to_owned(), why });
    if changes.features() > MOST_FEATURES {
        let why = ("一次最多改动5000个点", "at most 5000 features may be changed at once");
        fault("changes", &changes.features().to_string(), why);
        return Err(DeskError::Changes(faults));
    }
    for (key, value) in numbers(changes) {
        let most = if key == "minutes" || key.ends_with("kmh") { 600.0 } else { 1e6 };
        let least = if key == "weights" { 0.0 } else { 0.1 };
        if !(least..=most).contains(&value) {
            fault(key, &value.to_string(), ("超出合理范围", "outside the range that makes sense"));
        }
    }
    if changes.target.is_some_and(|t| t == 0 || t > 1_000_000) {
        fault("target", &changes.target.unwrap_or(0).to_string(), ("目标至少为1", "a target is at least 1"));
    }
    let circles = &outcome.folder.plan.circles;
    let of_setting = [(changes.minutes.urban, Setting::Urban), (changes.minutes.rural, Setting::Rural)];
    for (_, setting) in of_setting.iter().filter(|(m, _)| m.is_some()) {
        if !circles.iter().any(|c| c.setting == Some(*setting)) {
            let why = ("方案没有这一类的服务圈；可用 all", "the plan has no circle for this setting; use all");
            fault("minutes", setting.name(), why);
        }
    }

    let candidates = |list: &[String], key, fault: &mut Faulted<'_>| {
        let mut found = BTreeSet::new();
        for id in list {
            match roster.candidate(id) {
                Some(site) => drop(found.insert(site)),
                None => fault(key, id, ("没有这个候选点", "there is no such candidate")),
            }
        }
        found
    };
    let lock = candidates(&changes.lock, "lock", &mut fault);
    let open = candidates(&changes.open, "open", &mut fault);
    let forbid = candidates(&changes.forbid, "forbid", &mut fault);
    let mut remove = BTreeSet::new();
    for id in &changes.remove {
        match roster.site(id) {
            Some(site) if !roster.sites[site as usize].closed => drop(remove.insert(site)),
            Some(_) => fault("remove", id, ("该站点已关闭", "this station is closed already")),
            None => fault("remove", id, ("没有这个站点或候选点", "there is no such station or candidate")),
        }
    }
    for site in lock.union(&open) {
        if forbid.contains(site) || remove.contains(site) {
            let why = ("同一点既启用又移除或禁用", "is opened and taken away at once");
            fault("lock", &roster.sites[*site as usize].id, why);
        }
    }
    let mut moved = Vec::new();
    for (id, [lon, lat]) in &changes.moved {
        match (roster.site(id), Position::new(*lon, *lat)) {
            (Some(site), Some(position)) if !roster.sites[site as usize].closed => moved.push((site, position)),
            (Some(_), Some(_)) => fault("move", id, ("该站点已关闭", "this station is closed")),
            (None, _) => fault("move", id, ("没有这个站点或候选点", "there is no such station or candidate")),
            (_, None) => fault("move", id, ("经纬度超出范围", "longitude or latitude out of range")),
        }
    }
    moved.sort_by_key(|m| m.0);
    let mut added = Vec::new();
    for (i, new) in changes.add.iter().enumerate() {
        let names = new.id.len() <= LONGEST.0 && new.name.as_ref().is_none_or(|n| n.len() <= LONGEST.1);
        if !new.id.starts_with('+') || new.id.len() < 2 || !names {
            fault(
                "add",
                &new.id,
                ("新增点编号以 + 开头，名称不宜过长", "the id of a new station starts with +, and names are short"),
            );
        } else if i > 0 && changes.add[i - 1].id == new.id {
            fault("add", &new.id, ("编号重复", "the id occurs twice"));
        } else if roster.site(&new.id).is_some() {
            fault("add", &new.id, ("方案里已有这个编号", "the plan has this id already"));
        }
        match Position::new(new.lon, new.lat) {
            Some(position) => added.push((Placed::Added(i), position)),
            None => fault("add", &new.id, ("经纬度超出范围", "longitude or latitude out of range")),
        }
    }
    if !faults.is_empty() {
        return Err(DeskError::Changes(faults));
    }

    let gone = |site: &SiteNumber| forbid.contains(site) || remove.contains(site);
    let has_moved = |site: &SiteNumber| moved.binary_search_by_key(site, |m| m.0).is_ok();
    let mut standing: BTreeSet<SiteNumber> = roster.standing().filter(|s| !gone(s)).collect();
    standing.extend(lock.iter().chain(&open));
    let enter = standing.iter().filter(|s| !roster.sites[**s as usize].stands && !has_moved(s)).copied().collect();
    let (here, idle): (Vec<_>, Vec<_>) = moved.iter().copied().partition(|(site, _)| standing.contains(site));
    let placed = here.into_iter().map(|(site, at)| (Placed::Moved(site), at)).chain(added).collect();
    let leave = roster.standing().filter(|s| gone(s) || has_moved(s)).collect();
    Ok(Resolved { leave, enter, placed, idle, standing: standing.into_iter().collect() })
}

/// Every number of the changes with its key.
fn numbers(changes: &Changes) -> impl Iterator<Item = (&'static str, f64)> {
    let minutes = [changes.minutes.urban, changes.minutes.rural, changes.minutes.all];
    let speeds = [("walk_kmh", changes.walk_kmh), ("bike_kmh", changes.bike_kmh), ("drive_kmh", changes.drive_kmh)];
    let weights = &changes.weights;
    let plain = [weights.residences, weights.clusters].into_iter().flatten();
    let named = weights.groups.values().chain(weights.kinds.values()).copied();
    let minutes = minutes.into_iter().flatten().map(|m| ("minutes", m));
    let speeds = speeds.into_iter().filter_map(|(key, value)| Some((key, value?)));
    minutes.chain(speeds).chain(plain.chain(named).map(|w| ("weights", w))).collect::<Vec<_>>().into_iter()
}

/// The plan as the changes have it; limits are left as they are.
pub(super) fn plan(plan: &Plan, changes: &Changes) -> Plan {
    let mut plan = plan.clone();
    for circle in &mut plan.circles {
        let own = match circle.setting {
            Some(Setting::Urban) => changes.minutes.urban,
            Some(Setting::Rural) => changes.minutes.rural,
            None => None,
        };
        if let Some(minutes) = own.or(changes.minutes.all) {
            circle.limit = Limit::Minutes(Minutes(minutes));
        }
    }
    let travel = &mut plan.travel;
    travel.season = changes.season.unwrap_or(travel.season);
    travel.walk_kmh = changes.walk_kmh.unwrap_or(travel.walk_kmh);
    travel.bike_kmh = changes.bike_kmh.unwrap_or(travel.bike_kmh);
    travel.drive_kmh = changes.drive_kmh.unwrap_or(travel.drive_kmh);
    let weights = &mut plan.weights;
    weights.residences = changes.weights.residences.unwrap_or(weights.residences);
    weights.clusters = changes.weights.clusters.unwrap_or(weights.clusters);
    weights.groups.extend(changes.weights.groups.iter().map(|(g, w)| (g.clone(), *w)));
    weights.kinds.extend(changes.weights.kinds.iter().map(|(k, w)| (k.clone(), *w)));
    plan.target = changes.target.unwrap_or(plan.target);
    plan
}
