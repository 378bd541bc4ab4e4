//! What if? Changes in, an answer out, by what they touch and nothing else. A file of its own because this is the promise: the
//! answer comes while the others are still in the room.

use super::answer::{Answer, CountyRow, Gap, Gaps, GroupRow, Moved, Row, SettingRow};
use super::census::{Census, Tally, people};
use super::changes::Changes;
use super::error::DeskError;
use super::ground::{Ground, Land, open_roads};
use super::reasons::Reasons;
use super::resolve::{Placed, Resolved, plan, resolve};
use super::roster::Roster;
use super::signs::signs;
use crate::job::Outcome;
use crate::model::Position;
use crate::report::number::Num;
use crate::report::words::reason_code;
use crate::travel::roads::Roads;
use crate::travel::{Catchments, Origin};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Gaps that an answer lists.
const LISTED: usize = 50;
/// Sets of standards that are kept beside the plan's own, the last used.
const GROUNDS: usize = 6;

type Slot = Arc<OnceLock<Result<Arc<Ground>, DeskError>>>;

/// A computed plan, laid out for being changed.
pub struct WhatIf {
    outcome: Arc<Outcome>,
    roster: Roster,
    census: Census,
    roads: Option<Arc<Roads>>,
    candidates: Catchments,
    own: Arc<Ground>,
    /// By what differs, the last used last.
    others: Mutex<Vec<(String, Slot)>>,
    /// Whole outcomes by changes, the last made last.
    recounted: Mutex<Vec<(Changes, Arc<Outcome>)>>,
}

impl WhatIf {
    /// Lays a plan out. Costs about as much as covering it did.
    ///
    /// # Errors
    /// When the roads cannot be used.
    pub fn new(outcome: Arc<Outcome>) -> Result<Self, DeskError> {
        let (roster, census) = (Roster::new(&outcome), Census::new(&outcome.folder.places));
        let roads = open_roads(&outcome)?;
        let at = |(index, c): (usize, &crate::model::Candidate)| Origin { index, position: c.position, standard: 0 };
        let origins: Vec<Origin> = outcome.candidates.iter().enumerate().map(at).collect();
        let candidates = Catchments::new(&origins, 1);
        let land = Land {
            outcome: &outcome,
            roster: &roster,
            census: &census,
            roads: roads.as_ref(),
            candidates: &candidates,
        };
        let own = Arc::new(Ground::new(&land, &outcome.folder.plan, None)?);
        Ok(Self {
            outcome,
            roster,
            census,
            roads,
            candidates,
            own,
            others: Mutex::default(),
            recounted: Mutex::default(),
        })
    }

    /// The plan as it was computed.
    pub fn outcome(&self) -> &Arc<Outcome> {
        &self.outcome
    }

