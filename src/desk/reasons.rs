//! Why is a place still outside, after these changes? A file of its own because it asks about limits, which coverage knows
//! nothing of, and only for the gaps that an answer lists.

use super::changes::Changes;
use super::error::DeskError;
use super::ground::{Ground, Land};
use super::resolve::{Placed, Resolved};
use super::roster::SiteNumber;
use super::what_if::WhatIf;
use crate::measure::{GapReason, LimitKind};
use crate::model::Position;
use crate::travel::geodesic;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What rules a candidate out, by the state that the changes lead to.
pub(super) struct Reasons<'a> {
    land: &'a Land<'a>,
    ground: &'a Ground,
    resolved: &'a Resolved,
    /// Demand points of candidates that moved and do not stand, by candidate.
    idle: Vec<(SiteNumber, Position, Vec<u32>)>,
    forbidden: HashSet<&'a str>,
    /// Stations by county, for counties with a most.
    full: HashSet<&'a str>,
    standing: Vec<Position>,
    left: Option<f64>,
    known: HashMap<SiteNumber, bool>,
}

impl<'a> Reasons<'a> {
    pub(super) fn new(
        desk: &'a WhatIf,
        land: &'a Land<'a>,
        ground: &'a Ground,
        changes: &'a Changes,
        resolved: &'a Resolved,
    ) -> Result<Self, DeskError> {
        let (folder, roster) = (&land.outcome.folder, land.roster);
        let limits = &folder.plan.limits;
        let named: Vec<(String, Position)> =
            resolved.idle.iter().map(|(s, at)| (roster.sites[*s as usize].id.clone(), *at)).collect();
        let points = ground.points_at(&named)?;
        let idle = resolved.idle.iter().zip(points).map(|((site, at), points)| (*site, *at, points)).collect();
        let opened = |id: &str| changes.lock.iter().chain(&changes.open).any(|o| o == id);
        let forbidden = limits.forbidden.iter().map(String::as_str).filter(|id| !opened(id));
        let forbidden = forbidden.chain(changes.forbid.iter().map(String::as_str)).collect();

        let moved: BTreeMap<SiteNumber, Position> = resolved
            .placed
            .iter()
            .filter_map(|(who, at)| match who {
                Placed::Moved(site) => Some((*site, *at)),
                Placed::Added(_) => None,
            })
            .collect();
        let mut standing: Vec<Position> = resolved
            .standing
            .iter()
            .map(|s| moved.get(s).copied().unwrap_or(roster.sites[*s as usize].position))
            .collect();
        standing.extend(resolved.placed.iter().filter(|(who, _)| matches!(who, Placed::Added(_))).map(|(_, at)| *at));

        let mut by_county: HashMap<&str, usize> = HashMap::new();
        let mut spent = 0.0;
        for &site in &resolved.standing {
            let county = match roster.as_candidate(site) {
                None => folder.stations[site as usize].county.as_deref(),
                Some(c) => {
                    spent += land.outcome.candidates[c].cost.unwrap_or(0.0);
                    land.outcome.candidates[c].county.as_deref()
                }
            };
            *by_county.entry(county.unwrap_or_default()).or_default() += 1;
        }
        let has = |county: &str| {
            let listed = by_county.get(county).copied().unwrap_or(0);
            let added = changes.add.iter().filter(|a| {
                let at = Position::new(a.lon, a.lat);
                at.and_then(|at| desk.county_at(a.county.as_deref(), at)).as_deref() == Some(county)
            });
            listed + added.count()
        };
        let full = limits.counties.iter().filter(|(county, limit)| limit.max.is_some_and(|max| has(county) >= max));
        Ok(Self {
            full: full.map(|(county, _)| county.as_str()).collect(),
            left: limits.budget.map(|most| most - spent),
            land,
            ground,
            resolved,
            idle,
            forbidden,
            standing,
            known: HashMap::new(),
        })
    }

    /// Why the uncovered part of a place is not covered.
    pub(super) fn of(&mut self, place: usize, covered: impl Fn(usize) -> bool) -> GapReason {
        let (ground, demand) = (self.ground, &self.ground.demand);
        let open: Vec<usize> = (demand.starts[place]..demand.starts[place + 1]).filter(|&i| !covered(i)).collect();
        let mut any = false;
        for &point in &open {
            for site in ground.candidates_reaching(self.land, point) {
                let moved = self.idle.iter().any(|(s, ..)| *s == site) || self.stands(site);
                if moved {
                    continue;
                }
                any = true;
                if self.admits(site, self.land.roster.sites[site as usize].position) {
                    return GapReason::CutByTarget;
                }
            }
            for i in 0..self.idle.len() {
                let (site, at, points) = &self.idle[i];
                if points.binary_search(&(point as u32)).is_ok() && self.land.roster.as_candidate(*site).is_some() {
                    any = true;
                    let (site, at) = (*site, *at);
                    if self.admits(site, at) {
                        return GapReason::CutByTarget;
                    }
                }
            }
        }
        match any {
            // Only the code is told, which is the same for every limit.
            true => GapReason::CutByLimit(LimitKind::Forbidden),
            false if open.iter().all(|&i| ground.no_road(i)) => GapReason::NoRoad,
            false => GapReason::NoCandidate,
        }
    }

    fn stands(&self, site: SiteNumber) -> bool {
        self.resolved.standing.binary_search(&site).is_ok()
    }

    fn admits(&mut self, site: SiteNumber, at: Position) -> bool {
        if let Some(known) = self.known.get(&site) {
            return *known;
        }
        let candidate = &self.land.outcome.candidates[self.land.roster.as_candidate(site).unwrap_or(0)];
        let near = |spacing: f64| {
            let far = |s: &Position| (s.lat() - at.lat()).abs() * 110_000.0 > spacing + 10.0;
            self.standing.iter().any(|s| !far(s) && geodesic(at, *s).0 < spacing)
        };
        let admits = !self.forbidden.contains(candidate.id.as_str())
            && candidate.county.as_deref().is_none_or(|c| !self.full.contains(c))
            && self.land.outcome.folder.plan.limits.spacing.is_none_or(|spacing| !near(spacing.0))
            && self.left.is_none_or(|left| candidate.cost.unwrap_or(0.0) <= left + 1e-6);
        self.known.insert(site, admits);
        admits
    }
}