    fn land(&self) -> Land<'_> {
        Land {
            outcome: &self.outcome,
            roster: &self.roster,
            census: &self.census,
            roads: self.roads.as_ref(),
            candidates: &self.candidates,
        }
    }

    /// Whether the standards of these changes are laid out already, so that an answer takes milliseconds.
    pub fn is_ready(&self, changes: &Changes) -> bool {
        let Some(key) = key(changes) else { return true };
        let others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        others.iter().any(|(k, slot)| *k == key && slot.get().is_some())
    }

    fn ground(&self, changes: &Changes) -> Result<Arc<Ground>, DeskError> {
        let Some(key) = key(changes) else { return Ok(Arc::clone(&self.own)) };
        let slot = {
            let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
            let slot = match others.iter().position(|(k, _)| *k == key) {
                Some(at) => others.remove(at).1,
                None => Slot::default(),
            };
            if others.len() >= GROUNDS {
                others.remove(0);
            }
            others.push((key, Arc::clone(&slot)));
            slot
        };
        let make = || {
            let plan = plan(&self.outcome.folder.plan, changes);
            Ground::new(&self.land(), &plan, Some(&self.own)).map(Arc::new)
        };
        slot.get_or_init(make).clone()
    }

    /// Changes, understood; refused with every fault where they contradict the plan or themselves.
    pub(super) fn resolved(&self, changes: &Changes) -> Result<Resolved, DeskError> {
        resolve(&self.outcome, &self.roster, changes)
    }

    pub(super) fn kept<T>(&self, see: impl FnOnce(&mut Vec<(Changes, Arc<Outcome>)>) -> T) -> T {
        see(&mut self.recounted.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn roster(&self) -> &Roster {
        &self.roster
    }

    /// The county of a new site: as stated, else of the outline around it, else of the nearest place.
    pub(super) fn county_at(&self, stated: Option<&str>, at: Position) -> Option<Arc<str>> {
        use geo::Contains;
        if let Some(stated) = stated.filter(|s| !s.is_empty()) {
            return Some(stated.into());
        }
        let folder = &self.outcome.folder;
        let around = folder.boundaries.iter().find(|b| b.outline.contains(&at.point()));
        around.map(|b| Arc::clone(&b.county)).or_else(|| {
            let nearest = self.own.nearest(at)?;
            folder.places[self.own.demand.points[nearest].place].county.clone()
        })
    }

    /// Answers changes.
    ///
    /// 1. Sites that leave are taken from the counts of their demand points, sites that enter are added: known lists, and one
    ///    search around each site that stands where none is listed.
    /// 2. Places in which a demand point changed sides get their share anew; sums are shifted by the differences.
    /// 3. The gap list is the old one without those places, merged with theirs.
    ///
    /// Costs the demand points in reach of the sites that change; the first answer under other standards also the coverage of
    /// what stands.
    ///
    /// # Errors
    /// [`DeskError`].
    pub fn answer(&self, changes: &Changes) -> Result<Answer, DeskError> {
        let changes = changes.clone().sorted();
        let resolved = self.resolved(&changes)?;
        let ground = self.ground(&changes)?;
        let delta = self.delta(&ground, &changes, &resolved)?;
        let covered = |i: usize| i64::from(ground.counts[i]) + i64::from(delta.counts[i]) > 0;

        let mut after = ground.covered.clone();
        let mut touched = Vec::with_capacity(delta.places.len());
        for &place in &delta.places {
            let (from, to) = (ground.shares[place as usize], ground.share(place as usize, covered));
            self.census.shift(&mut after, place as usize, from, to);
            touched.push((place, to));
        }
        let (gained, lost) = self.moved(&ground, &touched);

        let old = delta.places.iter().filter(|p| ground.shares_gap(**p)).count();
        let mut theirs: Vec<(u32, f64)> =
            delta.places.iter().filter_map(|p| ground.gap(&self.census, *p as usize, covered)).collect();
        let count = ground.gaps.len() - old + theirs.len();
        theirs.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let rest = ground.gaps.iter().filter(|(p, _)| delta.places.binary_search(p).is_err()).take(LISTED);
        let mut top: Vec<(u32, f64)> = rest.copied().chain(theirs.into_iter().take(LISTED)).collect();
        top.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        top.truncate(LISTED);
        let land = self.land();
        let mut reasons = Reasons::new(self, &land, &ground, &changes, &resolved)?;
        let gaps = top.into_iter().map(|(place, left)| {
            let reason = reasons.of(place as usize, covered);
            self.gap(&ground, place as usize, left, reason_code(reason))
        });
        let gaps = gaps.collect();
        let residents_left = people(self.census.all.total - after.total);
        let target = changes.target.unwrap_or(self.outcome.folder.plan.target);
        let stations = resolved.standing.len() + changes.add.len();
        let sums = self.sums(&after);
        Ok(Answer {
            changes,
            stations,
            target,
            total: sums.0,
            counties: sums.1,
            settings: sums.2,
            groups: sums.3,
            clusters: sums.4,
            gained,
            lost,
            gaps: Gaps::new(count, residents_left, gaps),
        })
    }

    /// Per place the share that is covered with these changes.
    ///
    /// # Errors
    /// [`DeskError`].
    pub fn shares(&self, changes: &Changes) -> Result<Vec<f64>, DeskError> {
        let changes = changes.clone().sorted();
        let resolved = self.resolved(&changes)?;
        let ground = self.ground(&changes)?;
        let delta = self.delta(&ground, &changes, &resolved)?;
        let covered = |i: usize| i64::from(ground.counts[i]) + i64::from(delta.counts[i]) > 0;
        let mut shares = ground.shares.clone();
        for &place in &delta.places {
            shares[place as usize] = ground.share(place as usize, covered);
        }
        Ok(shares)
    }

    fn delta(&self, ground: &Ground, changes: &Changes, resolved: &Resolved) -> Result<Delta, DeskError> {
        let named = |(who, at): &(Placed, Position)| {
            let id = match who {
                Placed::Moved(site) => &self.roster.sites[*site as usize].id,
                Placed::Added(i) => &changes.add[*i].id,
            };
            (id.clone(), *at)
        };
        let placed = ground.points_at(&resolved.placed.iter().map(named).collect::<Vec<_>>())?;
        let mut delta = Delta { counts: vec![0; ground.counts.len()], places: Vec::new() };
        let known = |site: &u32| ground.points_of(&self.roster, *site);
        let leave = resolved.leave.iter().map(known);
        let enter = resolved.enter.iter().map(known).chain(placed.iter().map(Vec::as_slice));
        let signed = leave.map(|points| (points, -1)).chain(enter.map(|points| (points, 1)));
        let signed: Vec<(&[u32], i32)> = signed.collect();
        for (points, by) in &signed {
            points.iter().for_each(|&p| delta.counts[p as usize] += by);
        }
        for (points, _) in &signed {
            for &p in *points {
                let (was, by) = (i64::from(ground.counts[p as usize]), i64::from(delta.counts[p as usize]));
                if (was > 0) != (was + by > 0) {
                    delta.places.push(ground.demand.points[p as usize].place as u32);
                }
            }
        }
        delta.places.sort_unstable();
        delta.places.dedup();
        Ok(delta)
    }

    /// Places better and worse covered than in the plan as it was computed.
    fn moved(&self, ground: &Ground, touched: &[(u32, f64)]) -> (Moved, Moved) {
        let mut all: Vec<(u32, f64)> = touched.to_vec();
        let untouched = |p: &&u32| touched.binary_search_by_key(*p, |t| t.0).is_err();
        all.extend(ground.moved.iter().filter(untouched).map(|&p| (p, ground.shares[p as usize])));
        all.sort_unstable_by_key(|t| t.0);
        let (mut gained, mut lost) = ((0, Vec::new()), (0, Vec::new()));
        for (place, after) in all {
            let before = self.own.shares[place as usize];
            let (side, most, least) = if after > before {
                (&mut gained, after, before)
            } else if after < before {
                (&mut lost, before, after)
            } else {
                continue;
            };
            if self.census.is_residence(place as usize) {
                let people = self.census.people(place as usize);
                side.0 += super::census::exact(people * most) - super::census::exact(people * least);
            }
            side.1.push((place, before, after));
        }
        let told = |(sum, places): (i128, Vec<(u32, f64, f64)>)| {
            let at = |p: &(u32, f64, f64)| {
                let position = ground.demand.centres[p.0 as usize].position;
                [position.lon(), position.lat(), self.census.people(p.0 as usize) * (p.2 - p.1).abs()]
            };
            let signs = signs(&places.iter().map(at).collect::<Vec<_>>());
            Moved::new(people(sum), places, signs)
        };
        (told(gained), told(lost))
    }

    fn sums(&self, after: &Tally) -> (Row, Vec<CountyRow>, Vec<SettingRow>, Vec<GroupRow>, Row) {
        let (all, before) = (&self.census.all, &self.own.covered);
        let row = |of: &dyn Fn(&Tally) -> i128| Row::new(people(of(all)), people(of(before)), people(of(after)));
        let counties = self.census.counties.iter().enumerate();
        let settings = self.census.settings.iter().enumerate();
        let groups = self.census.group_names.iter().enumerate();
        (
            row(&|t| t.total),
            counties
                .map(|(i, c)| CountyRow { county: c.as_deref().map(str::to_owned), row: row(&|t| t.counties[i]) })
                .collect(),
            settings
                .map(|(i, s)| SettingRow { setting: s.map(crate::model::Setting::name), row: row(&|t| t.settings[i]) })
                .collect(),
            groups.map(|(i, g)| GroupRow { group: g.to_string(), row: row(&|t| t.groups[i]) }).collect(),
            row(&|t| t.clusters),
        )
    }

    fn gap(&self, ground: &Ground, index: usize, people: f64, reason: &'static str) -> Gap {
        let place = &self.outcome.folder.places[index];
        let centre = &ground.demand.centres[index];
        Gap {
            index,
            id: place.id.clone(),
            name: place.name.clone(),
            county: place.county.as_deref().map(str::to_owned),
            people: Num(people),
            minutes: Num(ground.standards[centre.standard].minutes.0),
            reason,
            lon: Num(centre.position.lon()),
            lat: Num(centre.position.lat()),
        }
    }
}

impl std::fmt::Debug for WhatIf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WhatIf").field("sites", &self.roster.sites.len()).finish_non_exhaustive()
    }
}

/// What changes do to the counts of demand points, and the places in which one changes sides.
struct Delta {
    counts: Vec<i32>,
    places: Vec<u32>,
}

/// What differs in the standards; `None` for the plan's own.
fn key(changes: &Changes) -> Option<String> {
    let what = (changes.minutes, changes.walk_kmh, changes.bike_kmh, changes.drive_kmh, changes.season);
    (what != Default::default()).then(|| format!("{what:?}"))
}
